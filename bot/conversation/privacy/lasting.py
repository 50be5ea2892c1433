"""What lasts, and how long: people are forgotten and given what is theirs, rooms let go of what is old."""

import asyncio
from pathlib import Path
from typing import Protocol

import structlog

from bot.conversation.privacy.erasing import Deliver, Erasing
from bot.conversation.privacy.exporting import Exporting
from bot.conversation.privacy.keeping import Keeping
from bot.conversation.queues.insisting import insisting
from bot.conversation.turn.turns import Turns
from bot.errors import StorageError
from bot.ports import Clock, Pictures, Store
from bot.ports.forgetting import Lets

SWEEP = 24 * 3600.0
"""Seconds between two sweeps."""

log = structlog.get_logger()


class Folder(Pictures, Lets, Protocol):
    """Where pictures are kept, and let go."""


class Lasting:
    """All three. `most`: days that the operator lets rooms keep what is said; `data`: the folder."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        deliver: Deliver,
        pictures: Folder,
        clock: Clock,
        *,
        data: Path,
        most: int | None = None,
    ) -> None:
        self._clock = clock
        self.erasing = Erasing(store, turns, pictures, deliver, clock)
        self.exporting = Exporting(store, pictures, store.picture, clock, data)
        self.keeping = Keeping(store, pictures, clock, most)

    async def recover(self) -> None:
        """After a start: what a kill left is gone on with, or cleared away."""
        await self.exporting.clear()
        await self.erasing.recover()

    async def follow(self) -> None:
        """Go on where a kill left it, and sweep every day, until cancelled."""
        await insisting(self._clock, self.recover)
        try:
            while True:
                await self._sweep()
                await self._clock.sleep(SWEEP)
        finally:
            await self.close()

    async def _sweep(self) -> None:
        try:
            await self.keeping.sweep()
        except (StorageError, OSError) as exc:
            log.warning("not all that is too old could go this time", error=str(exc))

    async def close(self) -> None:
        """Leave the rest for the next start."""
        await self.erasing.close()
        await asyncio.shield(self.exporting.clear())
