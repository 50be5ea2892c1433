"""A client of Discord's: what it asks for, and who is told what happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import discord
import structlog

from adapters.discord.connection.fatal import GARBLED
from bot.settings import DiscordOptions

log = structlog.get_logger()

LONGEST_WAIT = 30.0
"""Seconds that a request may wait for its rate limit: the least that the library allows."""


@dataclass(frozen=True, slots=True)
class Ears:
    """Who takes in what happens. Each is called on the event loop, in Discord's own order, and never waits.

    `meant`: whether a message asks for an answer.
    """

    heard: Callable[[discord.Message], None]
    meant: Callable[[discord.Message], bool]
    edited: Callable[[discord.RawMessageUpdateEvent], None]
    deleted: Callable[[discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent], None]
    asked: Callable[["discord.Interaction[Any]"], None]
    reacted: Callable[[discord.RawReactionActionEvent], None]


class Client(discord.Client):
    """The library's client for one shard: no privileged intent by default, nothing kept, nobody pinged.

    `door` has logged in, and is its way to REST: one session and one set of rate limits for all shards.
    `arrived` is told when a new session knows its servers, `servers` seconds after the last of them; what
    happened before it was not told.
    """

    def __init__(
        self,
        door: discord.Client,
        ears: Ears,
        options: DiscordOptions,
        shard: tuple[int, int],
        arrived: Callable[["Client"], object],
        servers: float,
    ) -> None:
        super().__init__(
            intents=wanted(options),
            shard_id=shard[0],
            shard_count=shard[1],
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            guild_ready_timeout=servers,
        )
        self.shard = shard
        self.greeted = asyncio.Event()
        """Whether the session was taken up or begun, since it was cleared."""
        self._ears = ears
        self._arrived = arrived
        self._connection.parsers = {
            event: parse if event == "READY" else partial(_read, event, parse)
            for event, parse in self._connection.parsers.items()
        }
        self.http = self._connection.http = door.http
        self._connection.application_id = door.application_id

    async def open(self) -> None:
        """Bind it to the running loop, without a login of its own."""
        await self._async_setup_hook()

    def leave(self) -> None:
        """It is not connected any more, and will not be: nobody arrives."""
        if waiting := self._connection._ready_task:  # noqa: SLF001  # the library leaves it behind
            waiting.cancel()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nothing: whoever connects has waited for its turn before."""

    async def on_connect(self) -> None:
        """A session has begun."""
        self.greeted.set()

    async def on_resumed(self) -> None:
        """A session goes on, and all that was missed has been told."""
        self.greeted.set()

    async def on_ready(self) -> None:
        """The servers of a new session are known."""
        self._arrived(self)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody said something."""
        self._ears.heard(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message has changed."""
        self._ears.edited(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        self._ears.deleted(event)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        """Several messages are gone."""
        self._ears.deleted(event)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody put a sign on a message."""
        self._ears.reacted(event)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody took it away."""
        self._ears.reacted(event)

    async def on_interaction(self, interaction: "discord.Interaction[Any]") -> None:
        """Somebody gave a command, pressed a button, filled in a window or types."""
        self._ears.asked(interaction)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Whoever should have taken something in did not."""
        log.error("an event of Discord's was not taken in", handler=event_method, exc_info=True)  # noqa: LOG014  # the library handles it


@asynccontextmanager
async def within(client: discord.Client, seconds: float) -> AsyncIterator[None]:
    """Ask REST in so much time. Raises TimeoutError.

    The library never lets another request pass when one is cancelled that waits out a limit of the whole bot.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        client.http._global_over.set()  # noqa: SLF001  # see above
        raise


def wanted(options: DiscordOptions) -> discord.Intents:
    """What Discord shall tell of: servers, messages and signs on them; all words only when that is set."""
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.guild_reactions = intents.dm_reactions = True
    intents.message_content = options.message_content
    return intents


def _read(event: str, parse: Callable[[Any], None], data: Any) -> None:
    """Let the library read an event. One that it cannot read would end the whole connection."""
    try:
        parse(data)
    except GARBLED:
        log.exception("Discord sent an event that cannot be read", name=event)
