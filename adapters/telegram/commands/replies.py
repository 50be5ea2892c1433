"""What came of a command or a press, and how the person gets to see it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import structlog
from telegram import Chat, ForceReply, InlineKeyboardMarkup, Message, MessageEntity

from adapters.telegram.asking.sending import NOTICE, Sending
from adapters.telegram.keys import Keys, alone, event_of
from adapters.telegram.outlet.buttons import offering
from adapters.telegram.outlet.exports import hand
from adapters.telegram.outlet.uploads import shown, text_file
from adapters.telegram.words.markdown import plain, rendered
from adapters.telegram.words.said import Said
from bot.commands import Reply
from bot.commands.failures import told
from bot.conversation.privacy.exporting import Export
from bot.delivery import pieces
from bot.delivery.clusters import units
from bot.errors import DeliveryError, KeptOut, SlowDown, TooLong
from bot.messages import Actor, Address, Attachment, ChannelKey, Made, Quote
from bot.ports import Clock
from bot.records import Drawing

PATIENCE: Final = 5.0
"""Seconds after which a press is answered although it is not done yet."""
ASKED_TO_WAIT: Final = 120.0
"""Seconds of Telegram's patience that a reply waits out."""
PIECE: Final = 4000
"""UTF-16 units of Markdown in one message."""
SHORT: Final = 64
"""UTF-16 units of a message that is not cut further."""

Beside: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for something, where, and under which message. `kind`: of the chat; `event_id`: once for each
    thing that is done."""

    actor: Actor
    key: ChannelKey
    kind: str
    under: str
    event_id: str
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None

    @classmethod
    def of(cls, message: Message, keys: Keys) -> "Asked":
        """Who asks with a message."""
        number = str(message.message_id)
        return cls(keys.author(message), keys.room(message), message.chat.type, number, event_of(message))

    @property
    def address(self) -> Address:
        """Where an answer goes."""
        return Address(self.key, self.under)

    @property
    def replied(self) -> str:
        """The message that is visibly replied to: in a private chat nobody has to be told whom one means."""
        return self.under if self.kind != Chat.PRIVATE or self.attachments else ""


@dataclass(frozen=True, slots=True)
class Further:
    """Parley asks back. `so_far`: the command as far as it is given, which the person sees, too: it is all
    that has to be known when they answer, be it after a restart."""

    sentence: str
    so_far: str = field(repr=False)
    markup: InlineKeyboardMarkup | ForceReply

    @property
    def said(self) -> Said:
        """The sentence, and below it the command as code."""
        code = MessageEntity(MessageEntity.CODE, units(self.sentence) + 1, units(self.so_far))
        return Said(f"{self.sentence}\n{self.so_far}", (code,))


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing came of it, and this is why. `alone`: it is for the person alone, once for a while; `silent`:
    or for nobody."""

    text: str
    alone: bool = False
    silent: bool = False


Came: TypeAlias = Reply | Further | Failed


