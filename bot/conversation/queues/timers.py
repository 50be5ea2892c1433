"""What is due later is kept in the database; one loop rings for all of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.errors import StorageError
from bot.ports import Clock, Store
from bot.records import Timer

log = structlog.get_logger()

Handler = Callable[[Timer], Awaitable[None]]

LONGEST_NAP = 5.0
"""Seconds after which the loop looks again: an earlier timer may have been set, or the wall clock moved."""

LATER = timedelta(seconds=60)
"""When a timer rings again whose handler failed."""


class Timers:
    """Hands every timer to its kind's handler when due; it goes only after its handler returned.

    Due is what the wall clock says, and what would be due had nobody set the clock back meanwhile.
    """

    def __init__(self, store: Store, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers
        self._start = clock.now() - timedelta(seconds=clock.monotonic())

    async def run(self) -> None:
        """Ring until cancelled."""
        while True:
            try:
                await self._ring_due()
                nap = self._nap(await self._store.next_timer())
            except StorageError as exc:
                log.warning("timers wait for the database", error=str(exc))
                nap = LONGEST_NAP
            await self._clock.sleep(nap)

    async def _ring_due(self) -> None:
        for timer in await self._store.timers(self._now()):
            handler = self._handlers.get(timer.kind)
            if handler is None:
                log.error("no handler for a timer", kind=timer.kind)
            else:
                await self._ring(handler, timer)
            await self._store.drop_timer(timer.id)

    async def _ring(self, handler: Handler, timer: Timer) -> None:
        """Let it be handled; one that fails rings again later, and holds up no other."""
        (failed,) = await asyncio.gather(handler(timer), return_exceptions=True)
        if failed is not None:
            log.error("timer failed", kind=timer.kind, exc_info=failed)
            await self._store.set_timer(self._now() + LATER, timer.kind, timer.payload)

    def _now(self) -> datetime:
        """The wall clock, or what it would show had nobody set it back."""
        return max(self._clock.now(), self._start + timedelta(seconds=self._clock.monotonic()))

    def _nap(self, due: datetime | None) -> float:
        """Seconds until there is something to do."""
        if due is None:
            return LONGEST_NAP
        return min(LONGEST_NAP, max(0.0, (due - self._now()).total_seconds()))
