"""Who deals with what Telegram tells."""

from collections.abc import Callable, Sequence

import structlog
from telegram import ChatMemberUpdated, Message, Update

from adapters.telegram.commands.commanding import Parts
from adapters.telegram.outlet.topics import told
from adapters.telegram.talk.albums import Albums
from adapters.telegram.talk.inbound import Inbound
from adapters.telegram.talk.members import Members
from adapters.telegram.talk.moves import Moves, moves
from adapters.telegram.talk.reactions import Reactions
from adapters.telegram.talk.triggers import by_person
from bot.ports import Clock

log = structlog.get_logger()


class Dispatch:
    """Hands every update to who deals with it; what concerns nobody is passed over."""

    def __init__(
        self,
        talk: Inbound,
        moves: Moves,
        members: Members,
        parts: Parts,
        reactions: Reactions,
        begun: Callable[[Message, bool], None],
        clock: Clock,
    ) -> None:
        """`begun` hears of topics that were begun or named, and whether they have no name of their own."""
        self._talk = talk
        self._albums = Albums(self._heard, clock)
        self._moves = moves
        self._members = members
        self._parts = parts
        self._reactions = reactions
        self._begun = begun

    async def deal(self, update: Update) -> None:
        """Deal with one. Raises BotError and TelegramError when it cannot be."""
        if isinstance(update.message, Message):
            await self._said(update.message)
        elif isinstance(update.edited_message, Message):
            if by_person(update.edited_message):
                await self._talk.edited(update.edited_message)
        elif update.callback_query:
            await self._parts.presses.pressed(update.callback_query)
        elif update.message_reaction:
            await self._reactions.changed(update.message_reaction, update.update_id)
        elif update.my_chat_member:
            self._changed(update.my_chat_member)

    async def _said(self, message: Message) -> None:
        self._members.heard(message.from_user)
        if moves(message):
            await self._albums.settled(message.migrate_from_chat_id or message.chat.id)
            await self._moves.moved(message)
        elif (unnamed := told(message)) is not None:
            self._begun(message, unnamed)
        elif not by_person(message):
            return
        elif message.media_group_id:
            await self._albums.add(message)
        else:
            await self._heard([message])

    async def _heard(self, messages: Sequence[Message]) -> None:
        """A message of a person's, or an album."""
        if self._parts.commanding.commands(messages):
            self._talk.remember(messages)
            await self._parts.commanding.given(messages)
        elif await self._parts.questions.answers(messages):
            await self._parts.questions.given(messages)
        else:
            await self._talk.heard(messages)

    def _changed(self, change: ChatMemberUpdated) -> None:
        """The bot was let in, thrown out, or given other rights."""
        log.info("what the bot is in a chat has changed", now=change.new_chat_member.status)
        self._members.forget(change.chat.id)
