"""What a picture of numbers shows, and the picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers on each of some days, one pile a day: what belongs to whom, by name, the largest first.
    `people`: how much is whose in all; empty: it is one person's. `unit` stands before every number."""

    title: str
    unit: str
    days: tuple[date, ...]
    piles: Mapping[str, Numbers]
    people: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that is shown and not kept: a PNG, and what it says to whoever does not see it."""

    data: bytes = field(repr=False)
    about: str = field(repr=False)
    name: str = "usage.png"
