"""One answer that comes as events, each of them under a deadline."""

import asyncio
from collections.abc import AsyncIterator

from bot.errors import ProviderGarbled
from bot.http.events import BOM, LARGEST, Event, EventDecoder
from bot.http.faults import translated


async def read(pieces: AsyncIterator[bytes], at_most: int, start: bytes = b"") -> bytes:
    """`start` and all pieces as one. Raises ProviderGarbled beyond `at_most` bytes."""
    whole, size = [start], len(start)
    async for piece in pieces:
        whole.append(piece)
        size += len(piece)
        if size > at_most:
            raise ProviderGarbled(f"a body of more than {at_most} bytes")
    return b"".join(whole)


class EventStream:
    """Reads the events of an answer. The content type is not trusted: the first character tells.

    `until`: when the first event must be here, in the loop's time; `between`: seconds for each further one,
    counted while somebody waits for it. Comments and half events extend neither. None: no deadline.
    """

    def __init__(
        self, pieces: AsyncIterator[bytes], key: str, until: float | None, between: float | None
    ) -> None:
        self._pieces = pieces
        self._key = key
        self._until = until
        self._between = between
        self._decoder = EventDecoder()
        self._unsure = True  # nothing but white space was read
        self._any = False

    async def more(self) -> list[Event]:
        """The next events, as many as came together; none: the stream is over. Raises ProviderError."""
        if self._any and self._between is not None:
            self._until = asyncio.get_running_loop().time() + self._between
        with translated(self._key):
            async with asyncio.timeout_at(self._until):
                events = await self._next()
        if not events and not self._any:
            raise ProviderGarbled("a body without any event")
        self._any = True
        return events

    async def _next(self) -> list[Event]:
        async for piece in self._pieces:
            start = piece.removeprefix(BOM).lstrip() if self._unsure else b""
            if start:
                self._unsure = False
            if start.startswith(b"<"):
                raise ProviderGarbled("a web page instead of events")
            if start.startswith((b"{", b"[")):
                return [Event(await read(self._pieces, LARGEST, start))]  # a service that does not stream
            if events := self._decoder.feed(piece):
                return events
        return self._decoder.end()
