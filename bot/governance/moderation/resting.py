"""How long somebody rests who offends again and again. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = timedelta(minutes=10)
"""So close together offences count together."""
OFFENCES: Final = 3
"""So many of them lead to a rest."""
FIRST: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(days=1)
FORGIVEN: Final = timedelta(days=7)
"""After so long without another rest the next one is the first again."""
BLOCK: Final = timedelta(hours=1)
"""How long a moderator's button blocks."""


def rests(offences: Sequence[datetime], at: datetime) -> bool:
    """Whether these offences, the newest among them, lead to a rest."""
    return sum(at - WITHIN < one <= at for one in offences) >= OFFENCES


def rest(strikes: int) -> timedelta:
    """How long the rest with this number in a row is: the first is 1."""
    doubled: int = 2 ** min(strikes - 1, 20)
    return min(FIRST * doubled, LONGEST)


def strikes_after(before: int, last: datetime | None, at: datetime) -> int:
    """The number in a row of a rest that begins now; `before`: that of the last one."""
    return before + 1 if last is not None and at - last < FORGIVEN else 1


def barred_until(until: datetime, now: datetime) -> str:
    """When it ends, for people: a begun minute counts."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    hours, left = divmod(minutes, 60)
    said = " ".join(_counted(count, unit) for count, unit in ((hours, "hour"), (left, "minute")) if count)
    return f"in {said}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
