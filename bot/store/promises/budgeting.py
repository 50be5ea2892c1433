"""The part of the store that adds up what was spent."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.messages import ChannelKey
from bot.records import DayUsed, Spending, Used
from bot.store import usage
from bot.store.promises.tooling import Tooling
from bot.store.spending import spending


class Budgeted(Tooling):
    """`bot.ports.budgeting`."""

    async def spending(self, key: ChannelKey, person_id: str, *, at: datetime) -> Spending:
        """What was spent of every purse of a person in a room; who writes knows of the last minute."""
        return await self._write(spending, key, person_id, at=at)

    async def used_by(self, person_id: str, *, since: date) -> Sequence[Used]:
        """What a person used in all rooms since a day, by model."""
        return await self._read(usage.used_by, person_id, since=since)

    async def used_in(self, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[Used]:
        """What everybody used in a channel or a server since a day, by model."""
        return await self._read(usage.used_in, key, since=since, server=server)

    async def days_by(self, person_id: str, *, since: date) -> Sequence[DayUsed]:
        """What a person used in all rooms on each day, by model."""
        return await self._read(usage.days_by, person_id, since=since)

    async def days_in(self, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[DayUsed]:
        """What each person used in a channel or a server on each day, by model."""
        return await self._read(usage.days_in, key, since=since, server=server)
