"""Which room a channel is, also when the library has never heard of it: an archived thread, for one."""

from collections.abc import Callable
from typing import Final

import structlog

from adapters.discord.asking.buckets import route
from adapters.discord.asking.rest import Rest
from adapters.discord.keys import Keys
from bot.errors import DeliveryError
from bot.messages import ChannelKey

CHANNEL: Final = "GET /channels/{channel}"

log = structlog.get_logger()


class Places:
    """Finds rooms. `known`: the library's channel of an id, if it has one."""

    def __init__(self, keys: Keys, rest: Rest, known: Callable[[int], object]) -> None:
        self._keys = keys
        self._rest = rest
        self._known = known

    async def find(self, channel: int, space: int | None) -> ChannelKey | None:
        """The room of a channel in a server, or outside of any (None). None: Discord does not tell."""
        if space is None:
            return self._keys.direct(channel)
        if key := self._keys.room(self._known(channel)):
            return key
        try:
            told = await self._rest.ask(route(CHANNEL, channel=str(channel)))
        except DeliveryError as exc:
            log.warning("a channel cannot be found", why=str(exc))
            return None
        return self._keys.told(told, space)
