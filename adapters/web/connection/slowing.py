"""Guesses of a token, by the address that they come from: after a few of them others take their time."""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.requests import HTTPConnection

ATTEMPTS: Final = 5
"""Wrong tokens in a minute from one address; then others from there wait for the rest of it."""
ADDRESSES: Final = 1000
"""Of which wrong tokens are remembered; more forget the one that was quiet for longest."""
MINUTE: Final = 60.0
PAUSE: Final = 0.5
"""Seconds that a further guess waits for its refusal."""
HELD: Final = 8
"""Guesses of one address that wait at once; while they do, no other token from there is looked at."""


class Slowing:
    """Wrong tokens, by the address that they came from."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until a token from there is looked at again; 0: now."""
        wrong = self._wrong.get(address, deque())
        left = wrong[0] + MINUTE - self._monotonic() if len(wrong) == ATTEMPTS else 0.0
        return max(0, -int(-left // 1))

    def wrong(self, address: str) -> None:
        """A wrong one came."""
        self._wrong.setdefault(address, deque(maxlen=ATTEMPTS)).append(self._monotonic())
        self._wrong.move_to_end(address)
        while len(self._wrong) > ADDRESSES:
            self._wrong.popitem(last=False)


class Brake(Slowing):
    """Refusals that take their time. The right token is not kept waiting by wrong ones from elsewhere, nor by
    as many from its own address as may wait at once."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(monotonic)
        self._sleep = sleep
        self._held: Counter[str] = Counter()

    def full(self, address: str) -> bool:
        """Whether as many guesses wait as may."""
        return self._held[address] >= HELD

    @asynccontextmanager
    async def refusing(self, address: str) -> AsyncIterator[bool]:
        """A wrong token came: whether it is one too many, which is told only after a pause."""
        slow = bool(self.wait(address))
        if not slow:
            self.wrong(address)
            yield False
            return
        self._held[address] += 1
        try:
            await self._sleep(PAUSE)
            yield True
        finally:
            self._held[address] -= 1
            self._held += Counter()  # which forgets who has none


def address_of(request: HTTPConnection) -> str:
    """Who connects, and nobody whom they name."""
    return request.client.host if request.client else ""
