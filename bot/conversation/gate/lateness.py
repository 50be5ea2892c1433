"""An answer that comes long after its question says why: once for a while in each room."""

from collections.abc import Hashable
from datetime import datetime
from typing import Final

from bot.conversation.gate.complaints import Complaints
from bot.ports import Clock

LATE: Final = 900.0
"""Seconds after which nobody expects an answer any more."""

AWAY: Final = "I was away when you asked, {} ago. My answer comes now."


class Lateness:
    """Remembers where it was said."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said = Complaints(clock, LATE)

    def note(self, room: Hashable, asked: datetime) -> str:
        """What is said to somebody whose question is taken in only now; nothing where that is soon enough."""
        seconds = (self._clock.now() - asked).total_seconds()
        return AWAY.format(_long(seconds)) if seconds > LATE and self._said.first(room) else ""


def _long(seconds: float) -> str:
    """As people say it: 40 minutes, 2 hours, 3 days."""
    for unit, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if count := int(seconds // unit):
            return f"{count} {name}{'s' * (count > 1)}"
    return "a moment"
