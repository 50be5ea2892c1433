"""Bad moments: what comes while Parley starts, while the disk is full, while an old answer is in the way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.conversation.queues import insisting
from bot.conversation.queues.timers import LATER, Timers
from bot.errors import SlowDown, StorageError
from bot.messages import Address, Post
from bot.records import Order, Timer
from bot.runs import RunKind, RunStatus
from bot.store import open_store
from tests.rig import ANN, BO, ROOM, Glass, Rig, Scripted, rig, settings_for
from tests.seeded import seeded


@asynccontextmanager
async def starting(folder: Path) -> AsyncIterator[Rig]:
    """A service that is reached already, and has not yet looked at what a kill has left."""
    store = await open_store(seeded(folder))
    parley = Rig(store, {"one": Scripted()}, settings_for(folder, ("one",)), Glass())
    try:
        yield parley
    finally:
        await parley.work.drain(0.0)
        await parley.pictures.close()
        await store.close()


async def full(parley: Rig, *, is_full: bool) -> None:
    """The database may grow no more; or as much as it likes. A full one gives up a whole batch, this too."""
    pages = 1 if is_full else 2**31 - 2
    statement = f"PRAGMA max_page_count={pages}"
    work = partial(parley.store._writer.write, lambda db: db.exec_driver_sql(statement).all())
    await insisting.insisting(SystemClock(), work)


async def until(is_so: Callable[[], Any]) -> None:
    """Wait until it is so."""
    while not is_so():
        await asyncio.sleep(0.001)


class Blocked(Glass):
    """A platform that first says "slow down", and later holds every request until it is let through."""

    def __init__(self) -> None:
        super().__init__()
        self.patience = 0.0
        self.way = asyncio.Event()
        self.way.set()
        self.knocking = asyncio.Event()

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        await self._pass()
        return await super().post(to, post, nonce=nonce)

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        await self._pass()
        await super().edit(to, post_id, post)

    async def _pass(self) -> None:
        if self.patience:
            raise SlowDown(retry_after=self.patience)
        self.knocking.set()
        await self.way.wait()


@pytest.mark.parametrize("kind", [RunKind.CHAT, RunKind.IMAGINE])
async def test_what_is_said_while_parley_starts_is_answered_once(tmp_path: Path, kind: RunKind) -> None:
    async with starting(tmp_path) as parley:
        run = await parley.say("hello", order=Order(kind))
        for _ in range(20):  # it might begin to work too early
            await asyncio.sleep(0.001)
        await parley.work.recover()
        await parley.answer(run)

        record = await parley.store.run(run)
        assert (record.run.attempts, len(record.calls)) == (1, 1)
        assert parley.work.ready() == {}


async def test_a_recovered_answer_is_stopped_before_it_is_taken_up(tmp_path: Path) -> None:
    glass = Blocked()
    async with rig(tmp_path, glass=glass) as killed:
        glass.patience = 3600
        first = await killed.say("one")
        await until(lambda: killed.one.asked)
        await killed.until(first, lambda status: status.ended)
        killed.one.says("half", gate=asyncio.Event())
        second = await killed.say("two")
        await killed.until(second, lambda status: status is RunStatus.IN_PROGRESS)
    glass.patience = 0
    glass.way.clear()
    async with rig(tmp_path, glass=glass) as parley:
        await glass.knocking.wait()  # the first answer is being delivered, the second waits behind it
        assert await parley.conversation.cancel(second, ANN, ROOM) is RunStatus.CANCELLING
        glass.way.set()

        assert (await parley.ended(second)).run_status is RunStatus.CANCELLED
        assert await parley.ask("and now?") == "answer 1"


async def test_a_full_disk_refuses_new_messages_and_keeps_answers_until_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insisting, "PAUSE", 0.01)
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("Once", " upon a time. " * 1000, gate=gate)
        writing = await parley.say("a story")
        waiting = await parley.say("another", BO)
        await parley.glass.shows("Once")
        await full(parley, is_full=True)
        gate.set()
        with pytest.raises(StorageError):
            await parley.say("too much " * 4000)
        await full(parley, is_full=False)

        assert (await parley.answer(writing)).endswith("upon a time. ")
        assert (await parley.answer(waiting)).startswith("answer")  # notes of the story may be written before
        assert [e.text for e in await parley.store.entries(ROOM) if e.role == "user"] == [
            "a story",
            "another",
        ]


@pytest.mark.parametrize("kind", [RunKind.CHAT, RunKind.IMAGINE])
@pytest.mark.parametrize("out", ["start", "finish", "pending"])
async def test_a_database_that_is_out_for_a_moment_leaves_no_answer_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: RunKind, out: str
) -> None:
    monkeypatch.setattr(insisting, "PAUSE", 0.01)
    async with rig(tmp_path) as parley:
        works = getattr(parley.store, out)
        faults = [StorageError("disk I/O error")] * 3

        async def now_and_then(*args: Any, **kwargs: Any) -> Any:
            if faults:
                raise faults.pop()
            return await works(*args, **kwargs)

        monkeypatch.setattr(parley.store, out, now_and_then)
        run = await parley.say("hello", order=Order(kind))

        await parley.until(run, lambda status: status.ended)
        await parley.until(await parley.say("and now?"), lambda status: status is RunStatus.COMPLETED)


async def test_who_waits_is_answered_though_the_database_was_out_while_they_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.queues.waiting.LONG", 0.01)
    monkeypatch.setattr(insisting, "PAUSE", 0.01)
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("first", gate=gate)
        first = await parley.say("one")
        place, faults = parley.store.place, [StorageError("disk I/O error")] * 3

        async def now_and_then(run_id: int) -> int:
            if faults:
                raise faults.pop()
            return await place(run_id)

        monkeypatch.setattr(parley.store, "place", now_and_then)
        second = await parley.say("two")
        await parley.glass.shows("before yours")
        gate.set()

        assert [await parley.answer(run) for run in (first, second)] == ["first", "answer 2"]


async def test_nobody_waits_any_more_for_the_answer_to_a_deleted_question(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("first", gate=gate)
        first = await parley.say("one")
        second = (await parley.store.run(await parley.say("two"))).run
        assert len(parley.work._waiting) == 1
        await parley.conversation.delete(second.question_id, ANN, ROOM)

        assert len(parley.work._waiting) == 0
        gate.set()
        assert await parley.answer(first) == "first"


async def test_a_question_that_is_deleted_just_when_its_answer_begins_anew_leaves_nothing(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as parley:
        run = await parley.say("hello")
        answer = await parley.ended(run)
        parley.one.says("anew", " and on", gate=asyncio.Event())
        again = await parley.conversation.repeat(run, RunKind.CHAT, ANN, ROOM)
        await parley.conversation.delete(answer.question_id or 0, ANN, ROOM)
        await parley.until(again.run_id, lambda status: status.ended)
        await until(lambda: not parley.glass.texts())

        assert await parley.store.entries(ROOM) == []
        parley.one.sayings.clear()
        assert await parley.ask("and now?")


class Wrong(SystemClock):
    """A wall clock that somebody sets."""

    off = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.off


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_that_is_set_delays_no_answer_and_ends_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    monkeypatch.setattr("bot.delivery.settle.PATIENCE", 0.05)
    monkeypatch.setattr("bot.conversation.queues.timers.LONGEST_NAP", 0.02)
    clock, glass, gate = Wrong(), Blocked(), asyncio.Event()
    async with rig(tmp_path, glass=glass, clock=clock) as parley:
        glass.patience = 0.05
        parked = await parley.say("one")
        await parley.until(parked, lambda status: status.ended)
        while await parley.store.next_timer() is None:
            await asyncio.sleep(0.001)
        glass.patience = 0
        parley.one.says("at", " last", gate=gate)
        writing = await parley.say("two")
        clock.off = timedelta(days=days)
        gate.set()

        assert [await parley.answer(run) for run in (parked, writing)] == ["answer 1", "at last"]
        await until(lambda: parley.glass.texts() == ["answer 1", "at last"])


class Rung:
    """Remembers which timers rang; one kind always fails."""

    def __init__(self) -> None:
        self.kinds: list[str] = []

    async def well(self, timer: Timer) -> None:
        self.kinds.append(timer.kind)

    async def badly(self, timer: Timer) -> None:
        self.kinds.append(timer.kind)
        raise ValueError("a defect")


async def test_a_timer_whose_handler_fails_rings_later_and_stops_no_other(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        store, clock, rung = await open_store(seeded(tmp_path)), SystemClock(), Rung()
        stack.push_async_callback(store.close)
        timers = Timers(store, clock, {"bad": rung.badly, "good": rung.well})
        await store.set_timer(clock.now(), "bad", {})
        await store.set_timer(clock.now(), "good", {})
        ringing = asyncio.create_task(timers.run())
        while len(late := await store.timers(clock.now() + 2 * LATER)) != 1:
            await asyncio.sleep(0.001)
        ringing.cancel()

        assert rung.kinds == ["bad", "good"]
        assert [(timer.kind, timer.due > clock.now()) for timer in late] == [("bad", True)]
