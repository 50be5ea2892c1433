"""What is due later is kept in the database; one loop rings for all of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.errors import StorageError
from bot.ports import Clock, Store
from bot.records import Timer

log = structlog.get_logger()

LONGEST_NAP = 30.0
"""Seconds after which the loop looks again: the wall clock may have been set."""


class Timers:
    """Hands every timer to its kind's handler when due; it goes only after its handler returned."""

    def __init__(
        self, store: Store, clock: Clock, handlers: Mapping[str, Callable[[Timer], Awaitable[None]]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers
        self._changed = asyncio.Event()

    def look_again(self) -> None:
        """An earlier timer may have been set."""
        self._changed.set()

    async def run(self) -> None:
        """Ring until cancelled."""
        while True:
            try:
                await self._ring_due()
                nap = self._nap(await self._store.next_timer())
            except StorageError as exc:
                log.warning("timers wait for the database", error=str(exc))
                nap = LONGEST_NAP
            await self._sleep(nap)

    async def _ring_due(self) -> None:
        for timer in await self._store.timers(self._clock.now()):
            handler = self._handlers.get(timer.kind)
            if handler is None:
                log.error("no handler for a timer", kind=timer.kind)
            else:
                await handler(timer)
            await self._store.drop_timer(timer.id)

    def _nap(self, due: datetime | None) -> float:
        """Seconds until there is something to do."""
        if due is None:
            return LONGEST_NAP
        return min(LONGEST_NAP, max(0.0, (due - self._clock.now()).total_seconds()))

    async def _sleep(self, seconds: float) -> None:
        """Sleep so long, or until somebody sets a timer."""
        nap = asyncio.create_task(self._clock.sleep(seconds))
        changed = asyncio.create_task(self._changed.wait())
        try:
            await asyncio.wait({nap, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()
            changed.cancel()
            self._changed.clear()
