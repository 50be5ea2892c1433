"""How a Bot API server lets a bot down, for `telegram.will` and `telegram.always`."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.platforms.telegram.refusals import Refused, too_many_requests

Perform = Callable[[], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Perform], Awaitable[web.StreamResponse]]
"""Given the request and what would answer it properly: what answers it."""

BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


def refuses(code: int, description: str, **parameters: int) -> Fault:
    """An error, and nothing is done."""

    async def fault(_: web.Request, __: Perform) -> web.StreamResponse:
        raise Refused(code, description, **parameters)

    return fault


def too_many(seconds: int) -> Fault:
    """429: wait so many seconds. The server keeps to it, too."""

    async def fault(_: web.Request, __: Perform) -> web.StreamResponse:
        raise too_many_requests(seconds)

    return fault


def unauthorized() -> Fault:
    """401, as for a token that was taken back; also seen for a moment while Telegram restarts."""
    return refuses(401, "Unauthorized")


def not_found() -> Fault:
    """404, as for a token of the wrong shape."""
    return refuses(404, "Not Found")


def page(status: int = 502, text: str = BAD_GATEWAY) -> Fault:
    """A web page of something between."""

    async def fault(_: web.Request, __: Perform) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type="text/html")

    return fault


def sends(body: bytes, status: int = 200) -> Fault:
    """Any bytes for an answer."""

    async def fault(_: web.Request, __: Perform) -> web.StreamResponse:
        return web.Response(status=status, body=body, content_type="application/json")

    return fault


def hangs(*, done: bool = False) -> Fault:
    """No answer ever; `done`: although it was done."""

    async def fault(_: web.Request, perform: Perform) -> web.StreamResponse:
        if done:
            await perform()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    return fault


def resets(*, done: bool = False) -> Fault:
    """The connection is reset; `done`: although it was done."""

    async def fault(request: web.Request, perform: Perform) -> web.StreamResponse:
        answer = await perform() if done else web.Response()
        if request.transport is not None:
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.transport.abort()
        return answer

    return fault


def waits(gate: asyncio.Event) -> Fault:
    """Done and answered once the gate is open."""

    async def fault(_: web.Request, perform: Perform) -> web.StreamResponse:
        await gate.wait()
        return await perform()

    return fault
