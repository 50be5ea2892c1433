"""The part of the store that keeps notes of what was said long ago."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from bot.messages import Actor, ChannelKey, RunOptions
from bot.records import Condensed, Context, Outcome, Reservation, Settlement, Spending, Started
from bot.store import condensing
from bot.store.promises.tooling import Tooling

P = TypeVar("P")


class Shortened(Tooling):
    """`bot.ports.remembering.Condenses`."""

    async def condense(
        self,
        key: ChannelKey,
        by: Actor,
        options: RunOptions,
        plan: Callable[[Context, Spending], tuple[Reservation, P] | None],
        *,
        at: datetime,
    ) -> Started[P] | None:
        """Begin to condense a room's oldest exchanges. None: there is nothing to be done."""
        return await self._write(condensing.condense, key, by, options, plan, at=at)

    async def keep_notes(
        self,
        run_id: int,
        outcome: Outcome,
        made: Condensed | None,
        settled: Settlement | None = None,
        *,
        at: datetime,
    ) -> bool:
        """End a run that condensed. False: nothing is kept of it. Raises NotFound, IllegalMove."""
        return await self._write(condensing.keep_notes, run_id, outcome, made, settled, at=at)
