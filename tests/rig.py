"""Parley's service on a real database, with scripted models and a screen of our own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import SystemClock
from bot.commands import Commands, Invocation, Reply
from bot.conversation import Conversation
from bot.conversation.files.intake import Intake
from bot.conversation.privacy.lasting import Lasting
from bot.conversation.queues.waiting import Waiting
from bot.conversation.turn.turns import NONE, Turns
from bot.conversation.work import Work
from bot.delivery import Deliveries
from bot.delivery.screens import Open
from bot.errors import ProviderError, ProviderRefused
from bot.media.charts import Charts
from bot.media.folder import MediaFolder
from bot.messages import (
    Actor,
    Address,
    ChannelKey,
    ChatRequest,
    Drawn,
    DrawRequest,
    End,
    EndReason,
    Incoming,
    Limits,
    ModelFacts,
    Need,
    Person,
    Picture,
    PictureRef,
    Post,
    Standing,
    Text,
    ToolCall,
    Usage,
)
from bot.ports import Clock, Files, Outlet
from bot.reading.reader import FOR_FILES, Reader
from bot.records import Entry, Order
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings, SpendLimits
from bot.store import SqliteStore, open_store
from bot.tools import Toolbox
from tests.plain_outlet import PlainOutlet
from tests.seeded import seeded

ROOM = ChannelKey("screen", "parley", "home", "general")
ANN = Actor(Person("screen:ann", "Ann"))
BO = Actor(Person("screen:bo", "Bo"))
MOD = Actor(Person("screen:mod", "Mod"), Standing.MODERATOR)


@dataclass
class Saying:
    """One scripted answer: pieces, a gate to wait at after the first piece, and how it ends."""

    pieces: tuple[str, ...]
    end: End | None = None
    error: ProviderError | None = None
    gate: asyncio.Event | None = None
    calls: tuple[ToolCall, ...] = ()


@dataclass
class Scripted:
    """A model that says what it was told to say, and remembers what it was asked."""

    sayings: list[Saying] = field(default_factory=list)
    asked: list[ChatRequest] = field(default_factory=list)
    drawn: list[DrawRequest] = field(default_factory=list)
    speaking: asyncio.Event = field(default_factory=asyncio.Event)
    closed: int = 0
    refuses: bool = False
    paints: int = 100

    def says(
        self,
        *pieces: str,
        reason: EndReason = EndReason.STOP,
        gate: asyncio.Event | None = None,
        cut: bool = False,
        usage: Usage | None = Usage(100, 10),
    ) -> None:
        self.sayings.append(Saying(pieces, None if cut else End(reason, usage), None, gate))

    def asks_for(self, *calls: ToolCall, text: str = "") -> None:
        """It will ask for tools, after these words."""
        said = (text,) if text else ()
        self.sayings.append(Saying(said, End(EndReason.TOOLS, Usage(100, 10)), calls=calls))

    def fails(self, error: ProviderError, *before: str) -> None:
        self.sayings.append(Saying(before, None, error))

    async def chat(self, request: ChatRequest) -> AsyncIterator[Text | ToolCall | End]:
        self.asked.append(request)
        saying = (
            self.sayings.pop(0)
            if self.sayings
            else Saying((f"answer {len(self.asked)}",), End(EndReason.STOP, Usage(100, 10)))
        )
        try:
            for number, piece in enumerate(saying.pieces):
                yield Text(piece)
                if number == 0:
                    self.speaking.set()
                    if saying.gate:
                        await saying.gate.wait()
            for call in saying.calls:
                yield call
            if saying.error:
                raise saying.error
            if saying.end:
                yield saying.end
        finally:
            self.closed += 1

    async def draw(self, request: DrawRequest) -> AsyncIterator[Drawn | End]:
        self.drawn.append(request)
        if self.refuses:
            raise ProviderRefused("not this")
        for _ in range(min(request.options.count, self.paints)):
            yield Drawn(Picture(PNG))
        yield End()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
)
"""One red pixel."""


class Glass(PlainOutlet):
    """An outlet whose screen a test can read; every call is kept in order."""

    def __init__(self) -> None:
        self.limits = Limits(text=2000, interval=0.0, per_second=100_000)
        self.screen: dict[ChannelKey, dict[str, Post]] = {}
        self.log: list[str] = []
        self.changed = asyncio.Event()
        self.kind = ""  # what has a title here: nothing
        self.titles: dict[ChannelKey, str] = {}
        self.fault: Exception | None = None

    def _show(self, key: ChannelKey, post_id: str, post: Post) -> None:
        self.screen.setdefault(key, {})[post_id] = post
        self.changed.set()
        self.changed = asyncio.Event()

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        self.log.append(f"post {nonce}")
        self._show(to.key, nonce, post)
        return nonce

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        self.log.append(f"edit {post_id}")
        self._show(to.key, post_id, post)

    async def remove(self, to: Address, post_id: str) -> None:
        self.log.append(f"remove {post_id}")
        self.screen.get(to.key, {}).pop(post_id, None)

    def titled(self, key: ChannelKey) -> str:
        return self.kind

    def unnamed(self, key: ChannelKey) -> bool:
        return self.kind != "" and key not in self.titles

    async def starter(self, key: ChannelKey) -> str:
        return BO.person.id

    async def rename(self, to: Address, title: str) -> None:
        if self.fault:
            raise self.fault
        self.titles[to.key] = title
        self.changed.set()
        self.changed = asyncio.Event()

    def texts(self, key: ChannelKey = ROOM) -> list[str]:
        return [post.text for post in self.screen.get(key, {}).values()]

    async def shows(self, wanted: str, key: ChannelKey = ROOM) -> None:
        """Wait until some post contains these words."""
        while not any(wanted in text for text in self.texts(key)):
            await self.changed.wait()


class Rig:
    """The service and everything a test wants to look at."""

    def __init__(
        self,
        store: SqliteStore,
        models: dict[str, Scripted],
        settings: Settings,
        glass: Glass,
        clock: Clock | None = None,
        *,
        routes: Routes | None = None,
        files: Mapping[str, Files] | None = None,
        outlets: Mapping[str, Outlet] | None = None,
        tools: Toolbox = NONE,
    ) -> None:
        clock = clock or SystemClock()
        self.store = store
        self.models = models
        self.one = next(iter(models.values()), Scripted())
        self.glass = glass
        self.pictures = MediaFolder(settings.data, lambda ref: store.keep_picture(ref, at=clock.now()))
        routes = routes or Routes(settings, models.__getitem__, clock, jitter=lambda: 0.0)
        deliveries = Deliveries({"screen": glass, **(outlets or {})}, store, Open(), clock)
        waiting = Waiting(store, deliveries, clock)
        self.documents = Reader(seconds=FOR_FILES)
        intake = Intake(self.pictures, self.documents)
        turns = Turns(
            store, routes, deliveries, waiting, self.pictures, intake, clock, settings, files, tools
        )
        self.work = Work(store, turns, waiting, deliveries, clock)
        self.lasting = Lasting(
            store,
            turns,
            self.work.deliver_pending,
            self.pictures,
            clock,
            data=settings.data,
            most=settings.keep_days,
        )
        self.conversation = Conversation(store, turns, self.work, clock, self.lasting, Charts())
        self.commands = Commands(self.conversation, routes, settings.limits, tools)

    async def say(
        self,
        text: str,
        actor: Actor = ANN,
        key: ChannelKey = ROOM,
        *,
        order: Order = Order(),
        pictures: tuple[PictureRef, ...] = (),
        event_id: str = "",
    ) -> int:
        """Say something: the run's id."""
        said = Incoming(actor, text, Address(key), event_id, pictures)
        return (await self.conversation.accept(said, order)).run_id

    async def ask(self, text: str, actor: Actor = ANN, key: ChannelKey = ROOM) -> str:
        """Say something and wait for the whole answer."""
        return await self.answer(await self.say(text, actor, key))

    async def answer(self, run_id: int) -> str:
        """Wait until a run has ended and is delivered: what is shown of its answer."""
        entry = await self.ended(run_id)
        return "\n\n".join(part for part in (entry.text, entry.notice) if part)

    async def ended(self, run_id: int) -> Entry:
        """The answer of a run that has ended, or the question where there is none."""
        run = await self.until(run_id, lambda status: status.ended)
        while await self.store.pending(run.key):
            await asyncio.sleep(0.001)
        entries = await self.store.entries(run.key)
        answers = [entry for entry in entries if entry.question_id == run.question_id]
        return answers[0] if answers else next(e for e in entries if e.id == run.question_id)

    async def until(self, run_id: int, is_so: Callable[..., bool]):  # type: ignore[no-untyped-def]  # a Run
        """Wait until a run's status is so: the run."""
        while not is_so((run := (await self.store.run(run_id)).run).status):
            await asyncio.sleep(0.001)
        return run

    async def command(
        self, path: str, actor: Actor = MOD, key: ChannelKey = ROOM, **options: object
    ) -> Reply:
        """Give a command."""
        return await self.commands.run(path, Invocation(actor, Address(key), options))


