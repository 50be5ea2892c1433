"""Threads and their messages, as people find them: links, titles, and who began them."""

from typing import Final

from adapters.discord.asking.buckets import route
from adapters.discord.asking.faults import Archived, Blocked, Elsewhere
from adapters.discord.asking.rest import Rest
from adapters.discord.keys import PLATFORM
from adapters.discord.links import link
from bot.errors import UserError
from bot.messages import Address, ChannelKey
from bot.records import Said

CHANNEL: Final = "GET /channels/{channel}"
REOPEN: Final = "PATCH /channels/{channel}"

NO_RIGHT: Final = "I may not change it: please give me the permission “Manage Threads” here."
NOT_SO: Final = "This server's automatic moderation does not let these words be a title."


class Threads:
    """This part of an Outlet."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    def link(self, to: Address, said: Said) -> str:
        """A link to a message in a channel, a thread or direct messages."""
        return link(to.key, said.posts)

    def followed(self, key: ChannelKey, run_id: int) -> None:
        """Nobody: people are shown what tools do, not how they are asked for."""

    def titled(self, key: ChannelKey) -> str:
        """Threads have titles; channels have names, which are their server's own affair."""
        return "thread" if key.thread else ""

    def unnamed(self, key: ChannelKey) -> bool:
        """Who opens a thread gives it a name."""
        return False

    async def starter(self, key: ChannelKey) -> str:
        """Who opened a thread."""
        found = await self._rest.ask(route(CHANNEL, channel=key.thread or key.channel))
        return f"{PLATFORM}:{found['owner_id']}" if found.get("owner_id") else ""

    async def rename(self, to: Address, title: str) -> None:
        """Give a thread another title; one that is archived is opened for it."""
        where = route(REOPEN, channel=to.key.thread)
        try:
            try:
                await self._rest.ask(where, {"name": title})
            except Archived:
                await self._rest.ask(where, {"archived": False, "name": title})
        except Blocked:
            raise UserError(NOT_SO) from None
        except Elsewhere:
            raise UserError(NO_RIGHT) from None
