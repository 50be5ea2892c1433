"""Where a message on Telegram can be read. Pure."""

from typing import Final

from adapters.telegram.keys import chat_id
from bot.messages import ChannelKey

SITE: Final = "https://t.me/c"
"""Where messages of large groups stand."""

FIRST_LARGE: Final = 10**12
"""What the numbers of large groups and of channels are counted down from. Only their messages have links:
those of private chats and small groups have another number for everybody."""


def link(key: ChannelKey, posts: tuple[str, ...]) -> str:
    """A link for the members of the chat to the first of the posts; nothing where Telegram has none."""
    large = -chat_id(key) - FIRST_LARGE
    if large <= 0:
        return ""
    for post in posts:
        message = post.removeprefix("p:")
        if message.isascii() and message.isdigit():
            place = f"{large}/{key.thread}" if key.thread else str(large)
            return f"{SITE}/{place}/{message}"
    return ""
