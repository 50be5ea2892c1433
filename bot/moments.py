"""When something shall happen, as people write it, and zones by their names. Pure, but for the zones' files.

"in 20 minutes", "in 2h30", "tomorrow 9:00", "at 18:30", "monday 8am", "2026-12-24 18:00". A length of time
passes as clocks tick; a time of day is what the zone's clocks show then, whatever is done to them meanwhile:
one that they skip is as late as it would have been, of one that they show twice it is the first to come.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.errors import BadOption

FARTHEST: Final = timedelta(days=366)
"""How far ahead a moment may be."""

MORNING: Final = time(9)
"""When a day begins that is named without a time."""

EXAMPLES: Final = "in 20 minutes, in 2h30, tomorrow 9:00, at 18:30, monday 8am, or 2026-12-24 18:00"
UNCLEAR: Final = f"I don't understand when that is. Write it like this: {EXAMPLES}."
PAST: Final = "That is in the past already. Name a moment that is still to come."
FAR: Final = "That is too far away: I keep reminders for a year at most."
AGAIN: Final = "A reminder of mine rings once: I can't repeat it. Name one moment, such as tomorrow 9:00."

_UNITS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_UNIT = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)(?![a-z])"
_PART = re.compile(rf"(\d{{1,7}}(?:\.\d{{1,3}})?)\s*({_UNIT})(?:\s*,)?(?:\s+and\s+)?\s*", re.ASCII)
_LEFT = re.compile(r"\d{1,2}", re.ASCII)
_WORDED: Final[Mapping[str, str]] = {"half an hour": "30m", "an hour": "1h", "a": "1", "an": "1", "one": "1"}

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT: Final[Mapping[str, int]] = {"tues": 1, "wednes": 2, "thur": 3, "thurs": 3, "weds": 2}
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_ON_DATE = re.compile(rf"(?:\bon\s+)?\b{_DATE.pattern}\b", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.?|p\.m\.?|o'clock)?", re.ASCII)
_NAMED: Final[Mapping[str, time]] = {
    "noon": time(12),
    "midday": time(12),
    "midnight": time(0),
    "morning": MORNING,
    "afternoon": time(15),
    "evening": time(19),
}


def moment(said: str, now: datetime, where: tzinfo) -> datetime:
    """The moment that is meant, in UTC: after `now`, and at most a year. Raises BadOption with a sentence."""
    words = " ".join(said.lower().replace("\u2019", "'").split()).rstrip(".!")
    if len(words) > 100 or not words:
        raise BadOption(UNCLEAR, "when")
    if re.match(r"(?:every|each|daily|weekly)\b", words):
        raise BadOption(AGAIN, "when")
    found = _elapsed(words, now) or _stated(said, now, where) or _shown(words, now, where)
    if found is None:
        raise BadOption(UNCLEAR, "when")
    if found <= now:
        raise BadOption(PAST, "when")
    if found - now > FARTHEST:
        raise BadOption(FAR, "when")
    return found


def written(when: datetime, where: tzinfo) -> str:
    """A moment as the zone's clocks and calendars show it: the day, the time and the zone."""
    there = when.astimezone(where)
    return f"{there:%A}, {there.day} {there:%B %Y} at {there:%H:%M} ({named(where)})"


def named(where: tzinfo) -> str:
    """A zone's name."""
    return where.key if isinstance(where, ZoneInfo) else "UTC"


def zone(name: str) -> tzinfo:
    """A zone by its name, or by its town: `Europe/Berlin`, `berlin`. Raises BadOption."""
    if name == "UTC":
        return UTC  # needs no folder
    known = _there_is(name) or _there_is(_by_name().get(name.strip().replace(" ", "_").lower(), ""))
    if known is None:
        raise BadOption("There is no such time zone; it has a name such as Europe/Berlin, or UTC.", "zone")
    return known


def _there_is(name: str) -> tzinfo | None:
    """The zone of exactly this name; zoneinfo itself lets none lead out of its folder."""
    if "/" not in name:
        return UTC if name == "UTC" else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zones(typed: str) -> list[str]:
    """The zones whose names contain what was typed, those first that begin with it."""
    wanted = typed.strip().replace(" ", "_").lower()
    ours = (name for name in _by_name().values() if name.partition("/")[0] in _AREAS)
    found = {name for name in ours if wanted in name.lower()}
    return sorted(found, key=lambda name: (not name.rpartition("/")[2].lower().startswith(wanted), name))


@cache
def _by_name() -> Mapping[str, str]:
    """Every zone by its small name, and by its town's where only one zone has it."""
    names = {name.lower(): name for name in available_timezones()} | {"utc": "UTC"}
    towns: dict[str, set[str]] = {}
    for name in names.values():
        area, _, town = name.rpartition("/")
        if area in _AREAS:
            towns.setdefault(town.lower(), set()).add(name)
    return {town: min(found) for town, found in towns.items() if len(found) == 1} | names


