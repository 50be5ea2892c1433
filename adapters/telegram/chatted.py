"""What a `/chat` command says, when it is not run but read: its words, and the picture with them. Pure."""

from telegram import Message, User

from adapters.telegram.entities import written
from adapters.telegram.reading import Spoken, brought
from adapters.telegram.steps import FORMS, name_of, takes
from bot.commands.typed import Unclear, read

CHAT = "chat"


def chatted(message: Message, me: User) -> Spoken | None:
    """What somebody says to Parley by a command. None: it is another one, or says nothing."""
    name = name_of(message)
    command, _, bot = name.removeprefix("/").partition("@")
    if command.lower() != CHAT or (bot and bot.casefold() != (me.username or "").casefold()):
        return None
    try:
        typed = read(f"/{CHAT}{written(message)[len(name) :]}", FORMS)
    except Unclear:
        return None
    pointed = message.reply_to_message
    files = brought(message) or (brought(pointed)[: takes(CHAT)] if pointed else ())
    said = typed.options.get("message", "")
    return Spoken(said, attachments=files) if said or files else None
