"""What was used, as a chart and as words. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, TypeVar

from bot.records import Chart, DayUsed

K = TypeVar("K")

MODELS: Final = 6
"""That have a colour of their own; the others share one."""
PEOPLE: Final = 10
"""That have a bar of their own."""


def charted(used: Sequence[DayUsed], today: date, days: int, whose: str, *, people: bool) -> Chart:
    """So many days up to today, in US dollars; in calls where nothing cost anything."""
    money = any(one.cost for one in used)
    shown = tuple(today - timedelta(days=days - 1 - at) for at in range(days))
    place = {day: at for at, day in enumerate(shown)}
    piles: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * days)
    parts: defaultdict[str, float] = defaultdict(float)
    names = {one.person_id: one.person_name for one in used}
    for one in used:
        if one.day in place:
            value = float(one.cost) if money else float(one.calls)
            piles[one.model][place[one.day]] += value
            parts[one.person_id] += value
    unit = "US$ " if money else ""
    return Chart(
        f"{whose}, {'today' if days == 1 else f'{days} days'}: {number(unit, sum(parts.values()))}"
        f"{'' if money else ' calls'}",
        unit,
        shown,
        _largest(piles, MODELS, days),
        _most(parts, names) if people else {},
    )


def about(chart: Chart) -> str:
    """What the picture says, to whoever does not see it."""
    said = [f"{name} {number(chart.unit, sum(pile))}" for name, pile in chart.piles.items()]
    said += [f"{name} {number(chart.unit, value)}" for name, value in chart.people.items()]
    heights = [sum(pile[at] for pile in chart.piles.values()) for at in range(len(chart.days))]
    at = heights.index(max(heights))
    top = f"The most, {number(chart.unit, heights[at])}, was on {chart.days[at]:%d %B}."
    return f"{chart.title}. {top} {'; '.join(said)}."[:1000]


def number(unit: str, value: float) -> str:
    """Three digits that matter, and no exponent."""
    digits = 2 if value >= 1 or not value else 4
    return f"{unit}{value:.{digits}f}" if unit else f"{value:.0f}"


def _largest(piles: Mapping[str, list[float]], most: int, days: int) -> Mapping[str, tuple[float, ...]]:
    ordered = sorted(piles.items(), key=lambda pile: (-sum(pile[1]), pile[0]))
    found = {name: tuple(pile) for name, pile in ordered[:most]}
    if rest := ordered[most:]:
        found[f"others ({len(rest)})"] = tuple(sum(pile[at] for _, pile in rest) for at in range(days))
    return found


def _most(parts: Mapping[str, float], names: Mapping[str, str]) -> Mapping[str, float]:
    """By name; who has another's name has their number behind it."""
    ordered = sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    found: dict[str, float] = {}
    for person, value in ordered[:PEOPLE]:
        name = names[person] or "somebody"
        found[f"{name} ({person})" if name in found else name] = value
    if rest := ordered[PEOPLE:]:
        found[f"others ({len(rest)})"] = sum(value for _, value in rest)
    return found
