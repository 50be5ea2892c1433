"""Parley's ears on the Telegram to test against, with scripted models and a screen of our own."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import Bot, Message, Update

from adapters.telegram.asking.request import Door, bot
from adapters.telegram.keys import Keys
from adapters.telegram.talk.albums import Albums
from adapters.telegram.talk.files import TelegramFiles
from adapters.telegram.talk.inbound import Inbound
from adapters.telegram.talk.moves import Moves, moves
from adapters.telegram.talk.triggers import by_person
from bot.clock import SystemClock
from bot.messages import ChannelKey, Incoming, Turn
from bot.ports import Clock
from bot.records import Accepted, Order
from bot.settings import Settings
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Person, Telegram
from tests.rig import Glass, Rig, rig
from tests.seeded import seeded

KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


class Beside:
    """What no line has to wait for."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rests(self) -> None:
        """All of it has come to its end."""
        while self._tasks:
            await asyncio.wait(self._tasks)


@dataclass
class Ears:
    """What a test looks at. Nothing is heard until it says so."""

    telegram: Telegram
    bot: Bot
    parley: Rig
    talk: Inbound
    albums: Albums
    moves: Moves
    glass: Glass
    beside: Beside
    accepted: list[Incoming] = field(default_factory=list)
    _offset: int = 0

    async def fetches(self) -> Sequence[Update]:
        """What happened since the last time."""
        found = await self.bot.get_updates(offset=self._offset, timeout=0, allowed_updates=KINDS)
        self._offset = max((update.update_id for update in found), default=self._offset - 1) + 1
        return found

    async def hears(self) -> None:
        """Everything that happened is dealt with, as the dispatcher does it; albums go on beside."""
        for update in await self.fetches():
            if update.edited_message:
                await self.talk.edited(update.edited_message)
            elif update.message:
                await self._heard(update.message)

    async def _heard(self, message: Message) -> None:
        if moves(message):
            await self.moves.moved(message)
        elif by_person(message) and message.media_group_id:
            self.beside.add(self.albums.add(message))
        elif by_person(message):
            await self.talk.heard([message])

    async def shows(self, wanted: str, room: str = "general", person: Person | None = None) -> None:
        """Wait until a room's screen has these words."""
        await self.glass.shows(wanted, self.key(room, person))

    @property
    def asked(self) -> list[list[Turn]]:
        """What the model was asked so far: the turns of each request, without the system's."""
        return [[turn for turn in one.turns if turn.role != "system"] for one in self.parley.one.asked]

    @property
    def last(self) -> str:
        """The words of the last question."""
        return self.asked[-1][-1].text

    def key(self, room: str = "general", person: Person | None = None) -> ChannelKey:
        """The room by its name; `person`: whose private chat it is."""
        account = str(self.telegram.bot.id)
        if room == DIRECT:
            assert person is not None
            return ChannelKey("telegram", account, "private", str(person.user.id))
        place = self.telegram.rooms[room]
        chat, thread = str(place.chat.id), str(place.thread) if place.thread > 1 else ""
        return ChannelKey("telegram", account, chat, chat, thread)


def settings(telegram: Telegram, folder: Path) -> Settings:
    """Those that lead to the Telegram of a test."""
    return Settings(
        data=seeded(folder), telegram_token=SecretStr(telegram.token), telegram_api_base=telegram.url
    )


@asynccontextmanager
async def connected(telegram: Telegram, folder: Path) -> AsyncIterator[Bot]:
    """Parley's own way to the Telegram of a test."""
    door = Door()
    made = bot(settings(telegram, folder), door)
    await made.initialize()
    try:
        yield made
    finally:
        await door.shutdown()


@asynccontextmanager
async def listening(
    telegram: Telegram,
    folder: Path,
    *,
    clock: Clock | None = None,
    rerun: bool = True,
    album: float = 0.05,
    operators: frozenset[str] = frozenset(),
) -> AsyncIterator[Ears]:
    """Parley hears what is said when a test lets it, and answers on our own screen. `clock`: its ears'."""
    clock = clock or SystemClock()
    glass = Glass()
    async with connected(telegram, folder) as door:
        files = TelegramFiles(door, telegram.url, clock)
        async with rig(folder, glass=glass, files={"telegram": files}, outlets={"telegram": glass}) as parley:
            keys = Keys(str(door.id), operators)
            beside = Beside()
            talk = Inbound(
                parley.conversation, keys, glass, clock, me=door.bot, beside=beside.add, rerun=rerun
            )
            albums, moving = Albums(talk.heard, clock, album), Moves(parley.conversation, keys)
            ears = Ears(telegram, door, parley, talk, albums, moving, glass, beside)
            _note(ears)
            yield ears
            await beside.rests()


def _note(ears: Ears) -> None:
    """Keep what is accepted from now on."""
    accept = ears.parley.conversation.accept

    async def noting(said: Incoming, order: Order = Order()) -> Accepted:
        ears.accepted.append(said)
        return await accept(said, order)

    ears.parley.conversation.accept = noting  # type: ignore[method-assign]  # it is watched
