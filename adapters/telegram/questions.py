"""Questions for an option of a command: who replies to one has given the option.

A question carries its command as far as it is given, and is the same whenever it is asked: it can be answered
after a restart, and nothing that anybody else wrote is one.
"""

from collections.abc import Sequence
from dataclasses import replace

from telegram import Message, MessageEntity, User

from adapters.telegram.entities import parts, written
from adapters.telegram.keys import Keys, event_id
from adapters.telegram.reading import brought
from adapters.telegram.replies import Asked, Came, Replies
from adapters.telegram.steps import FORMS, Steps, question, wanted
from bot.commands import Kind, Param
from bot.commands.typed import Typed, Unclear, read
from bot.conversation import Conversation
from bot.errors import BadOption


class Questions:
    """Hears the answers to questions. `me`: the bot."""

    def __init__(
        self, steps: Steps, replies: Replies, conversation: Conversation, keys: Keys, me: User
    ) -> None:
        self._steps = steps
        self._replies = replies
        self._conversation = conversation
        self._keys = keys
        self._me = me

    async def answers(self, message: Message) -> bool:
        """Whether it answers a question. A reply to an answer of Parley's that looks like one does not.
        Raises StorageError."""
        question = message.reply_to_message
        if question is None or asked_for(question, self._me) is None:
            return False
        shows = (str(question.message_id), f"p:{question.message_id}")
        return not await self._conversation.shows_answer(self._keys.room(message), shows)

    async def given(self, message: Message, album: Sequence[Message]) -> None:
        """Somebody answered a question. `album`: the message, and all that came with it."""
        asked = Asked(
            self._keys.author(message),
            self._keys.room(message),
            message.chat.type,
            str(message.message_id),
            event_id(message),
        )
        await self._replies.give(asked, self._go_on(asked, message, album))

    async def _go_on(self, asked: Asked, message: Message, album: Sequence[Message]) -> Came:
        """Raises UserError, StorageError."""
        found = asked_for(message.reply_to_message, self._me) if message.reply_to_message else None
        if found is None:
            raise BadOption("I don't know this question any more. Please give the command again.")
        typed, param = found
        if param.kind is Kind.PICTURE:
            asked = replace(asked, attachments=brought(*album))
            return await self._steps.next(asked, typed)
        answered = Typed(typed.path, {**typed.options, param.name: written(message).strip()})
        return await self._steps.next(asked, answered)


def asked_for(message: Message, me: User) -> tuple[Typed, Param] | None:
    """The command that a message of the bot's asks to complete, and its option; None: it is no question."""
    marks = parts(message)
    mine = message.from_user is not None and message.from_user.id == me.id
    if not mine or not marks or marks[-1].entity.type != MessageEntity.CODE:
        return None
    try:
        typed = read(marks[-1].text, FORMS)
        param = wanted(typed)
        asks = question(typed, param, "").said.text if param else ""
    except (BadOption, Unclear):
        return None
    return (typed, param) if param and asks == message.text else None
