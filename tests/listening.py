"""Parley's connection to Discord by itself: whatever it hears is kept, and nothing is answered.

async with connection(platform) as (there, ears):
    await ann.says("hello", mention=True)
    assert (await ears.next()).content == "hello"
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import SecretStr

from adapters.discord.connection.client import Ears
from adapters.discord.connection.presence import Connection
from adapters.discord.connection.shards import Patience
from bot.clock import SystemClock
from bot.messages import ChannelKey
from bot.settings import DiscordOptions, Settings
from tests.platforms.discord import Discord
from tests.platforms.discord.library import discord

HASTY = Patience(retry=0.01, most=0.05, space=0.01, servers=0.05)
PLAIN = DiscordOptions()


@dataclass
class Heard:
    """Everything that came in, in order."""

    messages: "asyncio.Queue[discord.Message]" = field(default_factory=asyncio.Queue)
    asked: "asyncio.Queue[discord.Interaction]" = field(default_factory=asyncio.Queue)
    edited: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    deleted: asyncio.Queue[set[int]] = field(default_factory=asyncio.Queue)
    reacted: asyncio.Queue[discord.RawReactionActionEvent] = field(default_factory=asyncio.Queue)
    known: dict[ChannelKey, str] = field(default_factory=dict)
    """How far each room was heard before."""
    fails: bool = False

    async def next(self) -> str:
        """The next message's words, without mentions."""
        return (await self.messages.get()).content.partition("> ")[2]

    async def last_heard(self, since: datetime) -> Mapping[ChannelKey, str]:
        return dict(self.known)

    def ears(self, door: discord.Client) -> Ears:
        return Ears(
            heard=self._hear,
            meant=lambda message: any(user.id == door.application_id for user in message.mentions),
            edited=lambda event: self.edited.put_nowait(event.message_id),
            deleted=lambda event: self.deleted.put_nowait(
                {event.message_id} if isinstance(event, discord.RawMessageDeleteEvent) else event.message_ids
            ),
            asked=self.asked.put_nowait,
            reacted=self.reacted.put_nowait,
        )

    def _hear(self, message: discord.Message) -> None:
        if self.fails:
            self.fails = False
            raise KeyError("an error of ours")
        if not message.author.bot:
            self.messages.put_nowait(message)


class Recording(SystemClock):
    """The real time, moved; long waits never end, and all are written down."""

    def __init__(self, *, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead
        self.waited: list[float] = []

    def now(self) -> datetime:
        return super().now() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        await asyncio.sleep(seconds if seconds > 1000 else min(seconds, 0.02))


async def nothing(door: discord.Client) -> None:
    """There is nothing to do at the login."""


@asynccontextmanager
async def connecting(
    platform: Discord,
    heard: Heard | None = None,
    *,
    token: str = "",
    clock: SystemClock | None = None,
    options: DiscordOptions = PLAIN,
    patience: Patience = HASTY,
) -> AsyncIterator[tuple[Connection, Heard]]:
    """It has begun to connect."""
    settings = Settings(
        discord_token=SecretStr(token or platform.token), discord_api_base=platform.url, discord=options
    )
    there, heard = Connection(settings, clock or SystemClock(), patience), heard or Heard()
    async with there.running(heard.ears, heard.last_heard, nothing):
        yield there, heard


@asynccontextmanager
async def connection(
    platform: Discord, heard: Heard | None = None, **how: object
) -> AsyncIterator[tuple[Connection, Heard]]:
    """It is connected."""
    async with connecting(platform, heard, **how) as (there, ears):  # type: ignore[arg-type]  # `connecting`'s
        await until(lambda: not there.ready())
        yield there, ears


async def until(true: Callable[[], bool]) -> None:
    """Let everything run until it is so."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.001)


def hasty(**other: float) -> Patience:
    """As hasty as a test is, but for these."""
    return replace(HASTY, **other)
