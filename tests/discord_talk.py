"""Parley's ears on the Discord to test against, with scripted models, and its real outlet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.discord.asking.rest import Rest
from adapters.discord.keys import Keys
from adapters.discord.outlet.live import Live
from adapters.discord.outlet.outlet import LIMITS, DiscordOutlet
from adapters.discord.talk.edits import Edits
from adapters.discord.talk.files import DiscordFiles
from adapters.discord.talk.inbound import Inbound
from adapters.discord.talk.places import Places
from bot.clock import SystemClock
from bot.conversation import Conversation
from bot.media.folder import MediaFolder
from bot.messages import ChannelKey, Incoming, Turn
from bot.ports import Clock
from bot.records import Accepted, Order
from tests.platforms.discord import Discord, Intent, Limits
from tests.platforms.discord.library import connected, discord
from tests.rig import Rig, rig

QUICK = (
    Limits(identify_every=0.0, acknowledge=60.0)
    .with_bucket("POST /channels/{channel_id}/messages", 1000, 1.0)
    .with_bucket("PATCH /channels/{channel_id}/messages/{message_id}", 1000, 1.0)
)
"""A Discord that does not slow down who only listens to it."""


class Ears(discord.Client):
    """The library as it is, with Parley's ears on it."""

    inbound: Inbound
    edits: Edits

    def __init__(self, *, content: bool) -> None:
        intents = discord.Intents.none()
        intents.guilds = intents.guild_messages = intents.dm_messages = True
        intents.message_content = content
        super().__init__(
            intents=intents,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0.01,
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library would wait for 5 s."""

    async def on_message(self, message: discord.Message) -> None:
        self.inbound.heard(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        self.edits.edited(event)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        self.edits.deleted(event)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        self.edits.deleted(event)


@dataclass
class Talk:
    """What a test looks at."""

    platform: Discord
    parley: Rig
    client: Ears
    keys: Keys
    files: DiscordFiles
    accepted: list[Incoming]

    @property
    def asked(self) -> list[list[Turn]]:
        """What the model was asked so far: the turns of each request, without the system's."""
        return [[turn for turn in one.turns if turn.role != "system"] for one in self.parley.one.asked]

    @property
    def last(self) -> str:
        """The words of the last question."""
        return self.asked[-1][-1].text

    def key(self, room: str = "general") -> ChannelKey:
        """A room of the server."""
        channel = self.platform.channel(room)
        assert channel.guild
        parent = channel.parent
        space = str(channel.guild.id)
        if parent:
            return ChannelKey("discord", self.keys.account, space, str(parent.id), str(channel.id))
        return ChannelKey("discord", self.keys.account, space, str(channel.id))


@asynccontextmanager
async def talking(
    platform: Discord,
    folder: Path,
    *,
    content: bool = False,
    rerun: bool = True,
    operators: frozenset[str] = frozenset(),
    clock: Clock | None = None,
) -> AsyncIterator[Talk]:
    """Parley hears what is said, and answers, until it ends."""
    clock = clock or SystemClock()
    if content:
        platform.grants(Intent.CONTENT)
    rest = Rest(platform.token, platform.url, clock)
    files = DiscordFiles(rest, platform.url, clock)
    live = Live(clock)
    outlet = DiscordOutlet(rest, live, MediaFolder(folder, _kept), limits=replace(LIMITS, interval=0.01))
    client = Ears(content=content)
    try:
        async with (
            rig(folder, files={"discord": files}, outlets={"discord": outlet}) as parley,
            connected(client, platform),
        ):
            accepted = _noted(parley.conversation)
            keys = Keys(str(client.application_id), operators)
            client.inbound = Inbound(
                parley.conversation,
                keys,
                Places(keys, rest, client.get_channel),
                outlet,
                files,
                clock,
                me=platform.bot.id,
                content=content,
                asked=live.asked,
            )
            client.edits = Edits(client.inbound, parley.conversation, outlet, rerun=rerun)
            yield Talk(platform, parley, client, keys, files, accepted)
            await client.inbound.lines.drain(5.0)
    finally:
        await outlet.aclose()


def _noted(conversation: Conversation) -> list[Incoming]:
    """What is said to it from now on."""
    noted: list[Incoming] = []
    accept = conversation.accept

    async def noting(said: Incoming, order: Order = Order()) -> Accepted:
        noted.append(said)
        return await accept(said, order)

    conversation.accept = noting  # type: ignore[method-assign]  # it is watched
    return noted


async def _kept(_: object) -> None:
    """No picture is kept here."""
