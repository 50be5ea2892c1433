"""Whom a command is about: the author of what it replies to, or somebody who is named in it."""

from typing import Final

from telegram import Message, MessageEntity, User

from adapters.telegram.commands.steps import command_of
from adapters.telegram.talk.members import Members
from adapters.telegram.words.entities import parts
from bot.commands import Kind
from bot.commands.typed import Typed

ABOUT: Final = (Kind.PERSON, Kind.ROLE, Kind.CHANNEL)
"""Options of which a command needs one."""
SERVER: Final = "server"


def pointed(typed: Typed, message: Message, me: User) -> Typed:
    """The command, about whom its message points at, when it says nothing else. Pure."""
    about = {param.name: param.kind for param in command_of(typed.path).params if param.kind in ABOUT}
    who = next((name for name, kind in about.items() if kind is Kind.PERSON), "")
    if not who or any(typed.options.get(name) for name in (*about, SERVER) if name != who):
        return typed
    number = _named(message, me) or ("" if typed.options.get(who) else _author(message, me))
    return Typed(typed.path, {**typed.options, who: number}, typed.files) if number else typed


async def resolved(typed: Typed, message: Message, members: Members) -> Typed:
    """The command with the number of whoever is meant by `@name`, as far as that can be told for sure."""
    for param in command_of(typed.path).params:
        name = typed.options.get(param.name, "")
        if param.kind is Kind.PERSON and name.startswith("@"):
            number = await members.named(message.chat.id, name)
            return Typed(typed.path, {**typed.options, param.name: number or name}, typed.files)
    return typed


def _named(message: Message, me: User) -> str:
    """Somebody who has no name of their own, and was chosen from Telegram's list."""
    marks = (part.entity for part in parts(message) if part.entity.type == MessageEntity.TEXT_MENTION)
    return next((str(one.user.id) for one in marks if one.user and one.user.id != me.id), "")


def _author(message: Message, me: User) -> str:
    """Who wrote what is replied to, be it in a chat's name."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created:
        return ""
    if replied.sender_chat:
        return str(replied.sender_chat.id)
    user = replied.from_user
    return str(user.id) if user and user.id != me.id else ""
