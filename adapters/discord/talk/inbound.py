"""What people say on Discord comes in here, be it told live or read back later.

It is taken in the order of Discord's, channel by channel: the library lets go of an order at the first wait.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import discord
import structlog

from adapters.discord.connection.fatal import GARBLED, PASSING
from adapters.discord.keys import Keys, address, alone
from adapters.discord.talk.files import DiscordFiles
from adapters.discord.talk.places import Places
from adapters.discord.talk.reading import answered, brought, text
from adapters.discord.talk.triggers import Meant, by_person, joined, meant
from bot.conversation import Conversation
from bot.conversation.gate.complaints import Complaints
from bot.conversation.gate.lateness import Lateness
from bot.conversation.queues.lines import Lines
from bot.errors import BotError, DeliveryError, KeptOut, StorageError, UserError
from bot.governance.named import called
from bot.messages import Actor, Address, ChannelKey, Incoming, Post
from bot.ports import Clock, Outlet
from bot.records import Accepted

LISTEN: Final = "listen"
"""The setting of a room in which Parley answers whatever is said: "on"."""

WITHIN: Final = 10.0
"""Seconds in which Discord says what roles somebody has."""

log = structlog.get_logger()


class Inbound:
    """Takes in messages. `me`: the bot's own user id; `content`: Discord sends the words of every message;
    `asked` is told whose question a run answers."""

    def __init__(
        self,
        conversation: Conversation,
        keys: Keys,
        places: Places,
        outlet: Outlet,
        files: DiscordFiles,
        clock: Clock,
        *,
        me: int,
        content: bool,
        asked: Callable[[int, str], None],
    ) -> None:
        self.lines = Lines()
        self._conversation = conversation
        self._keys = keys
        self._places = places
        self._outlet = outlet
        self._files = files
        self._me = me
        self._content = content
        self._asked = asked
        self._complaints = Complaints(clock)
        self._lateness = Lateness(clock)

    def heard(self, message: discord.Message) -> None:
        """Somebody said something. Returns at once; the same message again changes nothing."""
        if by_person(message):
            self.lines.add(message.channel.id, lambda: self._take(message))

    async def incoming(self, message: discord.Message, event_id: str) -> Incoming | None:
        """A person's message in our words. None: it is not meant for Parley, or says nothing."""
        key = await self._room(message)
        how = meant(message, key, self._me, content=self._content) if key else Meant.OTHERS
        if key is None or how is Meant.OTHERS:
            return None
        actor = await self._author(message, key)
        if actor is None or not (how is Meant.PARLEY or await self._at_home(message, key, actor)):
            return None
        about = answered(message, self._me)
        said = Incoming(
            actor,
            text(message, self._me),
            address(message, key),
            event_id,
            attachments=(*brought(message), *about.attachments),
            quote=about.quote,
        )
        if not (said.text or said.attachments or said.quote):
            return None
        self._files.remember(message)
        return said

    def accepted(self, said: Incoming, accepted: Accepted | None) -> None:
        """It will be answered: to the person alone, should the bot not be let to where they asked."""
        if accepted is not None:
            self._asked(accepted.run_id, said.actor.person.id)

    def complain(self, said: Incoming, error: BotError) -> None:
        """Tell the person, under their message, why there will be no answer."""
        to = said.address
        if isinstance(error, KeptOut):
            if error.silent or not self._conversation.access.tells(said.actor, said.key):
                return
            to = alone(to, said.actor)
        elif isinstance(error, StorageError) and not self._complaints.first(said.key):
            return
        self.lines.beside(self._tell(to, error.reply))

    async def room(self, channel: int, space: int | None) -> ChannelKey | None:
        """The room of a channel of which only the id is told."""
        return await self._places.find(channel, space)

    async def _take(self, message: discord.Message) -> None:
        """Store it: what it leads to happens elsewhere."""
        said = None
        try:
            if said := await self.incoming(message, str(message.id)):
                accepted = await self._conversation.accept(said)
                self.accepted(said, accepted)
                if not accepted.duplicate and (note := self._lateness.note(said.key, message.created_at)):
                    self.lines.beside(self._tell(said.address, note))
        except (UserError, StorageError) as exc:
            log.info("message not accepted", why=type(exc).__name__)
            if said:
                self.complain(said, exc)

    async def _room(self, message: discord.Message) -> ChannelKey | None:
        if key := self._keys.room(message.channel):
            return key
        space = message.guild.id if message.guild else getattr(message.channel, "guild_id", None)
        return await self._places.find(message.channel.id, space)

    async def _author(self, message: discord.Message, key: ChannelKey) -> Actor | None:
        """Who wrote it. What is read back says nothing of roles: where these decide, Discord is asked for
        them. None: it cannot tell, and nobody is answered who may not be."""
        author, guild = message.author, message.guild
        if guild is None or isinstance(author, discord.Member) or not self._conversation.access.by_role(key):
            return self._keys.author(message)
        try:
            async with asyncio.timeout(WITHIN):
                return self._keys.author(message, await guild.fetch_member(author.id))
        except discord.NotFound:
            return self._keys.author(message)  # who has left has no roles
        except (*PASSING, *GARBLED) as exc:
            log.warning("a message is left: its author's roles are not known", error=type(exc).__name__)
            return None

    async def _at_home(self, message: discord.Message, key: ChannelKey, actor: Actor) -> bool:
        """Whether Parley has joined this thread or was spoken to in it before, or listens here."""
        if joined(message.channel, self._me):
            return True
        if key.thread and await self._conversation.room(key, actor):
            return True
        settings = await self._conversation.settings(key, actor)
        return settings.value(LISTEN) == "on" or bool(called(settings.value, text(message, self._me)))

    async def _tell(self, to: Address, reply: str) -> None:
        try:
            await self._outlet.post(to, Post(reply, final=True), nonce=f"no{to.reply_to}")
        except DeliveryError as exc:
            log.warning("nobody could be told that a message was not accepted", why=str(exc))
