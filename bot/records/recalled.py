"""What was found of a room's past."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.records.passages import PassageKind


@dataclass(frozen=True, slots=True)
class Found:
    """A message that was searched for."""

    message_id: int
    who: str
    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recollection:
    """That a run was reminded of something, without its words: they may be deleted. `likeness` 0: words alone
    found it."""

    kind: PassageKind
    message_id: int
    likeness: float
    name: str = ""
    page: int = 0
