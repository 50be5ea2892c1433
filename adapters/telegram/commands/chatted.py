"""What a `/chat` command says, when it is not run but read: its words, and what it brings along. Pure."""

from collections.abc import Sequence
from typing import Final

from telegram import Message, User

from adapters.telegram.commands.steps import FORMS, name_of, rest_of
from adapters.telegram.talk.reading import Spoken, accompanying, captioned
from bot.commands.typed import Unclear, read

CHAT: Final = "chat"


def chatted(messages: Sequence[Message], me: User) -> Spoken | None:
    """What somebody says to Parley by a command. None: it is another one, or says nothing."""
    message = captioned(messages)
    command, _, bot = name_of(message).removeprefix("/").partition("@")
    if command.lower() != CHAT or (bot and bot.casefold() != (me.username or "").casefold()):
        return None
    try:
        typed = read(f"/{CHAT} {rest_of(message)}", FORMS)
    except Unclear:
        return None
    said, about = typed.options.get("message", ""), accompanying(messages, me)
    found = Spoken(said, about.quote, about.attachments)
    return found if said or found.quote or found.attachments else None
