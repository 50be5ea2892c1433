"""Where a message in the web chat can be read. Pure."""

from bot.messages import ChannelKey


def link(key: ChannelKey, message_id: int) -> str:
    """The page's own address for a message: it scrolls there and marks it."""
    return f"/#{key.channel}.{key.thread}/{message_id}" if key.thread else f"/#{key.channel}/{message_id}"
