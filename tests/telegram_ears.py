"""Parley's ears on the Telegram to test against: a real poller, a real inbox, and what they passed on."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from telegram import Bot, Update

from adapters.telegram.asking.patience import Patience
from adapters.telegram.connection.poller import Poller
from adapters.telegram.connection.updates import Updates
from bot.clock import SystemClock
from bot.conversation.queues.lines import Lines
from bot.errors import StorageError
from bot.records import Received
from bot.store import SqliteStore, open_store
from tests.platforms.telegram import Telegram
from tests.seeded import seeded

QUICK = Patience(poll=20, answer=10.0, first=0.01, longest=0.02, refused=0.02, silent=60.0)
ACCOUNT = "123456789"


@dataclass
class Failing:
    """An inbox that cannot store for so many times; `after`: although it was stored. `unmarked`: so many
    times it cannot be told what is done."""

    store: SqliteStore
    failures: int = 0
    after: bool = False
    unmarked: int = 0

    async def take_in(
        self, platform: str, account: str, updates: Mapping[int, str], *, at: datetime
    ) -> Sequence[Received]:
        if self.failures:
            self.failures -= 1
            if self.after:
                await self.store.take_in(platform, account, updates, at=at)
            raise StorageError("the disk is full")
        return await self.store.take_in(platform, account, updates, at=at)

    async def dealt_with(self, ids: Sequence[int]) -> None:
        if self.unmarked:
            self.unmarked -= 1
            raise StorageError("the disk is full")
        await self.store.dealt_with(ids)

    async def set_aside(self, ids: Sequence[int]) -> None:
        await self.store.set_aside(ids)

    async def undealt(self, platform: str, account: str) -> Sequence[Received]:
        return await self.store.undealt(platform, account)


@dataclass
class Ears:
    """What a test looks at: the poller, and what was passed on."""

    telegram: Telegram
    inbox: Failing
    bot: Bot
    patience: Patience
    seen: list[Update] = field(default_factory=list)
    dealt: asyncio.Queue[Update] = field(default_factory=asyncio.Queue)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    lines: Lines = field(default_factory=Lines)
    poller: Poller = field(init=False)
    updates: Updates = field(init=False)

    def __post_init__(self) -> None:
        clock = SystemClock()
        self.updates = Updates(self.inbox, ACCOUNT, self.bot, self.deal, self.lines, clock)
        url = f"{self.telegram.url}/bot{self.telegram.token}/getUpdates"
        self.poller = Poller(url, self.updates.heard, self.unhook, clock, self.patience)

    async def deal(self, update: Update) -> None:
        """Stands for whoever answers: waits at the gate of a text, if it has one."""
        self.seen.append(update)
        message = update.message
        if message and (gate := self.gates.get(message.text or message.caption or "")):
            await gate.wait()
        self.dealt.put_nowait(update)

    async def unhook(self) -> None:
        """As the platform does it."""
        await self.bot.delete_webhook()

    async def texts(self, count: int) -> list[str]:
        """The texts of the next messages that were dealt with."""
        found = [await self.dealt.get() for _ in range(count)]
        return [update.message.text or "" if update.message else "" for update in found]

    async def forgotten(self) -> None:
        """Return when everything is dealt with."""
        while await self.inbox.undealt("telegram", ACCOUNT):
            await asyncio.sleep(0)


@asynccontextmanager
async def ears(
    telegram: Telegram, folder: Path, *, patience: Patience = QUICK, failures: int = 0, after: bool = False
) -> AsyncIterator[Ears]:
    """Hear meanwhile; nobody polls until `polling` does."""
    store = await open_store(seeded(folder))
    try:
        base = f"{telegram.url}/bot"
        async with Bot(telegram.token, base_url=base) as bot:
            yield Ears(telegram, Failing(store, failures, after), bot, patience)
    finally:
        await store.close()


@asynccontextmanager
async def polling(heard: Ears) -> AsyncIterator[Ears]:
    """Let its poller run meanwhile."""
    task = asyncio.create_task(heard.poller.run())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.wait((task,))
        await heard.lines.drain(0.0)
