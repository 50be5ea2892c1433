"""A clock whose time only the test moves.

    clock = VirtualClock()
    task = asyncio.create_task(clock.sleep(5))
    await clock.advance(4.9)                # wakes every sleeper that is due on the way, in order
    await clock.until(something())          # as far as it takes; fails when nobody would ever wake it

Between two jumps every task runs as far as it can without time passing. That is exact for tasks, futures
and this clock; sockets and threads need real time, so they do not mix with it.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2026, 1, 1, tzinfo=UTC)


class VirtualClock:
    """Implements the Clock port. `monotonic` starts at 0 and `now` at START."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return START + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self._seconds + max(seconds, 0.0), next(self._order), place))
        await place

    async def settle(self) -> None:
        """Let every task run as far as it can while time stands still."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while loop._ready:  # type: ignore[attr-defined]  # the one place that knows whether anything can run
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let time pass."""
        end = self._seconds + seconds
        await self.settle()
        while await self._jump(end):
            pass
        self._seconds = end

    async def until(self, work: Coroutine[Any, Any, T]) -> T:
        """Let as much time pass as `work` takes."""
        task = asyncio.create_task(work)
        await self.settle()
        while not task.done():
            if not await self._jump(float("inf")):
                task.cancel()
                raise AssertionError(f"nobody will ever wake {task.get_name()}")
        return await task

    async def _jump(self, end: float) -> bool:
        """Go to the next sleeper that is due by `end`, and wake it; False: there is none."""
        while self._sleepers and self._sleepers[0][2].done():
            heappop(self._sleepers)
        if not self._sleepers or self._sleepers[0][0] > end:
            return False
        when, _, place = heappop(self._sleepers)
        self._seconds = max(self._seconds, when)
        place.set_result(None)
        await self.settle()
        return True
