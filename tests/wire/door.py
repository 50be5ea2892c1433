"""The door to HTTP, opened on a service that does what a test tells it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from bot.http import Http
from bot.settings import Deadlines
from tests.wire.answers import Answer
from tests.wire.server import AiServer, serving

KEY = "sk-secret-1234567890"
ONE, TWO = b"data: one\n\n", b"data: two\n\n"
"""Two events."""


@asynccontextmanager
async def talking(
    *answers: Answer, key: str = KEY, deadlines: Deadlines | None = None
) -> AsyncIterator[tuple[AiServer, Http]]:
    async with serving() as ai, aclosing(Http(ai.url, key=key, deadlines=deadlines)) as http:
        ai.will(*answers)
        yield ai, http


async def all_of(events: AsyncGenerator[bytes, None]) -> list[bytes]:
    async with aclosing(events):
        return [event async for event in events]


async def streamed(http: Http) -> list[bytes]:
    """The events that answer a request."""
    return await all_of(http.stream_events("x", {}))
