"""Hears Telegram by being told: an address of the web server, for who knows the secret.

Nothing is read before the secret is known to be right, and nothing is acknowledged before it is stored.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.telegram.connection.fetching import LARGEST, number_of
from bot.errors import StorageError

Heard: TypeAlias = Callable[[Mapping[int, str]], Awaitable[int]]

PATH: Final = "/webhooks/telegram"
HEADER: Final = "x-telegram-bot-api-secret-token"
AT_MOST: Final = 1024 * 1024
"""Bytes of an update; Telegram's own have 64 KiB at most."""
WITHIN: Final = 10.0
"""Seconds for the whole of it to arrive."""
LATER: Final = {"retry-after": "5"}
CLOSE: Final = {"connection": "close"}
"""With an answer that comes before the body: else the rest of it would be taken in, and thrown away."""

log = structlog.get_logger()


class Webhook:
    """Takes in updates, once somebody listens: until then, and while nothing can be stored, Telegram is asked
    to come again. `secret` is never empty."""

    def __init__(self, secret: str, *, at_most: int = AT_MOST, within: float = WITHIN) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would believe everybody")
        self._secret = secret.encode()
        self._at_most = at_most
        self._within = within
        self._heard: Heard | None = None

    def listen(self, heard: Heard | None) -> None:
        """From now on this is told; None: nobody listens."""
        self._heard = heard

    def route(self) -> Route:
        """Where Telegram comes to."""
        return Route(PATH, self.receive, methods=["POST"])

    async def receive(self, request: Request) -> Response:
        """Answer a request that says it is Telegram's."""
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return Response(status_code=401, headers=CLOSE)
        if self._heard is None:
            return Response(status_code=503, headers=LATER)
        try:
            async with asyncio.timeout(self._within):
                body = await _body(request, self._at_most)
        except (ClientDisconnect, TimeoutError):
            return Response(status_code=408, headers=CLOSE)
        if body is None:
            return Response(status_code=413, headers=CLOSE)
        return await self._take(body, self._heard)

    async def _take(self, body: bytes, heard: Heard) -> Response:
        """Store it. What has no number cannot be stored: it is passed over, or it would come for ever."""
        text = body.decode("utf-8", "replace")
        number = number_of(text)
        if number is None or abs(number) > LARGEST:
            log.error("an update without a usable number was passed over")
            return Response(status_code=200)
        try:
            await heard({number: text})
        except StorageError as exc:
            log.warning("what Telegram told cannot be stored: it comes again", error=type(exc).__name__)
            return Response(status_code=503, headers=LATER)
        return Response(status_code=200)


async def _body(request: Request, at_most: int) -> bytes | None:
    """What was sent; None: it is too long."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdecimal() or len(length) > 12 or int(length) > at_most:
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > at_most:
            return None
    return bytes(body)
