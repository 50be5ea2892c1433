"""How fast a platform may be asked: a pace for each chat, a budget for each platform."""

import asyncio
from collections import deque

from bot.ports import Clock

SLOWEST = 10.0
"""Seconds between two requests in a chat, however often the platform says "slow down"."""
_FIRST_STRETCH = 0.5
_RELAXING = 0.8
_ROUNDING = 1e-6


class Pace:
    """When a chat may be asked again: `interval` seconds after the last request began. Each "slow down"
    doubles that, up to SLOWEST; each success takes a fifth of it back."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._step = interval
        self._last = self._before = float("-inf")
        self._until = float("-inf")

    def wait(self, now: float) -> float:
        """Seconds until the next request may begin; `now` is monotonic."""
        wait = max(self._last + self._step, self._until) - now
        return wait if wait > _ROUNDING else 0.0

    def take(self, now: float) -> bool:
        """Begin a request, when one may begin now."""
        if self.wait(now):
            return False
        self._before, self._last = self._last, now
        return True

    def began(self, now: float) -> None:
        """The request that a turn was taken for begins only now."""
        self._last = now

    def give_back(self) -> None:
        """There was nothing to ask after all."""
        self._last = self._before

    def slow_down(self, retry_after: float, now: float) -> None:
        """Nothing for `retry_after` seconds, and twice as slow from then on."""
        self._until = max(self._until, now + retry_after)
        self._step = max(self._step, min(SLOWEST, max(2 * self._step, _FIRST_STRETCH)))

    def relax(self) -> None:
        """A request went through."""
        self._step = max(self._interval, self._step * _RELAXING)


class Budget:
    """What a platform takes in all: a bucket of tokens. First words and final texts are served before
    edits in between.

    A tenth of `per_second` may come at once and the rest evenly, so that no second sees more than it.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._rate = per_second * 0.9
        self._most = max(1.0, per_second * 0.1)
        self._tokens = self._most
        self._clock = clock
        self._filled = clock.monotonic()
        self._queues: tuple[deque[asyncio.Future[None]], ...] = (deque(), deque())
        self._granting: asyncio.Task[None] | None = None

    def spend(self, *, keep: float = 0.0) -> bool:
        """Take a token when nobody waits for one and this share of the bucket stays full."""
        self._fill()
        if self._granting or self._tokens < max(1.0, keep * self._most):
            return False
        self._tokens -= 1
        return True

    async def take(self, *, urgent: bool) -> None:
        """Wait for a token, the urgent first, else in order."""
        if self.spend():
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues[0 if urgent else 1].append(place)
        if self._granting is None:
            self._granting = asyncio.create_task(self._grant())
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """There was nothing to ask after all."""
        self._tokens = min(self._most, self._tokens + 1)

    def _fill(self) -> None:
        now = self._clock.monotonic()
        self._tokens = min(self._most, self._tokens + (now - self._filled) * self._rate)
        self._filled = now

    async def _grant(self) -> None:
        """Serve those who wait; ends when nobody does."""
        try:
            while any(self._queues):
                if (missing := 1 - self._tokens) > _ROUNDING:
                    await self._clock.sleep(missing / self._rate)
                self._fill()
                while self._tokens > 1 - _ROUNDING and (place := self._first()):
                    self._tokens -= 1
                    place.set_result(None)
        finally:
            self._granting = None

    def _first(self) -> asyncio.Future[None] | None:
        """Who is next, those who gave up left out."""
        for queue in self._queues:
            while queue:
                if not (place := queue.popleft()).done():
                    return place
        return None
