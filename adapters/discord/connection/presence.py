"""Parley's presence on Discord: logged in, on as many shards as it takes, for as long as it runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final, TypeVar

import discord
import structlog
from discord.http import Route

from adapters.discord.connection.client import LONGEST_WAIT, Client, Ears, wanted, within
from adapters.discord.connection.fatal import GARBLED, PASSING, STOPPED, TurnedAway, turned_away
from adapters.discord.connection.identifies import Gateway, Identifies
from adapters.discord.connection.missed import LastHeard, Missed
from adapters.discord.connection.shards import REAL, Patience, Shard
from bot.errors import StorageError
from bot.ports import Clock
from bot.settings import Settings

T = TypeVar("T")
Compose = Callable[[discord.Client], Ears]
AtLogin = Callable[[discord.Client], Awaitable[None]]

log = structlog.get_logger()

COMING: Final = "Parley is not connected to Discord at the moment; it keeps trying."


class Connection:
    """Connects, and stays connected. `door` never does: it logs in, and is the way to REST for all."""

    def __init__(self, settings: Settings, clock: Clock, patience: Patience = REAL) -> None:
        self.door = discord.Client(
            intents=wanted(settings.discord),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self.off = ""
        """What the operator has to do; empty while Discord is on."""
        self._token = settings.discord_token.get_secret_value() if settings.discord_token else ""
        self._base = settings.discord_api_base.rstrip("/")
        self._options = settings.discord
        self._clock = clock
        self._patience = patience
        self._identifies = Identifies(self._gateway, clock, space=patience.space)
        self._shards: list[Shard] = []

    def ready(self) -> Mapping[str, str]:
        """What keeps it from hearing people, and why; empty when nothing does."""
        if self.off:
            return {"discord": self.off}
        connected = bool(self._shards) and all(shard.connected for shard in self._shards)
        return {} if connected else {"discord": COMING}

    def channel(self, channel_id: int) -> object:
        """A channel that one of the shards knows; None: none does."""
        known = (shard.client.get_channel(channel_id) for shard in self._shards)
        return next((channel for channel in known if channel), None)

    @asynccontextmanager
    async def running(
        self, compose: Compose, last_heard: LastHeard, at_login: AtLogin
    ) -> AsyncIterator[None]:
        """Be there meanwhile; at the end, say goodbye. Once it has logged in, `compose` is given the door and
        says who listens, and `at_login` is awaited beside."""
        Route.BASE = self._base  # the library has one for the whole process
        staying = asyncio.create_task(self._stay(compose, last_heard, at_login))
        staying.add_done_callback(self._over)
        try:
            yield
        finally:
            staying.cancel()
            await asyncio.wait([staying])
            await self.door.close()

    async def _stay(self, compose: Compose, last_heard: LastHeard, at_login: AtLogin) -> None:
        """Log in, then keep every shard connected, until Discord will not have it any more."""
        try:
            await self._persist(self._login)
            count = self._options.shards or (await self._persist(self._gateway)).shards
            ears = compose(self.door)
            missed = Missed(last_heard, ears, self._clock)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._persist(partial(at_login, self.door)))
                group.create_task(missed.read())
                self._shards = [self._shard((number, count), missed) for number in range(count)]
                for shard in self._shards:
                    group.create_task(shard.run())
        except* TurnedAway as away:
            self.off = str(away.exceptions[0])
        if self.off:
            log.error(self.off)

    def _shard(self, shard: tuple[int, int], missed: Missed) -> Shard:
        options, servers = self._options, self._patience.servers
        client = missed.listen(lambda ears: Client(self.door, ears, options, shard, missed.arrived, servers))
        before = partial(missed.remember, shard)
        return Shard(client, self._identifies, self._clock, self._patience, before)

    async def _login(self) -> None:
        """Log in, with a new session of the library's: one that failed leaves the old one behind."""
        await self.door.http.close()
        self.door.http.clear()
        self.door.http.connector = discord.utils.MISSING
        async with within(self.door, self._patience.greeting):
            await self.door.login(self._token)

    async def _gateway(self) -> Gateway:
        async with within(self.door, self._patience.greeting):
            return Gateway.read(await self.door.http.request(Route("GET", "/gateway/bot")))

    async def _persist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until it is answered. Raises TurnedAway."""
        failures = 0
        while True:
            try:
                return await ask()
            except (*PASSING, *GARBLED, StorageError) as exc:
                if away := turned_away(exc):
                    raise away from exc
                log.warning("Discord cannot be asked", error=type(exc).__name__)
            failures += 1
            await self._clock.sleep(self._patience.wait(failures))

    def _over(self, staying: asyncio.Task[None]) -> None:
        """It ended by itself: the platform is off, and the rest of Parley goes on."""
        error = None if staying.cancelled() else staying.exception()
        if error is not None:
            self.off = STOPPED
            log.critical("an error that nothing handled", exc_info=error)
