"""Connections that nobody may hold up the web chat with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from adapters.web.connection import connections
from adapters.web.connection.connections import Connection
from tests.web_chat import TOKEN, Chat, chat

HEAD = b"POST /api/rooms/general/messages HTTP/1.1\r\nHost: 127.0.0.1\r\n"
MINE = b"Authorization: Bearer %s\r\nContent-Type: application/json\r\n" % TOKEN.encode()


@asynccontextmanager
async def opened(web: Chat, *pieces: bytes) -> AsyncIterator[asyncio.StreamReader]:
    """A connection of one's own, with these bytes sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        yield reader
    finally:
        writer.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a request is waited for as long as a test may."""
    monkeypatch.setattr(connections, "PATIENCE", 0.05)


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        (b"GET",),
        (HEAD,),
        (HEAD + b"X: " + b"a" * 1000,),
        (HEAD + b"Content-Length: 9\r\n\r\n", b"half"),
        (HEAD + MINE + b"Content-Length: 9\r\n\r\n", b"half"),
        (HEAD + MINE + b"Transfer-Encoding: chunked\r\n\r\n", b"4\r\nhalf"),
    ],
)
@pytest.mark.usefixtures("impatient")
async def test_half_a_request_is_not_waited_for_for_ever(pieces: tuple[bytes, ...]) -> None:
    async with chat() as web, opened(web, *pieces) as reader:
        async with asyncio.timeout(60):
            await reader.read()
        assert web.rooms.said == []


@pytest.mark.usefixtures("impatient")
async def test_whoever_listens_is_left_alone() -> None:
    """A stream of events is silent for many times as long as half a request is waited for."""
    async with chat(keep_alive=0.2) as web, web.listening() as stream:
        heard = [await stream.line() for _ in range(7)]
        assert heard.count(": here") == 3
        await web.say("hello")
        assert (await stream.next())[0] == "message.created"


async def test_too_many_connections_are_turned_away_and_the_others_are_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with chat() as web:
        assert (await web.client.get("/api/me")).status_code == 200  # this one is open, and stays
        monkeypatch.setattr(Connection, "most", 2)
        async with opened(web, HEAD), opened(web, HEAD) as turned_away:
            async with asyncio.timeout(60):
                assert await turned_away.read() == b""
            assert (await web.client.get("/api/me")).status_code == 200
