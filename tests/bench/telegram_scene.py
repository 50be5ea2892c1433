"""A Telegram with its chats, and what a bot does there: for measures of Parley and of a bare loop alike."""

import re
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.bench import programs
from tests.bench.programs import loop, settings
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Person, Telegram, serving
from tests.platforms.telegram.call import Call
from tests.platforms.telegram.chats import Chat
from tests.process import parley

STAMP = re.compile(r"\d+\.\d{6}")
"""A token of the AI service: when it was sent."""
SHOWING = frozenset({"sendMessage", "sendMessageDraft", "editMessageText"})


@dataclass(frozen=True, slots=True)
class Corner:
    """Somebody in a chat: alone with the bot, or in a group where they mention it."""

    person: Person
    room: str
    chat: Chat

    async def says(self, text: str) -> None:
        """Say something that the bot answers."""
        await self.person.says(text, room=self.room, mention=not self.chat.private)

    @property
    def stamps(self) -> Sequence[str]:
        """What the AI service has said here so far, through the bot."""
        texts = (message.text for message in self.chat.messages.values() if message.by_bot)
        return STAMP.findall(" ".join(texts))


@dataclass(frozen=True, slots=True)
class Scene:
    """A Telegram, and in it so many who are alone with the bot, and so many groups."""

    telegram: Telegram
    alone: Sequence[Corner]
    groups: Sequence[Corner]

    async def says(self, corners: Sequence[Corner], text: str) -> float:
        """Everybody says this at once: when Telegram can tell the last of it. It tells nothing earlier,
        because nobody waits in between."""
        for corner in corners:
            await corner.says(text)
        return time.monotonic()

    async def answered(self, corners: Sequence[Corner], stamps: int) -> None:
        """Wait until the bot has said so much in each of these."""
        left = list(corners)

        def nothing_left() -> bool:
            while left and len(left[-1].stamps) >= stamps:
                left.pop()
            return not left

        await self.telegram.clock.until(nothing_left)

    def shown(self, since: int) -> Iterator[tuple[int, float, str]]:
        """What was shown from the request `since` on that the AI service had said: chat, when, text."""
        behind = time.monotonic() - self.telegram.clock.now()
        for call in self.telegram.requests[since:]:
            if call.method in SHOWING and STAMP.search(call.text("text")):
                yield call.integer("chat_id"), call.at + behind, call.text("text")

    async def asks(self, method: str) -> Call:
        """Wait until the bot asks for this: the first time that it did."""
        await self.telegram.clock.until(lambda: self.telegram.asked(method))
        return self.telegram.asked(method)[0]


@dataclass(frozen=True, slots=True)
class Bot:
    """Who answers there: its process, and where it keeps what it heard; a bare loop keeps nothing."""

    pid: int
    folder: Path | None = None


Opens: TypeAlias = Callable[[Scene, str], AbstractAsyncContextManager[Bot]]


@asynccontextmanager
async def scene(alone: int, groups: int = 0) -> AsyncIterator[Scene]:
    """A Telegram on which a bot may speak as fast as it likes: a bare loop has no limits."""
    async with serving(pace=None) as telegram:
        people = [telegram.member(f"p{number}") for number in range(alone)]
        corners = [Corner(one, DIRECT, telegram.chats[one.user.id]) for one in people]
        ann, rooms = telegram.member("ann"), [f"room-{number}" for number in range(groups)]
        yield Scene(telegram, corners, [Corner(ann, room, telegram.group(room)) for room in rooms])


@asynccontextmanager
async def ours(there: Scene, ai: str) -> AsyncIterator[Bot]:
    """Parley, once it asks for news. Raises AssertionError when it broke what Telegram asks for."""
    telegram = there.telegram
    where = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_BASE": telegram.url}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with parley(
            folder / "data", {**settings(folder, ai), **where}, fresh=programs.FRESH
        ) as program:
            await there.asks("getUpdates")
            assert program.process
            yield Bot(program.process.pid, folder / "data")


@asynccontextmanager
async def bare(there: Scene, ai: str) -> AsyncIterator[Bot]:
    """The bare loop, from which hardly anything is asked."""
    telegram = there.telegram
    async with loop("tests.bench.bare_telegram", telegram.token, telegram.url, ai) as (pid, _):
        await there.asks("getUpdates")
        yield Bot(pid)
    telegram.broken.clear()
