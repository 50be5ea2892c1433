"""Values for an option while somebody types it: in time, or none."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import structlog

from adapters.discord.commands.registered import CHOICE, CHOICES
from adapters.discord.commands.replies import Asked, Replies
from adapters.discord.commands.slash import given
from bot.commands import Choice, Commands
from bot.delivery.clusters import clipped, units
from bot.errors import StorageError, UserError

WITHIN: Final = 2.0
"""Seconds for finding values; Discord waits for three."""

log = structlog.get_logger()


class Completion:
    """Completes options; for who may not use a command there is nothing."""

    def __init__(self, commands: Commands, replies: Replies, *, within: float = WITHIN) -> None:
        self._commands = commands
        self._replies = replies
        self._within = within

    async def typed(self, asked: Asked) -> None:
        """Somebody types."""
        call = given(asked.data)
        typed = str(call.options.get(call.focused) or "")
        try:
            async with asyncio.timeout(self._within):
                found = await self._commands.complete(call.path, call.focused, typed, asked.actor, asked.key)
        except (UserError, StorageError, TimeoutError) as exc:
            log.info("nothing completed", why=type(exc).__name__)
            found = ()
        await self._replies.offer(asked, offered(found))


def offered(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """Choices as Discord takes them; a value that is too long cannot be offered, for it could not be sent."""
    fitting = (one for one in choices if one.name and 0 < units(one.value) <= CHOICE)
    return [{"name": clipped(one.name, CHOICE), "value": one.value} for one in fitting][:CHOICES]
