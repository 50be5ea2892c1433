"""What Telegram told is stored, put into the line of its chat, dealt with, and then forgotten."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import structlog
from telegram import Bot, Message, Update
from telegram.error import TelegramError

from adapters.telegram.asking.request import UNREADABLE
from adapters.telegram.keys import PLATFORM
from bot.conversation.queues.lines import Lines
from bot.errors import BotError, StorageError
from bot.ports import Clock, Inbox
from bot.records import Received

Deal: TypeAlias = Callable[[Update], Awaitable[None]]


TOGETHER: Final = 0.05
"""Seconds in which what is done is gathered: a commit of its own would be in an answer's way."""
AGAIN: Final = 1.0
"""Seconds until that is tried once more."""

log = structlog.get_logger()


class Updates:
    """Takes in updates for the bot `account`. `deal` is given each in the order of its chat; those of an
    album wait for one another beside the line, so that they do not hold it up."""

    def __init__(self, inbox: Inbox, account: str, bot: Bot, deal: Deal, lines: Lines, clock: Clock) -> None:
        self._lines = lines
        self._inbox = inbox
        self._account = account
        self._bot = bot
        self._deal = deal
        self._clock = clock
        self._in_hand: set[int] = set()
        self._unsure = True
        self._done: list[int] = []
        self._forgetting = False

    async def heard(self, updates: Mapping[int, str]) -> int:
        """Store updates, JSON by their number, and have them dealt with, and before them what was left: how
        many were never seen before. Raises StorageError: then Telegram must not forget them."""
        await self.resume()
        if not updates:
            return 0
        sure = False
        try:
            new = await self._inbox.take_in(PLATFORM, self._account, updates, at=self._clock.now())
            await self._line_up(new)
            sure = True
        finally:
            self._unsure = self._unsure or not sure  # it may have been stored all the same
        return len(new)

    async def resume(self) -> None:
        """Deal with what was stored, and not dealt with, by who ran before, or by whom storing failed."""
        if not self._unsure:
            return
        self._unsure = False  # before it is asked what is left: meanwhile others may fail
        sure = False
        try:
            await self._line_up(await self._inbox.undealt(PLATFORM, self._account))
            sure = True
        finally:
            self._unsure = self._unsure or not sure

    async def _line_up(self, found: Sequence[Received]) -> None:
        """Put them into the lines of their chats; what cannot be read is set aside."""
        unreadable = [received for received in found if not self._lined_up(received)]
        if unreadable:
            await self._inbox.set_aside([received.id for received in unreadable])
            numbers = [received.update_id for received in unreadable]
            log.error("updates of Telegram's cannot be read: they are set aside", update_ids=numbers)

    def _lined_up(self, received: Received) -> bool:
        """Put it into the line of its chat, unless it is there. False: it cannot be read."""
        if received.id in self._in_hand:
            return True
        update = self._read(received.body)
        if update is None:
            return False
        self._in_hand.add(received.id)

        async def turn() -> None:
            if isinstance(update.message, Message) and update.message.media_group_id:
                self._lines.beside(self._deal_with(received, update))
            else:
                await self._deal_with(received, update)

        self._lines.add(_chat(update), turn)
        return True

    def _read(self, body: str) -> Update | None:
        try:
            found: Any = json.loads(body)
            update = Update.de_json(found, self._bot)
            return update if _sound(update) else None
        except UNREADABLE:
            return None

    async def _deal_with(self, received: Received, update: Update) -> None:
        """Deal with it once. What fails is kept aside; what is interrupted has another turn after a start."""
        failed = True
        try:
            await self._deal(update)
            failed = False
        except asyncio.CancelledError:
            failed = False
            raise
        except (BotError, TelegramError) as exc:
            log.warning("an update was not dealt with", error=type(exc).__name__)
        finally:
            if failed:
                await self._inbox.set_aside([received.id])
                self._in_hand.discard(received.id)
        if not failed:
            self._done.append(received.id)
            if not self._forgetting:
                self._forgetting = True
                self._lines.beside(self._forget())

    async def _forget(self) -> None:
        """Mark what is done: behind what it led to, and together with what others finish meanwhile. After a
        kill it may be dealt with again: every event counts once."""
        try:
            while self._done:
                await self._clock.sleep(TOGETHER)
                await self._mark()
        finally:
            self._forgetting = False

    async def _mark(self) -> None:
        ids, self._done = self._done, []
        try:
            await self._inbox.dealt_with(ids)
            self._in_hand.difference_update(ids)
        except StorageError as exc:
            self._done += ids
            log.warning("what was dealt with cannot be marked", error=type(exc).__name__)
            await self._clock.sleep(AGAIN)


def _chat(update: Update) -> Hashable:
    """What happens in one chat, or in one topic of it, is dealt with in order."""
    message = update.effective_message
    if isinstance(message, Message) and message.is_topic_message:
        return message.chat.id, message.message_thread_id
    chat = update.effective_chat
    return chat.id if chat else 0, None


def _sound(update: Update) -> bool:
    """Whether what rooms and lines are made of are numbers: the library takes anything for one."""
    message, chat, user = update.effective_message, update.effective_chat, update.effective_user
    found = [one.id for one in (chat, user) if one]
    if message:
        found.append(message.message_id)
    if isinstance(message, Message):
        found += [message.sender_chat.id] if message.sender_chat else []
        others = message.message_thread_id, message.migrate_to_chat_id, message.migrate_from_chat_id
        found += [number for number in others if number is not None]
    return all(type(number) is int for number in found)
