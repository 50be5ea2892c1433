"""Discord as a whole: its parts are put together here, once it is known who the bot is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import discord
from starlette.routing import Route

from adapters.discord.asking.rest import Rest
from adapters.discord.commands.interactions import Interactions
from adapters.discord.commands.mentions import Mentions
from adapters.discord.commands.registered import synchronise
from adapters.discord.connection.client import Ears
from adapters.discord.connection.presence import Connection
from adapters.discord.connection.shards import REAL, Patience
from adapters.discord.keys import PLATFORM, Keys
from adapters.discord.outlet.live import Live
from adapters.discord.outlet.outlet import DiscordOutlet
from adapters.discord.talk.edits import Edits
from adapters.discord.talk.files import DiscordFiles
from adapters.discord.talk.inbound import Inbound
from adapters.discord.talk.places import Places
from adapters.discord.talk.reactions import Reactions
from adapters.discord.talk.triggers import Meant, by_person, meant
from bot.commands import Commands
from bot.conversation import Conversation
from bot.ports import Clock, Shrinks
from bot.settings import Settings

LISTENING: Final = 0.5
"""Seconds that what was heard last has for being stored, and then people for being told to wait."""


class Discord:
    """The platform. `outlet` and `files` are there from the start, people are heard while it is `running`."""

    receivers: Sequence[Route] = ()
    """Discord calls nobody: it is connected to."""

    def __init__(
        self, settings: Settings, pictures: Shrinks, clock: Clock, patience: Patience = REAL
    ) -> None:
        base = settings.discord_api_base
        token = settings.discord_token.get_secret_value() if settings.discord_token else ""
        self._settings = settings
        self._clock = clock
        self._rest = Rest(token, base, clock)
        self._live = Live(clock)
        self._mentions = Mentions()
        self._connection = Connection(settings, clock, patience)
        self._inbound: Inbound | None = None
        self.outlet = DiscordOutlet(self._rest, self._live, pictures)
        self.files = DiscordFiles(self._rest, base, clock)

    def ready(self) -> Mapping[str, str]:
        """What keeps it from hearing people, and why; empty when nothing does."""
        return self._connection.ready()

    @asynccontextmanager
    async def running(self, conversation: Conversation, commands: Commands) -> AsyncIterator[None]:
        """Hear people meanwhile. What was heard is stored, at the end too, before anything is closed."""

        def compose(door: discord.Client) -> Ears:
            return self._ears(door, conversation, commands)

        try:
            async with self._connection.running(
                compose, lambda since: conversation.last_heard(PLATFORM, since), self._known
            ):
                yield
            if self._inbound:
                await self._inbound.lines.drain(LISTENING)
            await self.outlet.farewell(LISTENING)
        finally:
            await self.outlet.aclose()

    def _ears(self, door: discord.Client, conversation: Conversation, commands: Commands) -> Ears:
        """Who listens, now that it is known who the bot is."""
        me = door.user.id if door.user else 0
        keys = Keys(str(door.application_id), self._settings.operators)
        options = self._settings.discord
        self._inbound = inbound = Inbound(
            conversation,
            keys,
            Places(keys, self._rest, self._connection.channel),
            self.outlet,
            self.files,
            self._clock,
            me=me,
            content=options.message_content,
            asked=self._live.asked,
        )
        interactions = Interactions(
            commands,
            conversation,
            keys,
            self._rest,
            self._live,
            self.files,
            self._clock,
            inbound.lines,
            self._mentions,
            content=options.message_content,
        )
        edits = Edits(inbound, conversation, self.outlet, rerun=options.rerun_edits)

        def asks(message: discord.Message) -> bool:
            key = keys.room(message.channel)
            direct = key and meant(message, key, me, content=options.message_content) is Meant.PARLEY
            return bool(direct) and by_person(message)

        reactions = Reactions(inbound, conversation, keys.reactor, me)
        return Ears(inbound.heard, asks, edits.edited, edits.deleted, interactions.asked, reactions.reacted)

    async def _known(self, door: discord.Client) -> None:
        """It has logged in: whose commands are registered is known."""
        await synchronise(self._rest, str(door.application_id), self._clock, self._mentions.learn)
