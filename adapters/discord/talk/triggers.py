"""Whether a message is meant for Parley. Pure.

Without the message-content intent Discord sends the words of direct messages and of those that mention the
bot, and nothing of the others; so nothing else can be meant.
"""

from enum import Enum, auto

import discord

from adapters.discord.keys import DIRECT
from bot.messages import ChannelKey

SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
"""Types of messages that a person has written; all others tell of something that happened."""


class Meant(Enum):
    """For whom a message is."""

    PARLEY = auto()
    ROOM = auto()
    """Whoever is in the room: for Parley, too, where it takes part or listens."""
    OTHERS = auto()


def by_person(message: discord.Message) -> bool:
    """Whether a person wrote it: no bot, Parley included, no webhook, and not Discord itself."""
    written = message.type in SPOKEN and message.webhook_id is None
    return written and not message.author.bot and not message.author.system


def meant(message: discord.Message, key: ChannelKey, me: int, *, content: bool) -> Meant:
    """For whom a person's message is. `content`: Discord sends the words of every message."""
    if key.space == DIRECT or any(user.id == me for user in message.mentions):
        return Meant.PARLEY  # @everyone mentions nobody by name
    if not content:
        return Meant.OTHERS
    reference = message.reference
    replied = reference.resolved if reference else None
    if isinstance(replied, discord.Message) and replied.author.id == me:
        return Meant.PARLEY
    return Meant.ROOM


def joined(channel: object, me: int) -> bool:
    """Whether it is a thread, or a forum's post, that Parley has opened or joined."""
    return isinstance(channel, discord.Thread) and (channel.me is not None or channel.owner_id == me)
