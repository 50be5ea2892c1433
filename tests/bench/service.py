"""Parley's service in this process: a real database, the web outlet, and an AI service in another process.

Every token of that service says when it was sent, in seconds of the clock that all processes share.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from adapters.web.outlet.outlet import WebOutlet
from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.conversation import Conversation
from bot.conversation.files.intake import Intake
from bot.conversation.privacy.lasting import Lasting
from bot.conversation.queues.waiting import Waiting
from bot.conversation.turn.turns import Turns
from bot.conversation.work import Work
from bot.delivery import Deliveries, Open
from bot.media.folder import MediaFolder
from bot.messages import Actor, Address, ChannelKey, Incoming, Need, Person, Post
from bot.reading.reader import Reader
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Account, Settings
from bot.store import SqliteStore, open_store

ANN = Actor(Person("web:ann", "Ann"))


class WatchedOutlet(WebOutlet):
    """The web outlet, which notes when each answer's first words could be seen, and what they were."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[ChannelKey, tuple[float, str]] = {}

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        """Show it, and look at the clock."""
        post_id = await super().post(to, post, nonce=nonce)
        self.first.setdefault(to.key, (time.monotonic(), post.text))
        return post_id


@dataclass(frozen=True)
class Service:
    """What a measure needs of it."""

    store: SqliteStore
    work: Work
    conversation: Conversation
    outlet: WatchedOutlet

    async def say(self, key: ChannelKey, text: str = "How are you?") -> int:
        """A message comes in: its run, as soon as it is stored."""
        return (await self.conversation.accept(Incoming(ANN, text, Address(key)))).run_id

    async def quiet(self) -> None:
        """Wait until every answer is out, and the notes are written that follow from some."""
        turns = self.work._turns
        while len(self.work._mailboxes) or turns.condenser._going:
            await asyncio.sleep(0.005)
        await turns.recalling.recall.settled()

    def sent(self, key: ChannelKey) -> float:
        """When the AI service sent this room's first token: as soon as it had the request."""
        return float(self.outlet.first[key][1].split()[0])

    async def complete(self, runs: Sequence[int]) -> int:
        """How many of these runs are completed."""
        return sum([(await self.store.run(run)).run.status is RunStatus.COMPLETED for run in runs])


def room(name: object) -> ChannelKey:
    """A room of the web chat."""
    return ChannelKey("web", "local", "home", f"{name}")


@asynccontextmanager
async def service(folder: Path, url: str) -> AsyncIterator[Service]:
    """The service on the database in `folder`, with the AI service at `url`."""
    account = Account("standin", "openai", url, free=True, default_model="m")
    settings = Settings(data=folder, accounts={"standin": account}, routes={Need.CHAT: ("standin/m",)})
    clock, store = SystemClock(), await open_store(folder)
    pictures = MediaFolder(folder, lambda ref: store.keep_picture(ref, at=clock.now()))
    async with Accounts(settings) as accounts:
        routes, outlet = Routes(settings, accounts.provider, clock), WatchedOutlet()
        deliveries = Deliveries({"web": outlet}, store, Open(), clock)
        waiting = Waiting(store, deliveries, clock)
        intake = Intake(pictures, Reader())
        turns = Turns(store, routes, deliveries, waiting, pictures, intake, clock, settings)
        work = Work(store, turns, waiting, deliveries, clock)
        try:
            await work.recover()
            lasting = Lasting(store, turns, work.deliver_pending, pictures, clock, data=folder)
            yield Service(store, work, Conversation(store, turns, work, clock, lasting), outlet)
        finally:
            await work.drain(0.0)
            await pictures.close()
            await store.close()


@dataclass(frozen=True)
class Lags:
    """How late the event loop wakes who asked for it, in seconds. `own`: without the time in which it could
    have run, but other programs had every core."""

    all: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    async def watch(self, every: float) -> None:
        """Look, until cancelled."""
        waits = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        while True:
            due, waited = time.perf_counter() + every, _waited(waits)
            await asyncio.sleep(every)
            late = time.perf_counter() - due
            self.all.append(late)
            self.own.append(max(0.0, late - _waited(waits) + waited))


def _waited(schedstat: Path) -> float:
    """Seconds that a thread has waited for a core; 0 where the system does not say."""
    return int(schedstat.read_text().split()[1]) / 1e9 if schedstat.exists() else 0.0


@asynccontextmanager
async def lags(every: float = 0.01) -> AsyncIterator[Lags]:
    """How late the event loop is meanwhile."""
    found = Lags()
    watching = asyncio.create_task(found.watch(every))
    try:
        yield found
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
