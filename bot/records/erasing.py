"""People who are being forgotten, and what there is of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody is being forgotten: all that they said up to the message `upto`, and what else was theirs up
    to the row `newest` of its table, whatever the clock said. `pseudonym` stands for them from then on;
    `names`: what they were called; `rooms`: ids of those in which they spoke."""

    person_id: str
    pseudonym: str
    asked_at: datetime
    upto: int
    newest: Mapping[str, int]
    phase: str
    cursor: int
    names: tuple[str, ...] = field(repr=False)
    rooms: tuple[int, ...]
    pictures: tuple[str, ...]

    @property
    def platform(self) -> str:
        """Where they are forgotten."""
        return self.person_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Outdated:
    """A room from which all goes that was asked before a moment."""

    room_id: int
    before: datetime
