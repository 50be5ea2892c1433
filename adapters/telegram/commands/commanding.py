"""Commands as people type them on Telegram, and all that has to do with them put together."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from telegram import Chat, Message, User

from adapters.telegram.asking.sending import Sending
from adapters.telegram.commands import menus
from adapters.telegram.commands.chatted import CHAT
from adapters.telegram.commands.choosing import Choosing
from adapters.telegram.commands.presses import Presses
from adapters.telegram.commands.questions import Questions
from adapters.telegram.commands.replies import Asked, Came, Replies
from adapters.telegram.commands.steps import FORMS, Steps, command_of, name_of, rest_of
from adapters.telegram.commands.subjects import pointed, resolved
from adapters.telegram.keys import Keys
from adapters.telegram.talk.members import Members
from adapters.telegram.talk.reading import accompanying, brought, captioned
from bot.commands import GROUPS, Commands, Reply
from bot.commands.typed import Typed, Unclear, read
from bot.conversation import Conversation
from bot.errors import BadOption
from bot.governance.authorize import Act
from bot.ports import Clock

NAMES: Final = frozenset(form.path.partition("/")[0] for form in FORMS)
START: Final = "start"
"""What Telegram itself sends when somebody opens a private chat with a bot."""
HELLO: Final = "Hello, I am Parley."


class Commanding:
    """Hears commands. `me`: the bot."""

    def __init__(
        self,
        steps: Steps,
        replies: Replies,
        conversation: Conversation,
        keys: Keys,
        me: User,
        members: Members,
    ) -> None:
        self._members = members
        self._steps = steps
        self._conversation = conversation
        self._replies = replies
        self._keys = keys
        self._me = me

    def commands(self, messages: Sequence[Message]) -> bool:
        """Whether a message or an album is a command, be it another bot's."""
        return bool(name_of(captioned(messages)))

    async def given(self, messages: Sequence[Message]) -> None:
        """Somebody gave a command."""
        message = captioned(messages)
        name, _, bot = name_of(message).removeprefix("/").lower().partition("@")
        if bot and bot != (self._me.username or "").lower():
            return
        if not bot and message.chat.type != Chat.PRIVATE and name not in NAMES:
            return  # it may be another bot's
        asked = Asked.of(message, self._keys)
        await self._replies.give(asked, self._go_on(asked, messages, name))

    async def _go_on(self, asked: Asked, messages: Sequence[Message], name: str) -> Came:
        """Raises UserError, StorageError."""
        rest = rest_of(captioned(messages))
        if name == START:
            return await self._start(asked)
        if name in GROUPS and not rest.strip():
            self._conversation.access.may(asked.actor, Act.READ, asked.key)
            return _group(name)
        if name not in NAMES:
            raise BadOption(f"There is no command `/{name[:60]}`. `/help` lists them.")
        try:
            typed = read(f"/{name} {rest}", FORMS)
        except Unclear as exc:
            raise BadOption(str(exc)) from None
        typed = await resolved(pointed(typed, messages[0], self._me), messages[0], self._members)
        return await self._steps.next(self._along(asked, messages, typed), typed)

    def _along(self, asked: Asked, messages: Sequence[Message], typed: Typed) -> Asked:
        """With what comes along. Of what it replies to, a command has as many files as it takes; what that
        says is for conversation alone."""
        found = accompanying(messages, self._me)
        files = brought(*messages) or found.attachments[: command_of(typed.path).pictures]
        return replace(asked, attachments=files, quote=found.quote if typed.path == CHAT else None)

    async def _start(self, asked: Asked) -> Came:
        came = await self._steps.next(asked, Typed("help", {}))
        return replace(came, text=f"{HELLO} {came.text}") if isinstance(came, Reply) else came


def _group(name: str) -> Came:
    """What can be done about something."""
    below = [path.partition("/")[2] for form in FORMS if (path := form.path).startswith(f"{name}/")]
    return menus.of_commands(GROUPS[name], name, below)


@dataclass(frozen=True, slots=True)
class Parts:
    """Who hears commands, answers to questions, and presses."""

    commanding: Commanding
    questions: Questions
    presses: Presses


def parts(
    commands: Commands,
    conversation: Conversation,
    keys: Keys,
    members: Members,
    sending: Sending,
    clock: Clock,
    *,
    me: User,
    beside: Callable[[Coroutine[Any, Any, None]], None],
) -> Parts:
    """Put them together. `me`: the bot; `beside` does what no line has to wait for."""
    steps = Steps(commands, conversation, members, me)
    replies = Replies(sending, clock, beside, conversation.access.tells)
    return Parts(
        Commanding(steps, replies, conversation, keys, me, members),
        Questions(steps, replies, conversation, keys, me),
        Presses(Choosing(steps), replies, conversation, keys, members),
    )
