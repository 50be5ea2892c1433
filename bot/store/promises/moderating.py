"""The part of the store that is about moderation."""

from collections.abc import Sequence
from datetime import datetime

from bot.messages import Actor, ChannelKey
from bot.records import Alerted, Bar, Context, Followed, Judged
from bot.store import moderating, weighing
from bot.store.moderating import Rule
from bot.store.promises.tooling import Tooling


class Moderated(Tooling):
    """`bot.ports.moderating`."""

    async def judged(self, run_id: int, found: Judged, rule: Rule, *, at: datetime) -> Followed:
        """Write down what was found about a run. Raises NotFound."""
        return await self._write(moderating.judged, run_id, found, rule, at=at)

    async def weigh(self, key: ChannelKey, by: Actor, *, at: datetime) -> Context:
        """Begin to judge what somebody wants kept."""
        return await self._write(weighing.weigh, key, by, at=at)

    async def weighed(self, run_id: int, *, at: datetime) -> None:
        """It is judged. Raises NotFound, IllegalMove."""
        await self._write(weighing.weighed, run_id, at=at)

    async def bar(self, made: Bar, *, at: datetime) -> None:
        """Keep somebody out."""
        await self._write(moderating.bar, made, at=at)

    async def bars(self, at: datetime) -> Sequence[Bar]:
        """Everybody who is kept out now."""
        return await self._read(moderating.bars, at)

    async def alerted(self, run_id: int) -> Alerted:
        """An alert. Raises NotFound."""
        return await self._read(moderating.alerted, run_id)

    async def alerts_about(self, message_ids: Sequence[int]) -> Sequence[Alerted]:
        """The alerts about some messages."""
        return await self._read(moderating.alerts_about, message_ids)

    async def write_alert(self, alert: Alerted, *, at: datetime) -> None:
        """Change what an alert says."""
        await self._write(moderating.write_alert, alert, at=at)