def settings_for(folder: Path, models: Sequence[str], limits: SpendLimits | None = None) -> Settings:
    """Accounts of one model each, which stand in for one another; all of them see and paint."""
    accounts = {
        name: Account(name, "openai", "http://127.0.0.1:9", free=True, default_model="m") for name in models
    }
    route = tuple(f"{name}/m" for name in models)
    return Settings(
        data=folder,
        accounts=accounts,
        models={model: ModelEntry(vision=True, context_length=8000) for model in route},
        routes={Need.CHAT: route, Need.VISION: route, Need.IMAGE: route},
        limits=limits or SpendLimits(),
        safety="",
    )


@asynccontextmanager
async def rig(
    folder: Path,
    *,
    models: Sequence[str] = ("one",),
    settings: Settings | None = None,
    scripts: dict[str, Scripted] | None = None,
    glass: Glass | None = None,
    clock: Clock | None = None,
    routes: Routes | None = None,
    files: Mapping[str, Files] | None = None,
    outlets: Mapping[str, Outlet] | None = None,
    tools: Toolbox = NONE,
) -> AsyncIterator[Rig]:
    """A service on the database in `folder`, recovered and ready; closed at the end. `routes`: to real models
    in place of scripted ones; `outlets`: of further platforms."""
    store = await open_store(seeded(folder), monotonic=clock.monotonic if clock else time.monotonic)
    made = Rig(
        store,
        scripts or {name: Scripted() for name in models},
        settings or settings_for(folder, models),
        glass or Glass(),
        clock,
        routes=routes,
        files=files,
        outlets=outlets,
        tools=tools,
    )
    try:
        await made.conversation.access.recall()
        await made.work.recover()
        await made.lasting.recover()
        yield made
    finally:
        await made.lasting.close()
        await made.work.drain(0.0)
        await made.pictures.close()
        await made.documents.close()
        await store.close()


def facts(model: str) -> ModelFacts:
    """A model that talks and sees."""
    return ModelFacts(model, frozenset({Need.CHAT, Need.VISION}))
