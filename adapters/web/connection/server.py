"""Serves the web chat inside the process's own event loop."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable, Generator

import uvicorn
from starlette.types import ASGIApp

from adapters.web.connection.connections import Connection, most_connections
from bot.errors import ConfigError

GRACE_SECONDS = 1
"""For requests that are being answered when the server stops: answers in the making had their time before."""


class _Server(uvicorn.Server):
    """Signals belong to the process, not to its web server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Take the port, or any free one for 0. Raises ConfigError."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(
            f"PARLEY_WEB_HOST: {host} is not an address of this machine ({error.strerror})."
        ) from error
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(where)
        taken.listen(2048)
    except OSError as error:
        taken.close()
        raise ConfigError(_problem(host, port, error)) from error
    taken.setblocking(False)
    return taken


def _problem(host: str, port: int, error: OSError) -> str:
    """What the operator can do about a port that cannot be had."""
    if error.errno == errno.EADDRINUSE:
        return f"PARLEY_WEB_PORT: port {port} of {host} is taken. Choose another, or 0 for any free one."
    if error.errno == errno.EACCES:
        return f"PARLEY_WEB_PORT: port {port} may not be opened by this user. Choose one above 1023."
    return f"PARLEY_WEB_HOST: {host} is not an address of this machine ({error.strerror})."


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, host: str, port: int, *, ending: Callable[[], None]) -> AsyncIterator[int]:
    """Serve `app` meanwhile; yields the port. At the end `ending` is called to end the event streams.

    Raises ConfigError when the address cannot be had.
    """
    taken = listen(host, port)
    Connection.most = most_connections()
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,  # an address may carry the token
        proxy_headers=False,  # whoever connects is who connects
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    served = asyncio.create_task(server.serve([taken]), name="web server")
    try:
        yield taken.getsockname()[1]
    finally:
        ending()
        server.should_exit = True
        await served
