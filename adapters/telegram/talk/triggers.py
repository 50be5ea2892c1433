"""Whether a message is meant for Parley. Pure.

With privacy mode on Telegram sends the messages of a group that mention the bot, answer it or command it,
and nothing of the others.
"""

from enum import Enum, auto

from telegram import Message, MessageEntity, User

from adapters.telegram.keys import PRIVATE
from adapters.telegram.words.entities import Part, parts
from bot.messages import ChannelKey

TELEGRAM = 777000
"""Telegram's own account: it tells of logins, and passes a channel's posts on."""


class Meant(Enum):
    """For whom a message is."""

    PARLEY = auto()
    ROOM = auto()
    """Whoever is in the room: for Parley, too, where it listens."""
    OTHERS = auto()


def by_person(message: Message) -> bool:
    """Whether a person wrote it: no bot, none through which somebody wrote, no channel's post that Telegram
    passed on, and not Telegram itself."""
    if message.is_automatic_forward or message.via_bot:
        return False
    if message.sender_chat:  # the account beside it stands for many
        return True
    user = message.from_user
    return user is not None and not user.is_bot and user.id != TELEGRAM


def meant(message: Message, key: ChannelKey, me: User) -> Meant:
    """For whom a person's message is."""
    if key.space == PRIVATE or _mentions(message, me) or _answers(message, me):
        return Meant.PARLEY
    return Meant.ROOM


def names(mark: Part, me: User) -> bool:
    """Whether this part of a text is the bot's name."""
    entity = mark.entity
    if entity.type == MessageEntity.MENTION:
        return mark.text.casefold() == f"@{me.username}".casefold()
    return entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id


def _mentions(message: Message, me: User) -> bool:
    """Whether its author names the bot; in what they only pass on, somebody else did."""
    return message.forward_origin is None and any(names(mark, me) for mark in parts(message))


def _answers(message: Message, me: User) -> bool:
    """Whether it is a reply to the bot. What begins a topic is answered by all that is said there."""
    replied = message.reply_to_message
    if replied is None or replied.forum_topic_created:
        return False
    return replied.from_user is not None and replied.from_user.id == me.id
