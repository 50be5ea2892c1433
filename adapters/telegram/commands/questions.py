"""Questions for an option of a command: who replies to one has given the option.

A question carries its command as far as it is given, and is the same whenever it is asked: it can be answered
after a restart, and nothing that anybody else wrote is one.
"""

from collections.abc import Sequence
from dataclasses import replace

from telegram import Message, MessageEntity, User

from adapters.telegram.commands.replies import Asked, Came, Replies
from adapters.telegram.commands.steps import FORMS, Steps, command_of, question, wanted
from adapters.telegram.keys import Keys
from adapters.telegram.talk.reading import brought, captioned
from adapters.telegram.talk.unread import apology
from adapters.telegram.words.entities import parts, written
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

    async def answers(self, messages: Sequence[Message]) -> bool:
        """Whether it answers a question. A reply to an answer of Parley's that looks like one does not.
        Raises StorageError."""
        question = messages[0].reply_to_message
        if question is None or asked_for(question, self._me) is None:
            return False
        shows = (str(question.message_id), f"p:{question.message_id}")
        return not await self._conversation.shows_answer(self._keys.room(messages[0]), shows)

    async def given(self, messages: Sequence[Message]) -> None:
        """Somebody answered a question, with a message or an album."""
        message = messages[0]
        asked = Asked.of(message, self._keys)
        await self._replies.give(asked, self._go_on(asked, messages))

    async def _go_on(self, asked: Asked, messages: Sequence[Message]) -> Came:
        """Raises UserError, StorageError."""
        question = messages[0].reply_to_message
        found = asked_for(question, self._me) if question else None
        if found is None:
            raise BadOption("I don't know this question any more. Please give the command again.")
        text = written(captioned(messages)).strip()
        files = brought(*messages)
        if not (text or files) and (sentence := apology(messages[0])):
            raise BadOption(sentence)
        answered = _answered(*found, text, files=bool(files))
        return await self._steps.next(replace(asked, attachments=files), answered)


def _answered(typed: Typed, param: Param, text: str, *, files: bool) -> Typed:
    """A command with the answer in it. Words beside a picture say what the first option is that words alone
    make, if that is not given; a picture may be all that there is to say."""
    given = {name: value for name, value in typed.options.items() if name != param.name}
    if param.kind is Kind.PICTURE:
        free = next(one.name for one in command_of(typed.path).params if one.kind is Kind.TEXT)
        return Typed(typed.path, {free: text, **given} if text else given, typed.files)
    return Typed(typed.path, given if files and not text else {**given, param.name: text})


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
