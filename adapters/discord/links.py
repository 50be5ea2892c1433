"""Where a message on Discord can be read. Pure."""

from typing import Final

from adapters.discord.keys import DIRECT
from bot.messages import ChannelKey

SITE: Final = "https://discord.com/channels"


def link(key: ChannelKey, posts: tuple[str, ...]) -> str:
    """A link to the first of the posts that is a message in the room; nothing where it is private."""
    if key.person:
        return ""
    space = "@me" if key.space == DIRECT else key.space
    for post in posts:
        kind, _, message = post.rpartition(":")
        if kind in {"", "c", "i"} and message.isascii() and message.isdigit():
            return f"{SITE}/{space}/{key.thread or key.channel}/{message}"
    return ""
