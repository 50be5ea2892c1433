"""Albums come picture by picture, and nothing tells which is the last: they are gathered for a moment."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from telegram import Message

from bot.ports import Clock

WAIT: Final = 1.0
"""Seconds after a picture in which the next one may come."""

FULL: Final = 10
"""Pictures of an album at most."""


@dataclass(slots=True)
class _Album:
    """What has come of one so far. `last`: when; `over`: it has been dealt with."""

    last: float
    over: asyncio.Future[None]
    members: dict[int, Message] = field(default_factory=dict)


class Albums:
    """Hands on whole albums to `heard`. What comes later than that is an album of its own."""

    def __init__(
        self, heard: Callable[[Sequence[Message]], Awaitable[None]], clock: Clock, wait: float = WAIT
    ) -> None:
        self._heard = heard
        self._clock = clock
        self._wait = wait
        self._open: dict[tuple[int, str], _Album] = {}
        self._going: dict[asyncio.Future[None], int] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def add(self, message: Message) -> None:
        """One of an album's messages. Returns when the album has been dealt with; when it never is, this is
        cancelled, or raises what went wrong: it comes again after a start."""
        key = message.chat.id, message.media_group_id or ""
        if album := self._open.get(key):
            self._join(album, message)
            await asyncio.shield(album.over)
            return
        over = asyncio.get_running_loop().create_future()
        self._going[over] = message.chat.id
        album = self._open[key] = _Album(self._clock.monotonic(), over)
        try:
            self._join(album, message)
            await self._complete(album)
            del self._open[key]
            await self._heard([album.members[number] for number in sorted(album.members)])
            over.set_result(None)
        finally:
            if self._open.get(key) is album:
                del self._open[key]
            del self._going[over]
            over.cancel()  # nothing happens to what is dealt with

    async def settled(self, chat: int) -> None:
        """Wait until what has come of this chat's albums has been dealt with."""
        await asyncio.sleep(0)  # what came just before has begun then
        if going := [over for over, number in self._going.items() if number == chat]:
            await asyncio.wait(going)

    def _join(self, album: _Album, message: Message) -> None:
        album.members[message.message_id] = message
        album.last = self._clock.monotonic()

    async def _complete(self, album: _Album) -> None:
        """Wait until nothing has come for a moment."""
        while len(album.members) < FULL:
            rest = album.last + self._wait - self._clock.monotonic()
            if rest <= 0:
                return
            await self._clock.sleep(rest)
