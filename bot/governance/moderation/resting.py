"""How long somebody rests who offends again and again. Pure."""

from datetime import datetime, timedelta
from typing import Final

from bot.records import Bar, Offences

COOLDOWN: Final = "cooldown"
MODERATOR: Final = "moderator"
"""Why somebody is kept out."""

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


def rest(found: Offences) -> Bar | None:
    """Whether somebody rests now, and until when: longer each time. Offences before the last rest are paid
    for."""
    last = next((one for one in found.bars if one.why == COOLDOWN), None)
    since = max(found.at - WITHIN, last.at) if last and last.at else found.at - WITHIN
    if sum(since < one <= found.at for one in found.times) < OFFENCES:
        return None
    strikes = last.strikes + 1 if last and found.at - last.until < FORGIVEN else 1
    doubled: int = 2 ** min(strikes - 1, 20)
    until = found.at + min(FIRST * doubled, LONGEST)
    return Bar(found.scope, found.person_id, COOLDOWN, until, strikes)


def barred_until(until: datetime, now: datetime) -> str:
    """When it ends, for people: a begun minute counts."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    hours, left = divmod(minutes, 60)
    said = " ".join(_counted(count, unit) for count, unit in ((hours, "hour"), (left, "minute")) if count)
    return f"in {said}"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
