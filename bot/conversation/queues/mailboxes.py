"""One mailbox a room: a room waits for itself, never for another. Mailboxes free themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.messages import ChannelKey

T = TypeVar("T")


class Mailboxes:
    """Takes each room's queued runs one after another, all rooms at once.

    `take` starts and finishes a room's next run, and says whether there was one.
    """

    def __init__(self, take: Callable[[ChannelKey], Awaitable[bool]]) -> None:
        self._take = take
        self._open: dict[ChannelKey, asyncio.Task[None]] = {}
        self._rung: set[ChannelKey] = set()

    def ring(self, key: ChannelKey) -> None:
        """Something may wait in this room."""
        self._rung.add(key)
        if key not in self._open:
            self._open[key] = asyncio.create_task(self._empty(key), name=f"mailbox {key}")

    async def _empty(self, key: ChannelKey) -> None:
        """Work until nothing waits; whoever rings meanwhile is heard."""
        try:
            while key in self._rung:
                self._rung.discard(key)
                while await self._take(key):
                    pass
        finally:
            del self._open[key]

    def __len__(self) -> int:
        return len(self._open)

    async def drain(self, seconds: float) -> None:
        """Let running turns finish for so long, then stop them where they are."""
        await finish(self._open.values(), seconds)


async def finish(tasks: Iterable[asyncio.Task[T]], seconds: float) -> None:
    """Let tasks end for so long, then stop them where they are."""
    going = list(tasks)
    if not going:
        return
    _, late = await asyncio.wait(going, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