class Replies:
    """Shows what came of things. `beside` does what no line has to wait for; `tells`: whether somebody who is
    not answered hears so now."""

    def __init__(
        self, sending: Sending, clock: Clock, beside: Beside, tells: Callable[[Actor, ChannelKey], bool]
    ) -> None:
        self._sending = sending
        self._tells = tells
        self._clock = clock
        self._beside = beside

    async def give(self, asked: Asked, doing: Coroutine[Any, Any, Came]) -> None:
        """Do it, and say under the person's message what came of it."""
        work = asyncio.create_task(doing)
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
        self.say(asked, _outcome(work))

    async def press(self, query_id: str, asked: Asked, doing: Coroutine[Any, Any, Came]) -> Came:
        """Do it, and answer the press: once, and in time. What is refused stands in a window."""
        work = asyncio.create_task(doing)
        try:
            await asyncio.wait({work}, timeout=PATIENCE)
            if late := not work.done():
                await self._answer(query_id)
                await asyncio.wait({work})
        finally:
            work.cancel()
        came = _outcome(work)
        why = came.text if isinstance(came, Failed) else ""
        notice = why if units(why) <= NOTICE else ""
        told = not late and await self._answer(query_id, notice, alert=bool(why))
        if why and not (told and notice):
            self.say(asked, came)
        return came

    async def refuse(self, query_id: str, why: str) -> None:
        """Answer a press of which nothing can come."""
        await self._answer(query_id, why, alert=True)

    def say(self, asked: Asked, came: Came) -> None:
        """Say it under the person's message. An answer that is being written comes by itself."""
        match came:
            case Further():
                self._beside(self._said(asked, [came.said], came.markup))
            case Reply(export=Export() as export):
                self._beside(self._handed(asked, came.text, export))
            case Reply(text=text, files=files, drawing=drawing, offers=offers) if text:
                buttons = offering(offers)
                self._beside(self._said(asked, _shown(text), buttons, files=files, drawing=drawing))
            case Failed(text=text, alone=True):
                if self._tells(asked.actor, asked.key):
                    self._beside(self._said_alone(asked, text, silent=came.silent))
            case Failed(text=text) if text:
                self._beside(self._said(asked, _shown(text)))

    def change(self, asked: Asked, message_id: int, came: Came) -> None:
        """Show it in place of a menu; what cannot stand there takes its leave of it."""
        self._beside(self._changed(asked, message_id, came))

    async def _changed(self, asked: Asked, message_id: int, came: Came) -> None:
        match came:
            case Further(markup=InlineKeyboardMarkup() as keyboard):
                await self._once_more(asked, message_id, came.said, keyboard)
            case Reply(export=Export()):
                await self._insist(lambda: self._sending.remove(asked.key, message_id))
                self.say(asked, came)
            case Reply(text=text, files=files, drawing=drawing, offers=offers) if text:
                first, *others = _shown(text)
                buttons = offering(offers)
                await self._once_more(asked, message_id, first, None if others else buttons)
                await self._said(asked, others, buttons, files=files, drawing=drawing)
            case Reply() | Further():
                await self._insist(lambda: self._sending.remove(asked.key, message_id))
                self.say(asked, came)

    async def _handed(self, asked: Asked, text: str, export: Export) -> None:
        """Give it to them in private, and say here what has to be said."""
        if asked.kind == Chat.PRIVATE:
            await self._said(asked, _shown(text))
        to = asked.actor.person
        if told := await hand(self._sending, self._clock, asked.key, asked.kind, to, export):
            await self._said(asked, [told])

    async def _once_more(
        self, asked: Asked, message_id: int, said: Said, markup: InlineKeyboardMarkup | None = None
    ) -> None:
        """Show it in place of a menu, and below when that is gone."""
        if not await self._insist(lambda: self._sending.change(asked.key, message_id, said, markup=markup)):
            await self._said(asked, [said], markup)

    async def _said(
        self,
        asked: Asked,
        all_: list[Said],
        markup: InlineKeyboardMarkup | ForceReply | None = None,
        files: Sequence[Made] = (),
        drawing: Drawing | None = None,
    ) -> None:
        """All of it, with the buttons under the last words, which name whose they are by their question."""
        under = asked.under if markup is not None else asked.replied
        for left, said in zip(range(len(all_) - 1, -1, -1), all_, strict=True):
            to, buttons = ("", None) if left else (asked.under if markup is not None else "", markup)
            await self._insist(
                lambda said=said, to=to or under, buttons=buttons: self._say(  # type: ignore[misc]  # bound at once
                    asked.key, said, to, buttons
                )
            )
            under = ""
        for made in files:
            await self._insist(
                lambda made=made: self._sending.picture(  # type: ignore[misc]  # bound at once
                    asked.key, text_file(made), plain(""), as_file=True
                )
            )
        if drawing is not None:
            await self._insist(lambda: self._sending.picture(asked.key, shown(drawing), plain("")))

    async def _say(
        self, key: ChannelKey, said: Said, under: str, markup: InlineKeyboardMarkup | ForceReply | None
    ) -> None:
        """Say it; in halves where Telegram finds it too long. Raises DeliveryError."""
        try:
            await self._sending.say(key, said, reply_to=under, markup=markup)
        except TooLong:
            if len(halves := _halves(said)) == 1:
                raise
            for half in halves:
                await self._insist(
                    lambda half=half: self._say(key, half, "", markup)  # type: ignore[misc]  # bound at once
                )

    async def _said_alone(self, asked: Asked, text: str, *, silent: bool) -> None:
        """Say it where they are alone with the bot; where that may not be, under what they wrote."""
        to = alone(asked.key, asked.actor)
        if to and await self._insist(lambda: self._sending.say(to, rendered(text))):
            return
        if not (to and silent):
            await self._said(asked, _shown(text))

    async def _answer(self, query_id: str, text: str = "", *, alert: bool = False) -> bool:
        """Let a button go, while whoever pressed it may still be there; whether that was taken."""
        return await self._insist(lambda: self._sending.answer(query_id, text, alert=alert), PATIENCE)

    async def _insist(
        self, ask: Callable[[], Coroutine[Any, Any, object]], at_most: float = ASKED_TO_WAIT
    ) -> bool:
        """Ask; wait `at_most` seconds when Telegram wants patience. What it does not take is logged."""
        waited = 0.0
        while True:
            try:
                await ask()
            except SlowDown as exc:
                waited += exc.retry_after
                if waited > at_most:
                    log.warning("a person could not be told something", why=str(exc))
                    return False
                await self._clock.sleep(exc.retry_after)
            except DeliveryError as exc:
                log.warning("a person could not be told something", why=str(exc))
                return False
            else:
                return True


def _shown(markdown: str) -> list[Said]:
    """A text as the messages that it takes."""
    return [rendered(piece) for piece in pieces(markdown, PIECE)] or [plain("Done.")]


def _halves(said: Said) -> list[Said]:
    """A text in messages of half its length; one alone where it is short."""
    return [plain(piece) for piece in pieces(said.text, max(units(said.text) // 2, SHORT))]


def _outcome(work: asyncio.Task[Came]) -> Came:
    """What came of something, or what the person is told about why nothing did."""
    error = work.exception()
    if isinstance(error, KeptOut):
        return Failed(told(error), alone=True, silent=error.silent)
    return work.result() if error is None else Failed(told(error))
