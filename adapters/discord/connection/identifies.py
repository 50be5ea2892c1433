"""Who may begin a session, and when: Discord counts them, and whoever begins too many loses the token."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self

import structlog
import yarl

from bot.ports import Clock

log = structlog.get_logger()

SPACE = 5.5
"""Seconds between two sessions of one bucket: five (Discord's documentation, `max_concurrency`), and some for
a request that travels faster than the one before."""

KEPT_BACK = 20
"""Sessions of a day that are not begun: whoever uses up the last one has the token reset."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """What Discord says about its gateway: its address, and how many sessions may still be begun.

    `reset_after`: seconds until there are as many again as a day has.
    """

    url: yarl.URL
    shards: int
    remaining: int
    reset_after: float
    at_once: int

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """From the answer to `GET /gateway/bot`. Raises LookupError, TypeError, ValueError."""
        limit = said["session_start_limit"]
        return cls(
            yarl.URL(said["url"]),
            max(1, said["shards"]),
            limit["remaining"],
            limit["reset_after"] / 1000,
            max(1, limit["max_concurrency"]),
        )


class Identifies:
    """Lets shards begin sessions in turn, as many at once as Discord takes, within a day's number."""

    def __init__(self, ask: Callable[[], Awaitable[Gateway]], clock: Clock, *, space: float = SPACE) -> None:
        self._ask = ask
        self._clock = clock
        self._space = space
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[int, float] = {}

    @asynccontextmanager
    async def turn(self, shard: int) -> AsyncIterator[yarl.URL]:
        """Wait until this shard may begin a session: where. At the end it has. Raises what asking raises."""
        gateway = await self._ask()
        while gateway.remaining <= KEPT_BACK:
            log.error("too many sessions were begun on Discord today", waiting=round(gateway.reset_after))
            await self._clock.sleep(gateway.reset_after + self._space)
            gateway = await self._ask()
        bucket = shard % gateway.at_once
        async with self._turns[bucket]:
            since = self._clock.monotonic() - self._last.get(bucket, float("-inf"))
            await self._clock.sleep(max(0.0, self._space - since))
            try:
                yield gateway.url
            finally:
                self._last[bucket] = self._clock.monotonic()
