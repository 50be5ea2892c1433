"""The context menu of a message: a question about it, or what its pictures show."""

from collections import OrderedDict
from typing import Final

import discord

from adapters.discord.commands.modals import field as text_field
from adapters.discord.commands.modals import filled, opened
from adapters.discord.commands.registered import ASK
from adapters.discord.commands.replies import Asked, Replies
from adapters.discord.commands.response import Json
from adapters.discord.talk.files import DiscordFiles
from adapters.discord.talk.reading import Pointed, pointed
from bot.commands import Reply
from bot.conversation import Conversation
from bot.errors import BadOption, NotFound
from bot.governance.authorize import Act
from bot.messages import Incoming, RunOptions
from bot.records import Order
from bot.runs import RunKind

ABOUT: Final = "a:"
QUESTION: Final = "question"
REMEMBERED: Final = 512
"""Messages that questions are being written about."""

FORGOTTEN: Final = "I don't know any more which message you meant. Please choose it again."
NO_PICTURE: Final = "There is no picture in this message that I can see."


class Menus:
    """What a menu points at is told by Discord once, with the menu: until the question is sent it is kept in
    memory."""

    def __init__(self, conversation: Conversation, replies: Replies, files: DiscordFiles) -> None:
        self._conversation = conversation
        self._replies = replies
        self._files = files
        self._pointed: OrderedDict[str, Pointed] = OrderedDict()

    async def chosen(self, asked: Asked) -> None:
        """Somebody chose a menu's command."""
        if asked.data["name"] == ASK:
            await self._replies.open(asked, self._window(asked))
        else:
            await self._replies.give(asked, self._described(asked), ephemeral=False)

    async def filled(self, asked: Asked) -> None:
        """Somebody sent a question about a message."""
        await self._replies.give(asked, self._asked(asked), ephemeral=False)

    async def _window(self, asked: Asked) -> Json:
        self._conversation.access.may(asked.actor, Act.CHAT, asked.key)
        self._pointed[asked.one.id] = self._target(asked)
        if len(self._pointed) > REMEMBERED:
            self._pointed.popitem(last=False)
        question = text_field(QUESTION, "What would you like to know?", long=True, required=True)
        return opened(f"{ABOUT}{asked.one.id}", ASK, question)

    async def _asked(self, asked: Asked) -> Reply:
        about = self._pointed.get(str(asked.data["custom_id"]).removeprefix(ABOUT))
        if about is None:
            raise NotFound(FORGOTTEN)
        return await self._queued(asked, str(filled(asked.data).get(QUESTION, "")), about, RunKind.CHAT)

    async def _described(self, asked: Asked) -> Reply:
        self._conversation.access.may(asked.actor, Act.CHAT, asked.key)
        shown = [one for one in self._target(asked).attachments if one.media_type.startswith("image/")]
        if not shown:
            raise BadOption(NO_PICTURE)
        question = "Describe this picture." if len(shown) == 1 else "Describe these pictures."
        return await self._queued(asked, question, Pointed(attachments=tuple(shown)), RunKind.DESCRIBE)

    async def _queued(self, asked: Asked, text: str, about: Pointed, kind: RunKind) -> Reply:
        said = Incoming(
            asked.actor,
            text,
            asked.address,
            asked.event_id,
            attachments=about.attachments,
            quote=about.quote,
        )
        accepted = await self._conversation.accept(said, Order(kind, RunOptions()))
        return Reply(private=False, run_id=accepted.run_id, message_id=accepted.message_id)

    def _target(self, asked: Asked) -> Pointed:
        """The message that the menu was opened on."""
        told = asked.told
        raw = asked.data["resolved"]["messages"][asked.data["target_id"]]
        message = discord.Message(state=told._state, channel=told.channel, data=raw)  # type: ignore[arg-type]  # noqa: SLF001  # as the library does
        self._files.remember(message)
        return pointed(message)
