"""What people do with commands, buttons, menus and windows comes in here, and goes to who deals with it."""

from collections import OrderedDict
from typing import Any, Final

import discord
from discord import InteractionType

from adapters.discord.asking.rest import Rest
from adapters.discord.commands.completion import Completion
from adapters.discord.commands.mentions import Mentions
from adapters.discord.commands.menus import Menus
from adapters.discord.commands.modals import command_of
from adapters.discord.commands.presses import Presses
from adapters.discord.commands.registered import MENU
from adapters.discord.commands.replies import PATIENCE, Asked, Replies
from adapters.discord.commands.response import Response
from adapters.discord.commands.slash import Slash, given
from adapters.discord.keys import Keys
from adapters.discord.outlet.live import Interaction, Live
from adapters.discord.talk.files import DiscordFiles
from bot.commands import Commands, Reply
from bot.commands.offers import offered
from bot.conversation import Conversation
from bot.conversation.queues.lines import Lines
from bot.ports import Clock

SEEN: Final = 4096
"""Interactions that are not dealt with again when Discord tells of them again."""

NOWHERE: Final = "I can't tell which channel this is. Please try it in another one."


class Interactions:
    """Deals with each beside everything else: all of them have to be acknowledged within 3 s."""

    def __init__(
        self,
        commands: Commands,
        conversation: Conversation,
        keys: Keys,
        rest: Rest,
        live: Live,
        files: DiscordFiles,
        clock: Clock,
        lines: Lines,
        mentions: Mentions,
        *,
        content: bool,
        patience: float = PATIENCE,
    ) -> None:
        self._lines = lines
        self._keys = keys
        self._rest = rest
        self._live = live
        self._clock = clock
        self._mentions = mentions
        replies = Replies(rest, live, clock, mentions, patience=patience)
        self._slash = Slash(commands, conversation, replies, files, content=content)
        self._completion = Completion(commands, replies)
        self._presses = Presses(conversation, keys, replies, live)
        self._menus = Menus(conversation, replies, files)
        self._seen: OrderedDict[int, None] = OrderedDict()

    def asked(self, told: "discord.Interaction[Any]") -> None:
        """Somebody did something. Returns at once; the same again changes nothing."""
        if told.id in self._seen:
            return
        self._seen[told.id] = None
        if len(self._seen) > SEEN:
            self._seen.popitem(last=False)
        self._lines.beside(self._take(told))

    async def _take(self, told: "discord.Interaction[Any]") -> None:
        private = _private(told)
        one = self._opened(told, private=private)
        key = self._keys.room(told.channel, person=told.user.id if private else None)
        if key is None:
            await Response(self._rest, self._live, self._clock, one, self._mentions).says(Reply(NOWHERE))
            return
        await self._deal(Asked(told, self._keys.user(told), key, one))

    async def _deal(self, asked: Asked) -> None:
        match asked.told.type:
            case InteractionType.application_command if asked.data.get("type") == MENU:
                await self._menus.chosen(asked)
            case InteractionType.application_command:
                await self._slash.given(asked)
            case InteractionType.autocomplete:
                await self._completion.typed(asked)
            case InteractionType.component if offer := offered(asked.data.get("custom_id") or ""):
                await self._slash.offered(asked, offer)
            case InteractionType.component:
                await self._presses.pressed(asked)
            case InteractionType.modal_submit if command_of(asked.data["custom_id"]):
                await self._slash.filled(asked)
            case InteractionType.modal_submit:
                await self._menus.filled(asked)

    def _opened(self, told: "discord.Interaction[Any]", *, private: bool) -> Interaction:
        personal = told.is_user_integration() and not told.is_guild_integration()
        return self._live.open(
            str(told.id), told.token, str(told.application_id), ephemeral=private, personal=personal
        )


def _private(told: "discord.Interaction[Any]") -> bool:
    """Whether it is about what only this person sees: a command that says so, a button of such an answer. A
    reply that offers another command is about the channel, although they alone see it."""
    if told.type is InteractionType.application_command:
        return given(told.data).private  # type: ignore[arg-type]  # one of several shapes
    if offered(str((told.data or {}).get("custom_id") or "")):  # type: ignore[call-overload]  # one of several
        return False
    return told.message is not None and told.message.flags.ephemeral
