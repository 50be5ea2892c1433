"""An MCP server at an address: streamable HTTP, with a bound to what it may say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx2
from mcp.client._transport import TransportStreams
from mcp.client.streamable_http import streamable_http_client

from bot.settings import McpServer
from bot.tools.mcp.process import LARGEST

TIMES: Final = httpx2.Timeout(10.0, read=300.0)
"""Seconds. A server may keep a stream open and say nothing; each call has a deadline of its own."""


class TooMuch(httpx2.TransportError):
    """An answer is larger than it may be."""


class Refused(httpx2.TransportError):
    """The server does not take us: our key, most likely."""


class _Bounded(httpx2.AsyncByteStream):
    """What a server answers, up to a bound. An endless stream of events is bounded event by event."""

    def __init__(self, inner: httpx2.AsyncByteStream, most: int) -> None:
        self._inner = inner
        self._left = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._left -= len(chunk)
            if self._left < 0:
                raise TooMuch("more than fits")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Door(httpx2.AsyncHTTPTransport):
    """The way out: nothing comes compressed, and nothing without a bound."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises TransportError."""
        response = await super().handle_async_request(request)
        if response.status_code in (401, 403):
            await response.aclose()
            raise Refused(str(response.status_code))
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise TooMuch("it comes compressed, though nobody asked for that")
        kind = response.headers.get("content-type", "").lower()
        if not kind.startswith("text/event-stream") and isinstance(response.stream, httpx2.AsyncByteStream):
            response.stream = _Bounded(response.stream, LARGEST)
        return response


@asynccontextmanager
async def reaching(server: McpServer) -> AsyncIterator[TransportStreams]:
    """The two ways to a server that is elsewhere. It follows nobody to another host (the SDK sees to it)."""
    headers = {"User-Agent": "Parley", "Accept-Encoding": "identity"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key.get_secret_value()}"
    door = await asyncio.to_thread(_Door)  # reads all the certificates that there are
    async with (
        httpx2.AsyncClient(headers=headers, timeout=TIMES, transport=door, trust_env=False) as http,
        streamable_http_client(server.url, http_client=http, max_sse_event_size=LARGEST) as streams,
    ):
        yield streams
