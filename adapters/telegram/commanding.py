"""Commands as people type them on Telegram, and all that has to do with them put together."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from telegram import Chat, Message, User

from adapters.telegram import menus
from adapters.telegram.choosing import Choosing
from adapters.telegram.entities import written
from adapters.telegram.keys import Keys, event_id
from adapters.telegram.members import Members
from adapters.telegram.presses import Presses
from adapters.telegram.questions import Questions
from adapters.telegram.reading import brought
from adapters.telegram.replies import Asked, Came, Replies
from adapters.telegram.sending import Sending
from adapters.telegram.steps import FORMS, Steps, name_of, takes
from bot.commands import GROUPS, Commands, Reply
from bot.commands.typed import Typed, Unclear, read
from bot.conversation import Conversation
from bot.errors import BadOption
from bot.ports import Clock

NAMES: Final = frozenset(form.path.partition("/")[0] for form in FORMS)
START: Final = "start"
"""What Telegram itself sends when somebody opens a private chat with a bot."""
HELLO: Final = "Hello, I am Parley."


class Commanding:
    """Hears commands. `me`: the bot."""

    def __init__(self, steps: Steps, replies: Replies, keys: Keys, me: User) -> None:
        self._steps = steps
        self._replies = replies
        self._keys = keys
        self._me = me

    def commands(self, message: Message) -> bool:
        """Whether it is a command, be it another bot's."""
        return bool(name_of(message))

    async def given(self, message: Message, album: Sequence[Message]) -> None:
        """Somebody gave a command. `album`: the message, and all that came with it."""
        name, _, bot = name_of(message).removeprefix("/").lower().partition("@")
        if bot and bot != (self._me.username or "").lower():
            return
        if not bot and message.chat.type != Chat.PRIVATE and name not in NAMES:
            return  # it may be another bot's
        asked = Asked(
            self._keys.author(message),
            self._keys.room(message),
            message.chat.type,
            str(message.message_id),
            event_id(message),
        )
        await self._replies.give(asked, self._go_on(asked, message, album, name))

    async def _go_on(self, asked: Asked, message: Message, album: Sequence[Message], name: str) -> Came:
        """Raises UserError, StorageError."""
        rest = written(message)[len(name_of(message)) :]
        if name == START:
            return await self._start(asked)
        if name in GROUPS and not rest.strip():
            return _group(name)
        if name not in NAMES:
            raise BadOption(f"There is no command `/{name[:60]}`. `/help` lists them.")
        try:
            typed = read(f"/{name}{rest}", FORMS)
        except Unclear as exc:
            raise BadOption(str(exc)) from None
        return await self._steps.next(replace(asked, attachments=_files(album, typed)), typed)

    async def _start(self, asked: Asked) -> Came:
        came = await self._steps.next(asked, Typed("help", {}))
        return replace(came, text=f"{HELLO} {came.text}") if isinstance(came, Reply) else came


def _group(name: str) -> Came:
    """What can be done about something."""
    below = [path.partition("/")[2] for form in FORMS if (path := form.path).startswith(f"{name}/")]
    return menus.of_commands(GROUPS[name], name, below)


def _files(album: Sequence[Message], typed: Typed) -> tuple[Any, ...]:
    """The files that come with a command, else those of the message that it replies to, if it takes any."""
    pointed = album[0].reply_to_message
    at_most = takes(typed.path)
    return brought(*album) or (brought(pointed)[:at_most] if pointed and at_most else ())


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
    replies = Replies(sending, clock, beside)
    return Parts(
        Commanding(steps, replies, keys, me),
        Questions(steps, replies, conversation, keys, me),
        Presses(Choosing(steps), replies, conversation, keys, members),
    )
