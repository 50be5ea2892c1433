"""What was said while Parley was away: it is read back, and comes in as if it were said now.

The gateway tells a new session nothing of what was before. So ahead of each, the newest message that is known
of every room is remembered, and afterwards whatever came later is read: what is a few minutes old is taken in
like anything else (what was heard before leads to nothing, for events are known by their ids); what is older
is left, with one note.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import discord
import structlog
from discord.abc import Messageable
from discord.utils import time_snowflake

from adapters.discord.client import Client, Ears
from adapters.discord.fatal import GARBLED, PASSING
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
        self._reading = asyncio.Lock()

    async def remember(self) -> None:
        """Note how far every room was heard, ahead of a new session. What was not yet read from an earlier
        point on keeps that point. Raises StorageError."""
        for key, event_id in (await self._last_heard(self._clock.now() - ACTIVE)).items():
            message_id = event_id.partition(":")[0]  # an edit's has more to it
            if message_id.isdecimal() and not key.person:
                self._rooms.setdefault(key, int(message_id))

    async def read(self, client: Client) -> None:
        """Read what this client's shard was not told. One after the other, at ten requests a second."""
        async with self._reading:
            cut = self._clock.now() - FRESH
            left = [key for key in self._rooms if shard_of(key, client.shard[1]) == client.shard[0]]
            for round_ in range(TRIES):
                left = [key for key in left if not await self._read(client, key, cut)]
                if not left:
                    return
                await self._clock.sleep(PAUSE * 2**round_)
            log.warning("what was said meanwhile could not be read", rooms=len(left))
            for key in left:
                self._rooms.pop(key, None)

    async def _read(self, client: Client, key: ChannelKey, cut: datetime) -> bool:
        """Read one room; False: it cannot be read for now."""
        try:
            channel = await self._channel(client, int(key.thread or key.channel))
            await self._fresh(channel, max(self._rooms[key], time_snowflake(cut)))
            if self._rooms[key] < time_snowflake(cut):
                await self._old(client, channel, self._rooms[key], cut)
        except (discord.Forbidden, discord.NotFound, discord.InvalidData):
            log.info("a room that was spoken in cannot be read any more", channel=key.channel)
        except GARBLED:
            log.exception("a room that was spoken in cannot be read", channel=key.channel)
        except PASSING as exc:
            log.info("a room cannot be read for now", channel=key.channel, error=type(exc).__name__)
            return False
        self._rooms.pop(key, None)
        return True

    async def _channel(self, client: Client, channel_id: int) -> Messageable:
        """A room, as its messages will show it. Raises discord.InvalidData when it holds none."""
        found = client.get_channel(channel_id)
        if found is None:
            await self._clock.sleep(self._pace)
            found = await client.fetch_channel(channel_id)
        if isinstance(found, Messageable):
            return found
        raise discord.InvalidData

    async def _fresh(self, channel: Messageable, after: int) -> None:
        """Take in everything after a message, oldest first."""
        more = True
        while more:
            await self._clock.sleep(self._pace)
            page = [
                m async for m in channel.history(limit=PAGE, after=discord.Object(after), oldest_first=True)
            ]
            for message in page:
                self._ears.heard(message)
            more = len(page) == PAGE
            after = page[-1].id if page else after

    async def _old(self, client: Client, channel: Messageable, after: int, cut: datetime) -> None:
        """Under the newest question that is too old, a note, unless Parley has said anything since."""
        await self._clock.sleep(self._pace)
        async for message in channel.history(limit=PAGE, before=discord.Object(time_snowflake(cut))):
            if message.id <= after or message.author == client.user:
                return
            if self._ears.meant(message):
                await channel.send(AWAY, reference=message.to_reference(fail_if_not_exists=False))
                return


def shard_of(key: ChannelKey, shards: int) -> int:
    """Which shard is told of a room (Discord's documentation, sharding): of direct messages, the first."""
    return (int(key.space) >> 22) % shards if key.space.isdecimal() else 0
