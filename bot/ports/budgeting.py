"""What the core asks of the database about what was spent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import Chart, DayUsed, Spending, Used


class Budgeting(Protocol):
    """What calls cost, reservations included. Of a channel are its threads, too, but no private rooms."""

    async def spending(self, key: ChannelKey, person_id: str, *, at: datetime) -> Spending:
        """What was spent of every purse that a call of this person in this room would be in."""
        ...

    async def used_by(self, person_id: str, *, since: date) -> Sequence[Used]:
        """What a person used in all rooms since a day (UTC), by model, the dearest first."""
        ...

    async def used_in(self, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[Used]:
        """What everybody used in a channel, or its server, since a day (UTC), by model, the dearest first."""
        ...

    async def days_by(self, person_id: str, *, since: date) -> Sequence[DayUsed]:
        """What a person used in all rooms on each day since one, by model."""
        ...

    async def days_in(self, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[DayUsed]:
        """What each person used in a channel, or its server, on each day since one, by model."""
        ...


class Charts(Protocol):
    """Draws numbers."""

    async def chart(self, chart: Chart) -> bytes:
        """A PNG that can be read on dark and on light ground."""
        ...