_AREAS: Final = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


def _elapsed(words: str, now: datetime) -> datetime | None:
    """A length of time from now: "in 2 hours and 5 minutes", "90m", "in 2h30"."""
    text = words.removeprefix("in ")
    for worded, plain in _WORDED.items():
        if text == worded or text.startswith(f"{worded} "):
            text = plain + text.removeprefix(worded)
            break
    seconds, at, last = 0.0, 0, ""
    while part := _PART.match(text, at):
        seconds += float(part[1]) * _UNITS[part[2][0]]
        at, last = part.end(), part[2][0]
    if at and last == "h" and (left := _LEFT.fullmatch(text, at)):
        seconds, at = seconds + 60 * int(left[0]), len(text)
    if not at or at < len(text):
        return None
    if seconds > FARTHEST.total_seconds():
        raise BadOption(FAR, "when")
    return now + timedelta(seconds=seconds)


def _stated(said: str, now: datetime, where: tzinfo) -> datetime | None:
    """A date and a time as ISO 8601 has them, which may say how far from UTC they are."""
    if not _DATE.match(said.strip()) or len(said.strip()) < len("2026-12-24T18:00"):
        return None
    try:
        found = datetime.fromisoformat(said.strip().upper())
    except ValueError:
        return None
    if abs(found.year - now.year) > 2:
        raise BadOption(PAST if found.year < now.year else FAR, "when")
    return found.astimezone(UTC) if found.tzinfo else _at(found.date(), found.time(), now, where)


def _shown(words: str, now: datetime, where: tzinfo) -> datetime | None:
    """What the zone's calendar and clocks show: a day, a time of day, or both in either order."""
    today = now.astimezone(where).date()
    day, rest = _day(words, today)
    if day is None:
        return _any_day(rest, now, where, today)
    clock = _clock(rest, alone=False) if rest else MORNING
    if clock is None:
        return None
    found = _at(day, clock, now, where)
    again = found <= now and _weekday(words) is not None
    return _at(day + timedelta(days=7), clock, now, where) if again else found


def _any_day(words: str, now: datetime, where: tzinfo, today: date) -> datetime | None:
    """The next time that clocks show this."""
    clock = _clock(words, alone=True)
    if clock is None:
        return None
    found = _at(today, clock, now, where)
    return found if found > now else _at(today + timedelta(days=1), clock, now, where)


def _at(day: date, clock: time, now: datetime, where: tzinfo) -> datetime:
    """When clocks show this on that day; where they do so twice, the first time that is to come."""
    shown = datetime.combine(day, clock.replace(tzinfo=None))
    times = [shown.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return times[1] if times[0] <= now < times[1] else times[0]


def _day(words: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and the other words. None: there is no such day, or none is named."""
    for name, days in (("day after tomorrow", 2), ("tomorrow", 1), ("today", 0)):
        if (rest := _without(words, name)) is not None:
            return today + timedelta(days=days), rest
    if (found := _ON_DATE.search(words)) is not None:
        try:
            day = date(*map(int, found.groups()))
        except ValueError:
            raise BadOption(UNCLEAR, "when") from None
        if abs(day.year - today.year) > 2:
            raise BadOption(PAST if day < today else FAR, "when")
        return day, _joined(words[: found.start()], words[found.end() :])
    if (named_day := _weekday(words)) is not None:
        number, name = named_day
        ahead = (number - today.weekday()) % 7
        next_week = not ahead and _without(words, f"next {name}") is not None
        rest = _without(words, f"next {name}")
        rest = _without(words, name) if rest is None else rest
        return today + timedelta(days=7 if next_week else ahead), rest or ""
    return None, words


def _weekday(words: str) -> tuple[int, str] | None:
    """The day of the week that is named, and how."""
    for word in re.findall(r"[a-z]+", words):
        for number, name in enumerate(_DAYS):
            if word in (name, name[:3]) or _SHORT.get(word) == number:
                return number, word
    return None


def _without(words: str, name: str) -> str | None:
    """The words beside this one; None: it is not there."""
    found = re.search(rf"(?:\b(?:on|the)\s+)*\b{name}\b,?", words)
    return None if found is None else _joined(words[: found.start()], words[found.end() :])


def _joined(before: str, after: str) -> str:
    return f"{before} {after}".strip(" ,")


def _clock(words: str, *, alone: bool) -> time | None:
    """A time of day. `alone`: there is no day beside it, so a bare number says too little without "at"."""
    text = words.removeprefix("at ").strip()
    if text in _NAMED:
        return _NAMED[text]
    found = _TIME.fullmatch(text)
    if found is None or (alone and text == words and found[2] is found[3] is None):
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half in ("a", "p"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
