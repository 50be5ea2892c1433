"""What people say on Telegram comes in here: a message, an album, or other words for what was said before."""

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Final, TypeAlias

import structlog
from telegram import Message, User

from adapters.telegram.commands.chatted import chatted
from adapters.telegram.commands.steps import name_of
from adapters.telegram.keys import Keys, address, alone, event_id, event_of
from adapters.telegram.talk.members import Members
from adapters.telegram.talk.reading import Spoken, captioned, spoken
from adapters.telegram.talk.triggers import Meant, by_person, meant
from adapters.telegram.talk.unread import apology
from adapters.telegram.words.entities import written
from bot.conversation import Conversation
from bot.conversation.gate.complaints import Complaints
from bot.conversation.gate.lateness import Lateness
from bot.errors import BotError, DeliveryError, KeptOut, StorageError, UserError
from bot.governance.named import called
from bot.messages import Address, Incoming, Post
from bot.ports import Clock, Outlet
from bot.records import Accepted

LISTEN: Final = "listen"
"""The setting of a room in which Parley answers whatever is said: "on"."""

ALBUMS: Final = 512
"""Albums that are remembered: an edit of one brings only one of its pictures."""

Beside: TypeAlias = Callable[[Coroutine[Any, Any, None]], None]

log = structlog.get_logger()


class Inbound:
    """Takes in what persons say. `me`: the bot; `beside` does what no line has to wait for; `rerun`: a room's
    last question is answered anew when it is edited; `members` know who leads a group: its rules keep none of
    those out."""

    def __init__(
        self,
        conversation: Conversation,
        keys: Keys,
        outlet: Outlet,
        clock: Clock,
        *,
        me: User,
        beside: Beside,
        rerun: bool = True,
        members: Members | None = None,
    ) -> None:
        self._members = members
        self._conversation = conversation
        self._keys = keys
        self._outlet = outlet
        self._me = me
        self._beside = beside
        self._rerun = rerun
        self._complaints = Complaints(clock)
        self._lateness = Lateness(clock)
        self._albums: OrderedDict[str, dict[int, Message]] = OrderedDict()

    async def heard(self, messages: Sequence[Message]) -> None:
        """A person's message, or an album's in order: stored, when it is meant for Parley. What it leads to
        happens elsewhere; the same again changes nothing."""
        said = None
        try:
            if (whose := await self._meant(messages)) is Meant.OTHERS:
                return
            self.remember(messages)
            if words := spoken(messages, self._me):
                said = self._incoming(messages[0], words, event_of(messages[0]))
                if (await self._accept(said, messages[0].chat.type)).duplicate:
                    log.info("what was accepted before came again", album=len(messages) > 1)
                elif note := self._lateness.note(said.key, messages[0].date):
                    self._beside(self._tell(said.address, note))
            elif whose is Meant.PARLEY:
                self._apologise(messages[0])
        except (UserError, StorageError) as exc:
            log.info("message not accepted", why=type(exc).__name__)
            if said:
                self._refuse(said, exc)

    async def _accept(self, said: Incoming, chat_type: str) -> Accepted:
        """As who they are by their message alone, and else as what Telegram says they are."""
        try:
            return await self._conversation.accept(said)
        except KeptOut:
            if self._members is None:
                raise
            actor = await self._members.live(said.actor, said.key, chat_type)
            if actor.standing is said.actor.standing:
                raise
            return await self._conversation.accept(replace(said, actor=actor))

    async def edited(self, message: Message) -> None:
        """A person changed a message: an event of its own, and each is heard once."""
        if not self._rerun or message.edit_date is None or not by_person(message):
            return
        said = None
        try:
            if words := await self._reworded(message):
                event = f"{event_id(message)}:{message.edit_date.timestamp():.0f}"
                said = self._incoming(message, words, event)
                await self._conversation.revise(said, event_of(message))
        except (UserError, StorageError) as exc:
            log.info("edit not accepted", why=type(exc).__name__)
            if said:
                self._refuse(said, exc)

    def complain(self, to: Address, error: BotError) -> None:
        """Tell the person, under their message, why there will be no answer."""
        if not isinstance(error, StorageError) or self._complaints.first(to.key):
            self._beside(self._tell(to, error.reply))

    def _refuse(self, said: Incoming, error: BotError) -> None:
        """Tell why nothing comes of it; who is not answered at all hears it once for a while, alone if they
        may be written to."""
        if not isinstance(error, KeptOut):
            self.complain(said.address, error)
        elif not error.silent and self._conversation.access.tells(said.actor, said.key):
            self._beside(self._tell_alone(said, error.reply))

    async def _tell_alone(self, said: Incoming, sentence: str) -> None:
        if (to := alone(said.key, said.actor)) is not None:
            try:
                await self._outlet.post(Address(to), Post(sentence, final=True), nonce="")
            except DeliveryError:
                log.info("somebody could not be told in private that they are not answered")
            else:
                return
        await self._tell(said.address, sentence)

    async def _reworded(self, message: Message) -> Spoken | None:
        """What a changed message says to Parley now."""
        messages = self._whole(message)
        if messages and name_of(captioned(messages)):
            return chatted(messages, self._me)
        if not messages or await self._meant(messages) is Meant.OTHERS:
            return None
        return spoken(messages, self._me)

    def _incoming(self, message: Message, words: Spoken, event: str) -> Incoming:
        """A message or an album in our words."""
        actor, to = self._keys.author(message), self._to(message)
        return Incoming(actor, words.text, to, event, attachments=words.attachments, quote=words.quote)

    def _to(self, message: Message) -> Address:
        return address(message, self._keys.room(message))

    async def _meant(self, messages: Sequence[Message]) -> Meant:
        """Whether a message is for Parley, or for a room in which it answers all that is said."""
        key = self._keys.room(messages[0])
        if any(meant(message, key, self._me) is Meant.PARLEY for message in messages):
            return Meant.PARLEY
        settings = await self._conversation.settings(key, self._keys.author(messages[0]))
        calls = called(settings.value, written(captioned(messages)))
        return Meant.ROOM if calls or settings.value(LISTEN) == "on" else Meant.OTHERS

    def _whole(self, message: Message) -> Sequence[Message]:
        """A changed message, with the rest of its album; none when that is not known any more."""
        if not message.media_group_id:
            return [message]
        album = self._albums.get(event_of(message), {})
        if message.message_id not in album:
            return []
        album[message.message_id] = message
        return [album[number] for number in sorted(album)]

    def remember(self, messages: Sequence[Message]) -> None:
        """Keep an album at hand; one picture alone may be what came late of another."""
        if len(messages) > 1:
            self._albums[event_of(messages[0])] = {one.message_id: one for one in messages}
            if len(self._albums) > ALBUMS:
                self._albums.popitem(last=False)

    def _apologise(self, message: Message) -> None:
        """Say so when somebody sent only what Parley cannot take in."""
        if sentence := apology(message):
            self._beside(self._tell(self._to(message), sentence))

    async def _tell(self, to: Address, sentence: str) -> None:
        try:
            await self._outlet.post(to, Post(sentence, final=True), nonce=f"no{to.reply_to}")
        except DeliveryError as exc:
            log.warning("nobody could be told that a message was not accepted", why=str(exc))
