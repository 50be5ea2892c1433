"""What somebody is in a chat: Telegram is asked when it matters, and believed for a minute."""

from collections import OrderedDict
from typing import Final

import structlog
from telegram import Bot, Chat, ChatMember, User
from telegram.error import TelegramError

from adapters.telegram.keys import PLATFORM, chat_id
from bot.errors import UserError
from bot.messages import Actor, ChannelKey, Standing
from bot.ports import Clock

BELIEVED: Final = 60.0
"""Seconds for which an answer holds."""

AT_HAND: Final = 4096
"""Answers kept."""

UNKNOWN: Final = "Telegram did not tell me whether you lead this group. Please try again in a moment."

_LEADING: Final = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)

log = structlog.get_logger()


class Members:
    """Asks who leads a group. Never called before what they did is stored."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._told: dict[tuple[int, int], tuple[float, Standing]] = {}
        self._names: OrderedDict[str, int] = OrderedDict()

    async def live(self, actor: Actor, key: ChannelKey, chat_type: str) -> Actor:
        """The same person with their standing of now. Raises UserError when Telegram does not tell: a right
        that nobody confirmed is none."""
        user = _number(actor.person.id)
        if actor.standing is not Standing.MEMBER or chat_type == Chat.PRIVATE or user <= 0:
            return actor
        return Actor(actor.person, await self._standing(chat_id(key), user))

    def heard(self, user: User | None) -> None:
        """Somebody is called so now."""
        if user and user.username:
            self._names[user.username.casefold()] = user.id
            self._names.move_to_end(user.username.casefold())
            if len(self._names) > AT_HAND:
                self._names.popitem(last=False)

    async def named(self, chat: int, name: str) -> str:
        """The number of whoever is called `@name` in a chat: of somebody who was heard, and still is called
        so. Empty: nobody can tell."""
        bare = name.removeprefix("@").casefold()
        if (number := self._names.get(bare)) is None:
            return ""
        try:
            user = (await self._bot.get_chat_member(chat, number)).user
        except TelegramError as exc:
            log.warning("Telegram does not tell who somebody is", why=type(exc).__name__)
            return ""
        return str(number) if (user.username or "").casefold() == bare else ""

    def forget(self, chat: int) -> None:
        """Something changed in this chat: what was told of it is no longer believed."""
        self._told = {asked: told for asked, told in self._told.items() if asked[0] != chat}

    async def _standing(self, chat: int, user: int) -> Standing:
        now = self._clock.monotonic()
        if (told := self._told.get((chat, user))) and now - told[0] < BELIEVED:
            return told[1]
        standing = await self._asked(chat, user)
        if len(self._told) >= AT_HAND:
            self._told = {asked: told for asked, told in self._told.items() if now - told[0] < BELIEVED}
        if len(self._told) < AT_HAND:
            self._told[chat, user] = now, standing
        return standing

    async def _asked(self, chat: int, user: int) -> Standing:
        try:
            status = (await self._bot.get_chat_member(chat, user)).status
        except TelegramError as exc:
            log.warning("Telegram does not tell who leads a group", why=type(exc).__name__)
            raise UserError(UNKNOWN) from None
        if status in _LEADING:
            return Standing.MODERATOR
        return Standing.BLOCKED if status == ChatMember.BANNED else Standing.MEMBER


def _number(person: str) -> int:
    """A person's number on Telegram; that of a chat in whose name somebody writes is negative."""
    return int(person.removeprefix(f"{PLATFORM}:"))
