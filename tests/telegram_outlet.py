"""An outlet before a Telegram on this machine, without a poller: answers alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import SecretStr

from adapters.telegram.asking.pacing import Pacing
from adapters.telegram.asking.request import Door, bot
from adapters.telegram.asking.sending import Sending
from adapters.telegram.keys import PLATFORM, PRIVATE
from adapters.telegram.outlet.outlet import TelegramOutlet
from bot.errors import NotFound
from bot.messages import Address, ChannelKey, Fit, Picture, PictureRef
from bot.settings import Settings
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Clock as TelegramClock
from tests.platforms.telegram import Pace, Person, Telegram, serving
from tests.platforms.telegram.world import GENERAL

ACCOUNT = "123456789"


class Leaping:
    """Implements Clock: time passes by sleeping alone, which takes none; it passes at Telegram, too."""

    def __init__(self, telegram: TelegramClock) -> None:
        self._telegram = telegram
        self._passed = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._telegram.now(), UTC)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        self.later(seconds)

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds
        self._telegram.later(seconds)


class Shelf:
    """Implements Shrinks: pictures in memory; `small` is what each becomes that is made smaller."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.small = b""
        self.shrunk = 0

    async def keep(self, data: bytes) -> PictureRef:
        name = f"kept{len(self.kept)}"
        self.kept[name] = data
        return PictureRef(name, "image/png", 8, 8)

    async def load(self, ref: PictureRef) -> Picture:
        if ref.sha256 not in self.kept:
            raise NotFound("This picture is not kept any more.")
        return Picture(self.kept[ref.sha256], ref.media_type)

    async def shrink(self, picture: Picture, fit: Fit) -> Picture:
        self.shrunk += 1
        return Picture(self.small, "image/jpeg")


@dataclass
class Stand:
    """What a test works with."""

    telegram: Telegram
    clock: Leaping
    sending: Sending
    outlet: TelegramOutlet
    shelf: Shelf

    def to(self, room: str = GENERAL, *, reply_to: str = "") -> Address:
        """Where an answer in a group goes."""
        place = self.telegram.rooms[room]
        chat, topic = str(place.chat.id), str(place.thread) if "/" in room else ""
        return Address(ChannelKey(PLATFORM, ACCOUNT, chat, chat, topic), reply_to)

    async def alone(self, who: Person) -> Address:
        """Where an answer goes to somebody who has written to the bot."""
        asked = await who.says("Hello?", room=DIRECT)
        chat = str(who.user.id)
        return Address(ChannelKey(PLATFORM, ACCOUNT, PRIVATE, chat), asked.id.rpartition(":")[2])

    def picture(self, name: str, data: bytes, *, width: int = 8, height: int = 8) -> PictureRef:
        """A picture that is kept."""
        self.shelf.kept[name] = data
        return PictureRef(name, "image/png", width, height)

    def restarted(self) -> TelegramOutlet:
        """The outlet of another process, which knows nothing of what was."""
        return TelegramOutlet(self.sending, self.shelf)


@asynccontextmanager
async def standing(
    *,
    pace: Pace | None = None,
    within: float = 20.0,
    streaming: Literal["auto", "edits"] = "auto",
) -> AsyncIterator[Stand]:
    """An outlet, and the Telegram before which it stands."""
    async with serving(pace=pace, clock=TelegramClock(running=False)) as telegram:
        settings = Settings(telegram_token=SecretStr(telegram.token), telegram_api_base=telegram.url)
        clock, shelf, door = Leaping(telegram.clock), Shelf(), Door(within=within)
        sending = Sending(bot(settings, door), Pacing(clock))
        outlet = TelegramOutlet(sending, shelf, streaming=streaming)
        try:
            yield Stand(telegram, clock, sending, outlet, shelf)
        finally:
            await door.shutdown()
