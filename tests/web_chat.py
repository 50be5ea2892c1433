"""A served web chat over rooms in memory: what the adapter's tests stand on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import httpx
from prometheus_client import CollectorRegistry, Counter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.connection.app import app
from adapters.web.connection.assets import Page
from adapters.web.connection.server import serving
from adapters.web.outlet.events import Events
from adapters.web.outlet.outlet import WebOutlet
from bot.clock import SystemClock
from bot.commands import Commands
from bot.conversation import Conversation
from bot.conversation.answer.buttons import Buttons
from bot.conversation.files.intake import Intake
from bot.conversation.gate.access import Access
from bot.conversation.gate.barring import Bars
from bot.conversation.oversight.auditing import Audit
from bot.errors import NotFound
from bot.governance.authorize import Act, authorize
from bot.messages import (
    Action,
    Actor,
    Address,
    ChannelKey,
    Incoming,
    Person,
    Post,
    Usage,
    Verb,
)
from bot.reading.reader import Reader
from bot.records import (
    Accepted,
    Call,
    Change,
    Deed,
    Entry,
    Order,
    Room,
    RoomSettings,
    Round,
    Run,
    RunRecord,
    RunStep,
    Setting,
    Slot,
)
from bot.routes import Routes
from bot.runs import RunKind, RunStatus
from bot.settings import Settings, SpendLimits
from bot.tools import Toolbox
from tests.picture_shelf import Shelf
from tests.process import PLAIN
from tests.test_breaker import StillClock

TOKEN = "t0ken-of-the-tests"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GENERAL = ChannelKey("web", "parley", "home", "general")
PNG = b"\x89PNG\r\n\x1a\n a picture"
PARLEY = Person("parley", "Parley", bot=True)


BUTTONS = Buttons(lambda model: None)


class Mild:
    """Moderation where everything may be said."""

    async def admit(self, actor: Actor, key: ChannelKey, words: str) -> None:
        return None


class Rooms:
    """A conversation in memory. `faults` are raised by the methods that they name."""

    def __init__(self) -> None:
        self.said: list[Incoming] = []
        self.calls: list[tuple[object, ...]] = []
        self.faults: dict[str, Exception] = {}
        self.by_event: dict[str, Accepted] = {}
        self.kept: dict[ChannelKey, dict[int, Entry]] = {}
        self.runs: dict[int, RunRecord] = {}
        self.happened: dict[ChannelKey, list[Change]] = {}
        self.set: dict[str, Setting] = {}
        self.starts_after = 0
        self.listeners: list[Callable[[ChannelKey], None]] = []
        self.reads = 0
        self.asked = 0
        self._last = 0
        self.personas = Roles(self)
        self.audit = Audit(cast(Any, self), SystemClock())
        self.access = Access(cast(Any, self), Bars(SystemClock()), SystemClock())
        self.moderation = Mild()
        self.noted: list[Deed] = []

    async def note(self, deed: Deed, decision: str, *, at: datetime, count: int = 1) -> None:
        self.noted.append(deed)

    def id(self) -> int:
        self._last += 1
        return self._last

    def happen(self, kind: str, subject: int, key: ChannelKey = GENERAL) -> None:
        self.happened.setdefault(key, []).append(Change(self.id(), kind, subject))
        for heard in list(self.listeners):
            heard(key)

    def _fault(self, method: str) -> None:
        if method in self.faults:
            raise self.faults[method]

    async def accept(self, said: Incoming, order: Order = Order()) -> Accepted:
        self._fault("accept")
        if said.event_id in self.by_event:
            return replace(self.by_event[said.event_id], duplicate=True)
        self.said.append(said)
        message_id, run_id = self.id(), self.id()
        run = Run(
            run_id, said.key, order.kind, RunStatus.QUEUED, said.actor, said.address, order.options,
            message_id, None, 0, NOW,
        )  # fmt: skip
        self.runs[run_id] = RunRecord(run, (), ())
        self.kept.setdefault(said.key, {})[message_id] = Entry(
            message_id, said.key, said.actor.person, "user", said.text, "", said.pictures, (), run_id,
            RunStatus.QUEUED, order.kind, None, NOW,
        )  # fmt: skip
        accepted = Accepted(message_id, run_id)
        if said.event_id:
            self.by_event[said.event_id] = accepted
        self.happen("message.created", message_id, said.key)
        return accepted

    def start(self, run_id: int) -> int:
        """The run begins: its answer's id."""
        record = self.runs[run_id]
        key, answer_id = record.run.key, self.id()
        self._move(run_id, status=RunStatus.IN_PROGRESS, answer_id=answer_id, started_at=NOW)
        self.kept[key][answer_id] = Entry(
            answer_id, key, PARLEY, "assistant", "", "", (), (Slot(1, 0, f"w{run_id}-0"),), run_id,
            RunStatus.IN_PROGRESS, record.run.kind, record.run.question_id, NOW,
        )  # fmt: skip
        self.happen("message.created", answer_id, key)
        return answer_id

    def finish(self, run_id: int, text: str, notice: str = "", incomplete: str = "") -> None:
        """The run ends: its answer is stored."""
        run = self.runs[run_id].run
        assert run.answer_id is not None
        status = RunStatus.INCOMPLETE if incomplete else RunStatus.COMPLETED
        entry = self.kept[run.key][run.answer_id]
        self.kept[run.key][run.answer_id] = replace(entry, text=text, notice=notice, incomplete=incomplete)
        self._move(run_id, status=status, ended_at=NOW, incomplete=incomplete, model="offline/parrot")
        self.happen("message.updated", run.answer_id, run.key)

    def _move(self, run_id: int, **now: Any) -> None:
        record = self.runs[run_id]
        self.runs[run_id] = replace(record, run=replace(record.run, **now))
        for message_id, entry in self.kept[record.run.key].items():
            if entry.run_id == run_id:
                self.kept[record.run.key][message_id] = replace(entry, run_status=now["status"])
        self.happen("run.updated", run_id, record.run.key)

    def account(self, run_id: int) -> None:
        """A step and two calls, the first of which failed."""
        calls = (
            Call(1, "a/x", "down", Usage(10, 0), Decimal("0.001"), 5, None, NOW),
            Call(2, "b/y", "ok", Usage(10, 32), Decimal("0.002"), 9, 3, NOW),
        )
        step = RunStep("message_creation", {"message_id": 7}, NOW)
        self.runs[run_id] = replace(self.runs[run_id], steps=(step,), calls=calls)

    def uses_tools(self, run_id: int, used: Round) -> None:
        """A step in which tools are used, or what has become of it."""
        step = RunStep("tool_calls", {}, NOW, used.step_id, used)
        self.runs[run_id] = replace(self.runs[run_id], steps=(step,))

    async def repeat(
        self, run_id: int, kind: RunKind, actor: Actor, key: ChannelKey, *, event_id: str = ""
    ) -> Accepted:
        self.calls.append(("repeat", run_id, kind, event_id))
        return Accepted(1, (await self.run(run_id, actor, key)).run.id + 100, 2)

    async def vary(self, run_id: int, actor: Actor, key: ChannelKey, *, event_id: str = "") -> Accepted:
        self.calls.append(("vary", run_id, event_id))
        return Accepted(1, (await self.run(run_id, actor, key)).run.id + 100, 2)

    async def enlarge(self, run_id: int, actor: Actor, key: ChannelKey, *, event_id: str = "") -> Accepted:
        self.calls.append(("enlarge", run_id, event_id))
        return Accepted(1, (await self.run(run_id, actor, key)).run.id + 100, 2)

    async def cancel(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunStatus:
        run = (await self.run(run_id, actor, key)).run
        authorize(actor, Act.STOP, owner=run.actor.person.id)
        self._move(run_id, status=RunStatus.CANCELLED)
        return RunStatus.CANCELLED

    async def delete(self, message_id: int, actor: Actor, key: ChannelKey) -> None:
        entry = self.kept.get(key, {}).get(message_id)
        if entry is None:
            raise NotFound("There is no such message in this room.")
        authorize(actor, Act.DELETE, owner=entry.author.id)
        del self.kept[key][message_id]
        self.happen("message.deleted", message_id, key)

    async def entries(
        self,
        key: ChannelKey,
        actor: Actor,
        *,
        after: int = 0,
        before: int | None = None,
        limit: int = 500,
        only: Sequence[int] = (),
    ) -> Sequence[Entry]:
        self.reads += 1
        self._fault("entries")
        found = [
            replace(entry, actions=BUTTONS.of_entry(entry))
            for entry in self.kept.get(key, {}).values()
            if entry.id > after
        ]
        if before is not None:
            return [entry for entry in found if entry.id < before][-limit:]
        return [entry for entry in found if not only or entry.id in only][:limit]

    async def run(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunRecord:
        self._fault("run")
        if run_id not in self.runs or (key and self.runs[run_id].run.key != key):
            raise NotFound("There is no such answer in this room.")
        return self.runs[run_id]

    async def inspect(self, run_id: int, actor: Actor, key: ChannelKey | None = None) -> RunRecord:
        record = await self.run(run_id, actor, key)
        authorize(actor, Act.SEE_RUN, owner=record.run.actor.person.id)
        return record

    async def run_of(self, step_id: int, actor: Actor, key: ChannelKey) -> RunRecord:
        for run_id, record in self.runs.items():
            if any(step.id == step_id for step in record.steps):
                return await self.run(run_id, actor, key)
        raise NotFound("There is no such step.")

    async def place(self, run_id: int) -> int:
        return sum(not record.run.status.ended for number, record in self.runs.items() if number < run_id)

    async def rooms(self, platform: str, actor: Actor) -> Sequence[Room]:
        self._fault("rooms")
        return [Room(key, self.starts_after, NOW) for key in self.kept]

    async def room(self, key: ChannelKey, actor: Actor) -> Room | None:
        return Room(key, self.starts_after, NOW) if key in self.kept else None

    async def changes(
        self, key: ChannelKey, actor: Actor, *, after: int, limit: int = 500
    ) -> Sequence[Change]:
        self.asked += 1
        self._fault("changes")
        return [change for change in self.happened.get(key, []) if change.id > after][:limit]

    async def last_change(self, key: ChannelKey, actor: Actor) -> int:
        changes = self.happened.get(key)
        return changes[-1].id if changes else 0

    async def settings(self, key: ChannelKey, actor: Actor) -> RoomSettings:
        return RoomSettings(dict(self.set))

    async def change(
        self, key: ChannelKey, act: Act, name: str, value: str | None, actor: Actor, *, event_id: str = ""
    ) -> Setting | None:
        authorize(actor, act)
        self.calls.append(("change", name, value, event_id))
        self.set[name] = Setting(1, name, value, actor.person, NOW, key.scope)
        return self.set[name]

    def listen(self, heard: Callable[[ChannelKey], None]) -> Callable[[], None]:
        self.listeners.append(heard)
        return lambda: self.listeners.remove(heard)


class Roles:
    """Who a room is, in memory."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms

    async def change(
        self, key: ChannelKey, value: str | None, actor: Actor, *, reason: str = "", event_id: str = ""
    ) -> Setting | None:
        act = Act.SET_PERSONA
        return await self.rooms.change(key, act, "persona", value, actor, event_id=event_id)


@dataclass
class Chat:
    """A running web chat, and clients of it."""

    url: str
    port: int
    rooms: Rooms
    shelf: Shelf
    outlet: WebOutlet
    events: Events
    client: httpx.AsyncClient
    reasons: dict[str, str]
    read: list[int] = field(default_factory=lambda: [0])

    def browser(self, **cookies: str) -> httpx.AsyncClient:
        """A client without a token."""
        return httpx.AsyncClient(base_url=self.url, cookies=cookies, verify=PLAIN)

    async def say(self, text: str = "hello", **more: object) -> dict[str, Any]:
        answer = await self.client.post("/api/rooms/general/messages", json={"text": text, **more})
        assert answer.status_code == 202, answer.text
        return dict(answer.json())

    async def show(self, run_id: int, text: str, seq: int = 0, key: ChannelKey = GENERAL) -> None:
        """The answer, while it is written."""
        post = Post(text, actions=(Action(Verb.STOP, run_id),), run_id=run_id)
        await self.outlet.edit(Address(key), f"w{run_id}-{seq}", post)

    @asynccontextmanager
    async def listening(
        self, after: int | str | None = None, room: str = "general", who: str = "member", **headers: str
    ) -> AsyncIterator["Stream"]:
        """An open event stream, past its first line: whatever happens from here on is seen."""
        params = {"as": who} if after is None else {"as": who, "after": str(after)}
        address = f"/api/rooms/{room}/events"
        async with self.client.stream("GET", address, params=params, headers=headers, timeout=20) as answer:
            assert answer.status_code == 200, await answer.aread()
            stream = Stream(answer, answer.aiter_lines())
            await stream.line()
            yield stream


@dataclass
class Stream:
    """Server-sent events as they come."""

    answer: httpx.Response
    lines: AsyncIterator[str]

    async def line(self) -> str:
        async with asyncio.timeout(60):
            return await anext(self.lines)

    async def ends(self) -> None:
        """Read what is left, up to the end that the server makes."""
        async with asyncio.timeout(60):
            async for _ in self.lines:
                pass

    async def next(self) -> tuple[str, dict[str, Any], str]:
        """(kind, data, id) of the next event; comments are passed over."""
        found: dict[str, str] = {}
        while line := await self.line():
            name, _, value = line.partition(": ")
            found[name] = value
        return (
            (found["event"], json.loads(found["data"]), found.get("id", ""))
            if "event" in found
            else await self.next()
        )

    async def until(self, kind: str) -> tuple[dict[str, Any], list[str]]:
        """The first event of a kind, and the kinds before it."""
        before: list[str] = []
        while True:
            found, data, _ = await self.next()
            if found == kind:
                return data, before
            before.append(found)


class Counted:
    """Counts the bytes of bodies that the web chat takes in."""

    def __init__(self, inner: ASGIApp, read: list[int]) -> None:
        self.inner = inner
        self.read = read

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            message = await receive()
            self.read[0] += len(message.get("body", b""))
            return message

        await self.inner(scope, counted, send)


@asynccontextmanager
async def chat(
    *,
    token: str = TOKEN,
    host: str = "127.0.0.1",
    rooms: Rooms | None = None,
    page: Path | None = None,
    keep_alive: float = 15.0,
) -> AsyncIterator[Chat]:
    """The web chat on a real socket."""
    rooms = rooms or Rooms()
    outlet, shelf, reader = WebOutlet(), Shelf(), Reader()
    conversation = cast(Conversation, rooms)
    events = Events(conversation, outlet, keep_alive=keep_alive)
    registry = CollectorRegistry()
    Counter("answers", "Answers", registry=registry).inc()
    reasons: dict[str, str] = {}
    read = [0]
    web = app(
        conversation,
        Commands(
            conversation, Routes(Settings(), lambda _: object(), StillClock()), SpendLimits(), Toolbox(())
        ),
        outlet=outlet,
        events=events,
        pictures=shelf,
        intake=Intake(shelf, reader),
        find=shelf.find,
        ready=lambda: reasons,
        token=token,
        host=host,
        version="1.2.3",
        registry=registry,
        page=Page(page) if page else None,
    )
    async with serving(Counted(web, read), "127.0.0.1", 0, ending=events.close) as port:
        url = f"http://127.0.0.1:{port}"
        bearer = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=bearer, verify=PLAIN) as client:
            yield Chat(url, port, rooms, shelf, outlet, events, client, reasons, read)
    await reader.close()
