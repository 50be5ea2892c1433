"""A shard's connection to the gateway, for as long as Parley runs: it is taken up again whatever breaks it.

The library's own loop (`Client.connect`) ends with what it cannot read, waits up to 17 minutes between two
tries, and does not notice a gateway that talks but acknowledges nothing; so the loop is here, and the library
does the protocol.
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
import yarl
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

from adapters.discord.connection.client import Client
from adapters.discord.connection.fatal import ENDED, GARBLED, PASSING, turned_away
from adapters.discord.connection.identifies import SPACE, Identifies
from bot.errors import StorageError
from bot.ports import Clock

log = structlog.get_logger()

BYE, AGAIN = 1000, 4000
"""Close codes: the first ends the session, and the bot goes offline; after the other it can be resumed."""

CLOSING = 1.0
"""Seconds that the gateway has for closing its side."""

UNREADABLE = 3
"""After so many things in a row that nobody could read, the session that repeats them is given up."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what is waited for, in seconds. `retry`: at most before the first new try; it doubles, up to
    `most`, while nothing lasts for `lasting`. `greeting`: until a session has begun or goes on, or REST has
    answered. `servers`: after the last server of a new session was described, until all are known to be."""

    retry: float = 1.0
    most: float = 120.0
    lasting: float = 60.0
    greeting: float = 60.0
    space: float = SPACE
    servers: float = 2.0

    def wait(self, failures: int) -> float:
        """Any time up to a longest one, so that not all bots come back at once."""
        return random.uniform(0, min(self.most, self.retry * 2 ** min(failures, 20)))  # noqa: S311


REAL = Patience()


@dataclass(frozen=True, slots=True)
class Session:
    """What it takes to go on with a session: where, which, and the last event that was read."""

    url: yarl.URL
    id: str = field(repr=False)
    sequence: int | None

    @classmethod
    def of(cls, ws: DiscordWebSocket) -> "Session | None":
        """A connection's; None when it has none, or its end was the session's."""
        ended = ws.session_id is None or ws.socket.close_code in ENDED
        return None if ended else cls(ws.gateway, ws.session_id or "", ws.sequence)


class Shard:
    """One connection, with what is known of its session."""

    def __init__(
        self,
        client: Client,
        identifies: Identifies,
        clock: Clock,
        patience: Patience,
        before: Callable[[], Awaitable[None]],
    ) -> None:
        self.client = client
        self.connected = False
        self._identifies = identifies
        self._clock = clock
        self._patience = patience
        self._before = before
        self._session: Session | None = None
        self._unread = 0

    async def run(self) -> None:
        """Stay connected. `before` is awaited ahead of every new session. Raises TurnedAway."""
        await self.client.open()
        try:
            await self._persist()
        finally:
            self.client.leave()

    async def _persist(self) -> None:
        failures = 0
        while True:
            began = self._clock.monotonic()
            try:
                await self._connection()
            except (*PASSING, *GARBLED, StorageError) as exc:
                self._ended(exc)
            failures = 0 if self._clock.monotonic() - began > self._patience.lasting else failures + 1
            await self._clock.sleep(self._patience.wait(failures))

    def _ended(self, error: Exception) -> None:
        """The connection broke. Raises TurnedAway when another would not do better."""
        if away := turned_away(error):
            raise away from error
        garbled = isinstance(error, GARBLED)
        self._unread = self._unread + 1 if garbled else 0
        if self._unread >= UNREADABLE:
            self._session, self._unread = None, 0
        again = isinstance(error, ReconnectWebSocket)
        log.log(
            logging.INFO if again else logging.WARNING,
            "the connection to Discord ended",
            shard=self.client.shard[0],
            error=type(error).__name__,
            resumable=self._session is not None,
            exc_info=error if garbled else None,
        )

    async def _connection(self) -> None:
        """Connect, and take in events until it ends. Raises how it did."""
        self.client.greeted.clear()
        async with asyncio.timeout(None) as deadline:
            async with self._opened(deadline) as ws, self._watched(ws, deadline):
                while True:
                    await ws.poll_event()

    @asynccontextmanager
    async def _opened(self, deadline: asyncio.Timeout) -> AsyncIterator[DiscordWebSocket]:
        """A connection on which the session goes on, or begins."""
        ws = await (self._resume(self._session, deadline) if self._session else self._identify(deadline))
        self.client.ws = ws
        code = AGAIN
        try:
            yield ws
        except asyncio.CancelledError:
            code = AGAIN if deadline.expired() else BYE
            raise
        finally:
            self.connected = False
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await ws.close(code)
            self._session = Session.of(ws)

    async def _resume(self, session: Session, deadline: asyncio.Timeout) -> DiscordWebSocket:
        self._expect(deadline)
        return await DiscordWebSocket.from_client(
            self.client,
            gateway=session.url,
            shard_id=self.client.shard[0],
            session=session.id,
            sequence=session.sequence,
            resume=True,
        )

    async def _identify(self, deadline: asyncio.Timeout) -> DiscordWebSocket:
        await self._before()
        number = self.client.shard[0]
        async with self._identifies.turn(number) as url:
            self._expect(deadline)
            return await DiscordWebSocket.from_client(self.client, gateway=url, shard_id=number)

    def _expect(self, deadline: asyncio.Timeout) -> None:
        """From now on, Discord has so long for its greeting."""
        deadline.reschedule(asyncio.get_running_loop().time() + self._patience.greeting)

    @asynccontextmanager
    async def _watched(self, ws: DiscordWebSocket, deadline: asyncio.Timeout) -> AsyncIterator[None]:
        """End the connection when it is no more alive."""
        watch = asyncio.create_task(self._watch(ws, deadline))
        try:
            yield
        finally:
            watch.cancel()

    async def _watch(self, ws: DiscordWebSocket, deadline: asyncio.Timeout) -> None:
        """Wait for the greeting, then for a heartbeat that was not acknowledged before the next."""
        await self.client.greeted.wait()
        if not deadline.expired():
            deadline.reschedule(None)
        self.connected, self._unread = True, 0
        while (left := unacknowledged(ws)) > 0:
            await self._clock.sleep(left)
        log.warning("Discord does not acknowledge heartbeats", shard=self.client.shard[0])
        if not deadline.expired():
            deadline.reschedule(asyncio.get_running_loop().time())


def unacknowledged(ws: DiscordWebSocket) -> float:
    """Seconds until the gateway has missed a heartbeat: the last one was not acknowledged before the next."""
    beats = ws._keep_alive  # noqa: SLF001  # nothing else knows when that was
    if beats is None or beats.interval is None:
        return CLOSING
    return beats._last_ack + 2 * beats.interval - time.perf_counter()  # noqa: SLF001  # likewise
