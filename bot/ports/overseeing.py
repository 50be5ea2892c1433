"""What the operator's page asks of the database. Everything is bounded, and nothing of it is anybody's words.

A table is what is newest in it, up to a bound; it is ordered, searched and cut into pages within that.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.records import Version
from bot.records.overseeing import (
    AlertSeen,
    AuditSeen,
    CallSeen,
    Counts,
    DaySpent,
    KeptSeen,
    RoomSeen,
    RunSeen,
    Share,
    Sheet,
    View,
)


class Oversees(Protocol):
    """Tables over all rooms but those of one person alone."""

    async def rooms_seen(self, view: View, *, at: datetime) -> Sheet[RoomSeen]: ...

    async def runs_seen(self, view: View) -> Sheet[RunSeen]: ...

    async def unended_seen(self) -> Sequence[RunSeen]:
        """What is being worked on, or waits; of private rooms, too, but without their names."""
        ...

    async def alerts_seen(self, view: View) -> Sheet[AlertSeen]: ...

    async def budgets_seen(self, view: View) -> Sheet[KeptSeen]: ...

    async def personas_seen(self, view: View) -> Sheet[KeptSeen]: ...

    async def audit_seen(self, view: View) -> Sheet[AuditSeen]: ...

    async def sums(self, scopes: Sequence[str], periods: Sequence[str]) -> dict[str, list[DaySpent]]:
        """What was spent of some purses in days or months, by purse."""
        ...

    async def shares(self, *, since: date) -> Sequence[Share]:
        """Who used what since a day, of the newest calls."""
        ...

    async def calls_seen(self) -> Sequence[CallSeen]:
        """The newest calls, the newest first."""
        ...

    async def counts(self, *, today: datetime) -> Counts: ...

    async def versions_seen(self, scope: str, name: str, *, limit: int) -> Sequence[Version]:
        """What a setting has been, the newest first; nothing, where the scope is one person's."""
        ...
