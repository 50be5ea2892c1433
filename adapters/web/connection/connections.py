"""Connections that say too little, or are too many: whoever reaches the port can open them, token or not."""

import asyncio
import resource
from typing import cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 30.0
"""Seconds between two looks at a connection: one whose request was incomplete at both is closed."""
FILES = 65_536
"""Files and connections that the process asks the system for, where it may have as many."""


def most_connections() -> int:
    """How many the web chat may have: half of what the process may open, so that the database, the pictures
    and the AI services always find a place."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted // 2


class Connection(H11Protocol):
    """uvicorn's own, which would wait for ever for the rest of a request."""

    most = 512
    _look: asyncio.TimerHandle | None = None
    _seen: tuple[object, object] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it, unless there are too many."""
        super().connection_made(cast(asyncio.Transport, transport))
        if len(self.connections) > self.most:
            self.transport.close()
        else:
            self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to look at."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def _look_later(self) -> None:
        self._look = self.loop.call_later(PATIENCE, self._look_now)

    def _look_now(self) -> None:
        """Close it when it is where it was: in the middle of the same request, or before one."""
        now = (self.cycle, self.conn.their_state)
        if now == self._seen and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.transport.close()
        else:
            self._seen = now
            self._look_later()
