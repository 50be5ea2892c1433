"""Requests to Telegram: each at its chat's pace, in the chat as it is called today, told in our own errors.

Previews are switched off with every message and every edit: Telegram forgets that with each edit that does
not say so.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardMarkup,
    InputFile,
    InputMedia,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction
from telegram.error import TelegramError

from adapters.telegram.asking.faults import Moved, Unchanged, Unparsed, fault
from adapters.telegram.asking.pacing import Pacing
from adapters.telegram.asking.request import UNREADABLE
from adapters.telegram.keys import chat_id, thread_id
from adapters.telegram.words.markdown import plain
from adapters.telegram.words.said import Said
from bot.delivery.clusters import units
from bot.errors import Gone, SlowDown, TooLong, Unreachable
from bot.http import File
from bot.messages import ChannelKey

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
NOTICE: Final = 200
"""Characters of the longest answer to a press."""
SHORTER: Final = 0.75
"""How much of a text in the making is shown when Telegram finds it too long although we count less."""

Markup = InlineKeyboardMarkup | ForceReply
T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Way:
    """How a request goes. `follow`: into the chat that its own has become; a message stays in the old one.
    `whole`: all the words, or none."""

    urgent: bool = True
    draft: bool = False
    follow: bool = True
    whole: bool = True


class Sending:
    """One bot's requests. Raises DeliveryError."""

    def __init__(self, bot: Bot, pacing: Pacing) -> None:
        self.bot = bot
        self.pacing = pacing
        self._moved: dict[int, int] = {}

    def moved(self, old: int, new: int) -> None:
        """A chat is called otherwise from now on."""
        self._moved[old] = new
        self._moved.pop(new, None)

    def chat(self, key: ChannelKey) -> int:
        """A room's chat, as it is called today."""
        number = chat_id(key)
        while (new := self._moved.get(number)) is not None:
            number = new
        return number

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        """Seconds until the chat may be asked again."""
        return self.pacing.wait(self.chat(key), urgent=urgent)

    async def say(
        self,
        key: ChannelKey,
        said: Said,
        *,
        reply_to: str = "",
        markup: Markup | None = None,
        urgent: bool = True,
        whole: bool = True,
    ) -> int:
        """A new message; its number. Raises TooLong, unless it need not be shown `whole` yet."""

        async def send(chat: int, said: Said) -> Message:
            return await self.bot.send_message(
                chat,
                said.text,
                entities=said.entities,
                message_thread_id=thread_id(key),
                reply_parameters=_reply(reply_to) if chat == chat_id(key) else None,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
            )

        return (await self._worded(key, said, send, _Way(urgent, whole=whole))).message_id

    async def change(
        self,
        key: ChannelKey,
        message_id: int,
        said: Said,
        *,
        markup: InlineKeyboardMarkup | None = None,
        urgent: bool = True,
        whole: bool = True,
    ) -> None:
        """Other words. Raises NoText for a message with a picture; TooLong as `say` does."""

        async def edit(chat: int, said: Said) -> object:
            return await self.bot.edit_message_text(
                said.text,
                chat,
                message_id,
                entities=said.entities,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
            )

        await self._changed(key, said, edit, _Way(urgent, follow=False, whole=whole))

    async def change_caption(
        self,
        key: ChannelKey,
        message_id: int,
        said: Said,
        *,
        markup: InlineKeyboardMarkup | None = None,
        urgent: bool = True,
    ) -> None:
        """Other words under a picture."""

        async def edit(chat: int, said: Said) -> object:
            return await self.bot.edit_message_caption(
                chat, message_id, caption=said.text, caption_entities=said.entities, reply_markup=markup
            )

        await self._changed(key, said, edit, _Way(urgent, follow=False))

    async def remove(self, key: ChannelKey, message_id: int) -> None:
        """Take a message away."""
        await self._asked(key, lambda chat: self.bot.delete_message(chat, message_id), _Way(follow=False))

    async def draft(self, key: ChannelKey, draft_id: int, said: Said) -> None:
        """Text in the making, in a private chat; the same `draft_id` goes on with the same preview."""

        async def send(chat: int, said: Said) -> object:
            return await self.bot.send_message_draft(
                chat, draft_id, said.text, entities=said.entities, message_thread_id=thread_id(key)
            )

        await self._worded(key, said, send, _Way(urgent=False, draft=True, whole=False))

    async def typing(self, key: ChannelKey, action: ChatAction = ChatAction.TYPING) -> None:
        """Show for five seconds that the bot is busy. It does not count, and is not worth waiting for."""
        chat, topic = self.chat(key), thread_id(key)
        if self.pacing.closed(chat):
            return
        try:
            await self.bot.send_chat_action(chat, action, message_thread_id=topic)
        except TelegramError as error:
            raise self._meant(chat, error) from None

    async def picture(
        self,
        key: ChannelKey,
        file: File,
        said: Said,
        *,
        reply_to: str = "",
        markup: Markup | None = None,
        as_file: bool = False,
    ) -> int:
        """A message with a picture, uploaded; its number. Raises NotAPhoto."""

        async def send(chat: int, said: Said) -> Message:
            method = self.bot.send_document if as_file else self.bot.send_photo
            return await method(
                chat,
                _upload(file),
                caption=said.text or None,
                caption_entities=said.entities,
                message_thread_id=thread_id(key),
                reply_parameters=_reply(reply_to) if chat == chat_id(key) else None,
                reply_markup=markup,
            )

        return (await self._worded(key, said, send, _Way())).message_id

    async def change_picture(
        self,
        key: ChannelKey,
        message_id: int,
        file: File,
        said: Said,
        *,
        markup: InlineKeyboardMarkup | None = None,
        as_file: bool = False,
    ) -> None:
        """Another picture, or the first one of a message that had words alone. Raises NotAPhoto."""

        async def edit(chat: int, said: Said) -> object:
            shown = _media(file, said, as_file=as_file)
            return await self.bot.edit_message_media(shown, chat, message_id, reply_markup=markup)

        await self._changed(key, said, edit, _Way(follow=False))

    async def rename(self, key: ChannelKey, title: str) -> None:
        """Give a topic another title."""
        topic = thread_id(key) or 0
        await self._asked(key, lambda chat: self.bot.edit_forum_topic(chat, topic, name=title), _Way())

    async def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Let a pressed button go, with a few words if there are any."""
        try:
            await self.bot.answer_callback_query(query_id, text[:NOTICE] or None, show_alert=alert)
        except TelegramError as error:
            raise fault(error) from None

    async def _changed(
        self, key: ChannelKey, said: Said, edit: Callable[[int, Said], Awaitable[object]], way: _Way
    ) -> None:
        """Edit; what says that already is as it should be."""
        try:
            await self._worded(key, said, edit, way)
        except Unchanged:
            log.debug("message says this already")

    async def _worded(
        self, key: ChannelKey, said: Said, ask: Callable[[int, Said], Awaitable[T]], way: _Way
    ) -> T:
        """Ask with words; once more with plain ones when Telegram does not take them as they are."""
        try:
            return await self._asked(key, lambda chat: ask(chat, said), way)
        except (Unparsed, TooLong) as why:
            long = isinstance(why, TooLong)
            if long and way.whole:
                raise
            log.warning("words go out plain", why=str(why))
            bare = plain(said.text, int(SHORTER * units(said.text)) if long else None, said.links)
        return await self._asked(key, lambda chat: ask(chat, bare), way)

    async def _asked(self, key: ChannelKey, ask: Callable[[int], Awaitable[T]], way: _Way) -> T:
        """Ask in a room's chat; once more in the one that it has become."""
        try:
            return await self._once(self.chat(key), ask, way)
        except Moved:
            if not way.follow:
                raise Gone("the message stayed in the old group") from None
            return await self._once(self.chat(key), ask, way)

    async def _once(self, chat: int, ask: Callable[[int], Awaitable[T]], way: _Way) -> T:
        turn = self.pacing.draft(chat) if way.draft else self.pacing.turn(chat, urgent=way.urgent)
        async with turn:
            try:
                return await ask(chat)
            except TelegramError as error:
                raise self._meant(chat, error) from None
            except UNREADABLE as error:
                raise Unreachable(f"an answer that is not Telegram's: {type(error).__name__}") from None

    def _meant(self, chat: int, error: TelegramError) -> Exception:
        """What an error means; that the chat moved, or wants to be left alone, is remembered."""
        meant = fault(error)
        if isinstance(meant, Moved):
            self.moved(chat, meant.to)
        elif isinstance(meant, SlowDown):
            self.pacing.close(chat, meant.retry_after)
        return meant


def _reply(message: str) -> ReplyParameters | None:
    """That it answers a message, should that still be there."""
    return ReplyParameters(int(message), allow_sending_without_reply=True) if message else None


def _upload(file: File, *, attach: bool = False) -> InputFile:
    """`attach`: another field names it."""
    return InputFile(file.data, filename=file.name, attach=attach)


def _media(file: File, said: Said, *, as_file: bool) -> InputMedia:
    kind = InputMediaDocument if as_file else InputMediaPhoto
    return kind(_upload(file, attach=True), caption=said.text or None, caption_entities=said.entities)
