"""How httpx's requests travel: over an aiohttp session of our own (docs/decisions/0001)."""

from collections.abc import AsyncIterator, Mapping
from io import BytesIO
from typing import Any

import aiohttp
import httpx
from yarl import URL

HEADER = 64 * 1024
"""Bytes of one header line that we still read; some services send long policies."""

AS_READ = "as_read"
"""The extension of a request that is not to be in memory as a whole."""

OURS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""Headers that httpx decides on; aiohttp would add its own."""


class Wire(httpx.AsyncBaseTransport):
    """Carries requests without a limit on connections, cookies, redirects, proxies or decompression.

    Knows one deadline: `connect` seconds for the name, the connection and TLS together. Every other wait
    is the caller's to limit. Raises aiohttp's errors as they are: `bot.http.faults` translates them.
    """

    def __init__(self, connect: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect, ceil_threshold=float("inf"))
        self._session: aiohttp.ClientSession | None = None

    async def send(
        self, method: str, url: httpx.URL | str, *, headers: Mapping[str, str], **parts: Any
    ) -> httpx.Response:
        """Send what httpx makes of `parts`, such as `content` or `files`. Whoever calls closes the answer.

        A client around this would parse every address twice, and look for cookies and redirects.
        """
        request = httpx.Request(method, url, headers=headers, **parts)
        request.headers.setdefault("Accept", "*/*")
        return await self.handle_async_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return as soon as the answer's headers are here."""
        answer = await self._open().request(
            request.method,
            URL(str(request.url), encoded=True),
            headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw],
            data=await _sent(request),
            allow_redirects=False,
        )
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        """The session, made on first use: it belongs to the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                auto_decompress=False,
                trust_env=False,
                skip_auto_headers=OURS,
                max_line_size=HEADER,
                max_field_size=HEADER,
            )
        return self._session


async def _sent(request: httpx.Request) -> Any:
    """What is sent: the whole, or, of what may be large, each piece as it is read."""
    if request.extensions.get(AS_READ):
        return aiter(request.stream)  # type: ignore[arg-type]  # a form is both kinds of streams
    content = await request.aread()
    return BytesIO(content) if content else None


class _Body(httpx.AsyncByteStream):
    """The answer's bytes as they come. Closing it early closes the connection at once."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self._answer.content.readany():
            yield data

    async def aclose(self) -> None:
        self._answer.release()  # kept for the next request only when it was read to its end
