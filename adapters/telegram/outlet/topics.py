"""Topics and messages, as people find them: links, and titles."""

from collections import OrderedDict
from typing import Final

import structlog
from telegram import Message

from adapters.telegram.asking.faults import Unchanged, Unwanted
from adapters.telegram.asking.sending import Sending
from adapters.telegram.links import link
from bot.errors import Gone, Refused, UserError
from bot.messages import Address, ChannelKey
from bot.records import Said

NO_RIGHT: Final = "I may not change it: please give me the right to manage topics here."

REMEMBERED: Final = 512
"""Topics without a name."""

log = structlog.get_logger()


def told(message: Message) -> bool | None:
    """Whether a message tells that a topic has no name but the one that Telegram made up; None: it tells
    nothing of that."""
    if message.forum_topic_created:
        return bool(message.forum_topic_created.is_name_implicit)
    if message.forum_topic_edited and message.forum_topic_edited.name:
        return False
    return None


class Topics:
    """This part of an Outlet."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._unnamed: OrderedDict[tuple[int, str], None] = OrderedDict()

    def link(self, to: Address, said: Said) -> str:
        """A link to a message in a large group, a topic of one, or a channel."""
        return link(to.key, said.posts)

    def followed(self, key: ChannelKey, run_id: int) -> None:
        """Nobody: people are shown what tools do, not how they are asked for."""

    def titled(self, key: ChannelKey) -> str:
        """Topics have titles, in groups and where somebody is alone with Parley."""
        return "topic" if key.thread else ""

    def unnamed(self, key: ChannelKey) -> bool:
        """Whether the topic is called as Telegram calls those that nobody has named."""
        return (self._sending.chat(key), key.thread) in self._unnamed

    async def starter(self, key: ChannelKey) -> str:
        """Telegram tells of it once, and nobody may have listened."""
        return ""

    def begun(self, key: ChannelKey, *, unnamed: bool) -> None:
        """A topic was begun, or has a name from now on."""
        place = self._sending.chat(key), key.thread
        self._unnamed.pop(place, None)
        if unnamed:
            self._unnamed[place] = None
            if len(self._unnamed) > REMEMBERED:
                self._unnamed.popitem(last=False)

    async def rename(self, to: Address, title: str) -> None:
        """Give a topic another title."""
        try:
            await self._sending.rename(to.key, title)
        except Unchanged:
            log.debug("the topic has this title already")
        except (Gone, Unwanted):
            raise
        except Refused:
            raise UserError(NO_RIGHT) from None
        self.begun(to.key, unnamed=False)
