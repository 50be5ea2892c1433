"""Parley's service in this process: a real database, the web outlet, and an AI service in another process.

Every token of that service says when it was sent, in seconds of the clock that all processes share.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.web.outlet import WebOutlet
from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.conversation import Conversation
from bot.conversation.turn import Turns
from bot.conversation.waiting import Waiting
from bot.conversation.work import Work
from bot.delivery import Deliveries, Open
from bot.media.folder import MediaFolder
from bot.messages import Actor, Address, ChannelKey, Incoming, Need, Person, Post
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
        """Wait until every answer is out."""
        while len(self.work._mailboxes):
            await asyncio.sleep(0.005)

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
        turns = Turns(store, routes, deliveries, waiting, pictures, clock, settings)
        work = Work(store, turns, waiting, deliveries, clock)
        try:
            await work.recover()
            yield Service(store, work, Conversation(store, turns, work, clock), outlet)
        finally:
            await work.drain(0.0)
            await pictures.close()
            await store.close()


@asynccontextmanager
async def lags(every: float = 0.01) -> AsyncIterator[list[float]]:
    """How late the event loop wakes who asked for it, in seconds, meanwhile."""
    found: list[float] = []

    async def watch() -> None:
        while True:
            due = time.perf_counter() + every
            await asyncio.sleep(every)
            found.append(time.perf_counter() - due)

    watching = asyncio.create_task(watch())
    try:
        yield found
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
