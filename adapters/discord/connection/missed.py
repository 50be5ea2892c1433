"""What was said while Parley was away: it is read back, and comes in as if it were said now.

The gateway tells a new session nothing of what was before. So ahead of each, the newest message that is known
of every room is remembered, and afterwards whatever came later is read: what is a few minutes old is taken in
like anything else (what was heard before leads to nothing, for events are known by their ids); what is older
is left, with one note. Where somebody speaks meanwhile is read first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import discord
import structlog
from discord.abc import Messageable
from discord.utils import time_snowflake

from adapters.discord.connection.client import Client, Ears, within
from adapters.discord.connection.fatal import GARBLED, PASSING, lasting
from adapters.discord.connection.held import Held
from bot.messages import ChannelKey
from bot.ports import Clock

log = structlog.get_logger()

ACTIVE = timedelta(hours=24)
"""Rooms in which nobody spoke for so long are not read."""

FRESH = timedelta(minutes=15)
"""Who asked longer ago does not wait for an answer any more."""

PAGE = 100
"""Messages of one request: as many as Discord gives."""

PACE = 0.1
"""Seconds between two requests: ten a second, of the fifty that a bot has."""

WITHIN = 60.0
"""Seconds for a room."""

TRIES = 4
"""How often a room is asked for that cannot be read for now."""

PAUSE = 5.0
"""Seconds before the next try; they double."""

AWAY = "I was away when this was asked. If it still matters, please ask again."

LastHeard = Callable[[datetime], Awaitable[Mapping[ChannelKey, str]]]


class Missed:
    """Remembers how far every room was heard, and reads what came after."""

    def __init__(self, last_heard: LastHeard, ears: Ears, clock: Clock, *, pace: float = PACE) -> None:
        self._last_heard = last_heard
        self._ears = ears
        self._clock = clock
        self._pace = pace
        self._rooms: dict[ChannelKey, int] = {}
        self._untried: dict[int, ChannelKey] = {}
        self._arrived: asyncio.Queue[Client] = asyncio.Queue()
        self._spoken: asyncio.Queue[tuple[Client, ChannelKey]] = asyncio.Queue()
        self._held: dict[tuple[int, int], Held] = {}
        self._one = asyncio.Lock()

    async def remember(self, shard: tuple[int, int]) -> None:
        """Note how far every room of a shard was heard, ahead of a new session. What was not yet read from an
        earlier point on keeps that point. Raises StorageError."""
        for key, event_id in (await self._last_heard(self._clock.now() - ACTIVE)).items():
            message_id = event_id.partition(":")[0]  # an edit's has more to it
            if message_id.isdecimal() and not key.person and _told(key, shard):
                self._rooms.setdefault(key, int(message_id))
                self._untried[_channel_id(key)] = key

    def listen(self, make: Callable[[Ears], Client]) -> Client:
        """A client whose events wait where older ones are still to be read."""

        def waits(channel: int) -> bool:
            if key := self._untried.get(channel):
                self._spoken.put_nowait((client, key))
            return key is not None

        held = Held(self._ears, waits)
        client = make(held.ears())
        self._held[client.shard] = held
        return client

    def arrived(self, client: Client) -> None:
        """A new session of a client knows its servers: what its shard was not told can be read."""
        self._arrived.put_nowait(client)

    async def read(self) -> None:
        """Read for one shard after the other, at ten requests a second, for as long as there are any."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read_all())
                group.create_task(self._read_first())
        finally:
            for held in self._held.values():
                held.close()

    async def _read_first(self) -> None:
        """Read the rooms in which somebody speaks."""
        while True:
            client, key = await self._spoken.get()
            if self._untried.get(_channel_id(key)) == key:
                await self._done(client, key, time_snowflake(self._clock.now() - FRESH))

    async def _read_all(self) -> None:
        while True:
            client = await self._arrived.get()
            left = [key for key in self._rooms if _told(key, client.shard)]
            cut = time_snowflake(self._clock.now() - FRESH)
            for times in range(TRIES):
                left = [key for key in left if not await self._done(client, key, cut)]
                if not left:
                    break
                await self._clock.sleep(PAUSE * 2**times)
            for key in left:
                log.warning("what was said in a room meanwhile cannot be read", channel=key.channel)
                self._rooms.pop(key, None)

    async def _done(self, client: Client, key: ChannelKey, cut: int) -> bool:
        """Read one room, unless it was; False: it cannot be read for now. What waited there goes on."""
        async with self._one:
            try:
                return key not in self._rooms or await self._tried(client, key, cut)
            finally:
                self._untried.pop(_channel_id(key), None)
                if held := self._held.get(client.shard):
                    held.release(_channel_id(key))

    async def _tried(self, client: Client, key: ChannelKey, cut: int) -> bool:
        try:
            async with within(client, WITHIN):
                await self._read(client, key, cut)
        except (*PASSING, *GARBLED) as exc:
            log.info("a room cannot be read", channel=key.channel, error=type(exc).__name__)
            if not lasting(exc):
                return False
        del self._rooms[key]
        return True

    async def _read(self, client: Client, key: ChannelKey, cut: int) -> None:
        channel = await self._channel(client, _channel_id(key))
        after = self._rooms[key]
        spoke = await self._fresh(client, channel, key, max(after, cut))
        if after < cut and not spoke:
            await self._old(client, channel, after, cut)

    async def _channel(self, client: Client, channel_id: int) -> Messageable:
        """A room, as its messages will show it. Raises discord.InvalidData when it holds none."""
        found = client.get_channel(channel_id)
        if found is None:
            await self._clock.sleep(self._pace)
            found = await client.fetch_channel(channel_id)
        if isinstance(found, Messageable):
            return found
        raise discord.InvalidData

    async def _fresh(self, client: Client, channel: Messageable, key: ChannelKey, after: int) -> bool:
        """Take in everything after a message, oldest first; whether Parley spoke, too. What was taken in is
        not asked for again."""
        spoke, more = False, True
        while more:
            await self._clock.sleep(self._pace)
            since = discord.Object(after)
            page = [one async for one in channel.history(limit=PAGE, after=since, oldest_first=True)]
            for message in page:
                self._ears.heard(message)
                spoke |= message.author == client.user
            more = len(page) == PAGE
            if page:
                after = self._rooms[key] = page[-1].id
        return spoke

    async def _old(self, client: Client, channel: Messageable, after: int, cut: int) -> None:
        """Under the newest question that is too old, a note, unless Parley has said anything since."""
        await self._clock.sleep(self._pace)
        async for message in channel.history(limit=PAGE, before=discord.Object(cut)):
            if message.id <= after or message.author == client.user:
                return
            if self._ears.meant(message):
                await channel.send(AWAY, reference=message.to_reference(fail_if_not_exists=False))
                return


def _channel_id(key: ChannelKey) -> int:
    return int(key.thread or key.channel)


def _told(key: ChannelKey, shard: tuple[int, int]) -> bool:
    """Whether this shard is told of a room (Discord's documentation, sharding); the first, of what is in no
    server."""
    number, count = shard
    return (int(key.space) >> 22) % count == number if key.space.isdecimal() else number == 0
