"""What a member may not do is tried once more as what Telegram says they are."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from adapters.telegram.commands.replies import Asked
from adapters.telegram.talk.members import Members
from bot.errors import NotAllowed

T = TypeVar("T")


async def insisted(members: Members, asked: Asked, doing: Callable[[Asked], Awaitable[T]]) -> T:
    """Do it as who they are by their message alone; Telegram is asked only when that is not enough. Raises
    UserError: all that `doing` raises, NotAllowed before anything has happened."""
    try:
        return await doing(asked)
    except NotAllowed:
        actor = await members.live(asked.actor, asked.key, asked.kind)
        if actor.standing is asked.actor.standing:
            raise
        return await doing(replace(asked, actor=actor))
