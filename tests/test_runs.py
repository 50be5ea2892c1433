"""A run goes only where its status leads; a room has one active run. Tried in every order."""

import asyncio
import tempfile
from collections.abc import Awaitable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from sqlalchemy import func, select

from bot.errors import BadOption
from bot.messages import Actor, Address, ChannelKey, Incoming, Person
from bot.records import Order, Outcome, Reservation
from bot.runs import ACTIVE, MOVES, IllegalMove, RunKind, RunStatus, move
from bot.store import SqliteStore, open_store
from bot.store.tables import messages, runs
from tests.seeded import seeded

T = TypeVar("T")
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROOMS = [ChannelKey("web", "local", "home", name) for name in ("amber", "birch")]
ACTOR = Actor(Person("web:ann", "Ann"))
STATUSES = st.sampled_from(RunStatus)
_STORED = select(runs.c.id, runs.c.status, runs.c.ended_at)
_TWICE = (
    select(messages.c.question_id)
    .where(messages.c.role == "assistant")
    .group_by(messages.c.question_id)
    .having(func.count() > 1)
)


@given(STATUSES, STATUSES)
def test_a_move_is_allowed_or_refused(now: RunStatus, to: RunStatus) -> None:
    if to in MOVES[now]:
        assert move(now, to) is to
    else:
        with pytest.raises(IllegalMove):
            move(now, to)


def test_what_has_ended_stays_as_it_is() -> None:
    ended = {status for status in RunStatus if status.ended}

    assert ended == {
        RunStatus.CANCELLED,
        RunStatus.COMPLETED,
        RunStatus.FAILED,
        RunStatus.INCOMPLETE,
        RunStatus.EXPIRED,
    }
    assert not ended & ACTIVE


def test_only_what_is_made_beside_a_room_takes_none() -> None:
    free = {kind for kind in RunKind if not kind.takes_the_room}
    beside = {RunKind.LEARN, RunKind.CONDENSE, RunKind.ALERT, RunKind.ADOPT, RunKind.KEEP}
    assert free == {RunKind.IMAGINE, RunKind.EXTRACT, RunKind.REMIND, *beside}


class Rooms(RuleBasedStateMachine):
    """Two rooms in which everything happens in any order, restarts included, beside what should be."""

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.store: SqliteStore = self.do(open_store(seeded(Path(self.folder.name))))
        self.status: dict[int, RunStatus] = {}
        self.room: dict[int, ChannelKey] = {}
        self.kind: dict[int, RunKind] = {}

    def do(self, step: Awaitable[T]) -> T:
        async def wait() -> T:
            return await step

        return self.runner.run(wait())

    def teardown(self) -> None:
        self.do(self.store.close())
        self.runner.close()
        self.folder.cleanup()

    @rule(target=asked, key=st.sampled_from(ROOMS), kind=st.sampled_from([RunKind.CHAT, RunKind.IMAGINE]))
    def ask(self, key: ChannelKey, kind: RunKind) -> int:
        said = Incoming(ACTOR, "hello", Address(key))
        run = self.do(self.store.accept(said, Order(kind), at=AT, queue=99)).run_id
        return self._queued(run, key, kind)

    @rule(target=asked, run=asked)
    def ask_again(self, run: int) -> int:
        order = Order(self.kind[run])
        try:
            again = self.do(self.store.repeat(run, order, ACTOR, at=AT)).run_id
        except BadOption:  # it, or another that answers the same question, is still on its way
            return run
        assert self.status[run].ended
        return self._queued(again, self.room[run], self.kind[run])

    def _queued(self, run: int, key: ChannelKey, kind: RunKind) -> int:
        assert run not in self.status
        self.status[run], self.room[run], self.kind[run] = RunStatus.QUEUED, key, kind
        return run

    def _taken(self, key: ChannelKey) -> bool:
        return any(
            self.status[run] in ACTIVE and self.kind[run].takes_the_room
            for run in self.status
            if self.room[run] == key
        )

    @rule(key=st.sampled_from(ROOMS))
    def start_next(self, key: ChannelKey) -> None:
        queued = [
            run
            for run, status in sorted(self.status.items())
            if status is RunStatus.QUEUED and self.room[run] == key and self.kind[run].takes_the_room
        ]
        expected = queued[0] if queued and not self._taken(key) else None
        self._start(key, expected)

    @rule(run=asked)
    def start_this(self, run: int) -> None:
        status = self.status[run]
        free = not (self.kind[run].takes_the_room and self._taken(self.room[run]))
        may = status is RunStatus.IN_PROGRESS or (status is RunStatus.QUEUED and free)
        self._start(run, run if may else None)

    def _start(self, which: ChannelKey | int, expected: int | None) -> None:
        plan = Reservation("offline/parrot", Decimal(0)), None
        started = self.do(self.store.start(which, lambda context, spending: plan, at=AT))
        assert (started.context.run.id if started else None) == expected
        if expected is not None:
            self.status[expected] = RunStatus.IN_PROGRESS

    @rule(run=asked, to=STATUSES)
    def finish(self, run: int, to: RunStatus) -> None:
        allowed = to in MOVES[self.status[run]] and to.ended
        try:
            self.do(self.store.finish(run, Outcome(to, "hi"), at=AT))
        except IllegalMove:
            assert not allowed
        else:
            assert allowed
            self.status[run] = to

    @rule(run=asked)
    def cancel(self, run: int) -> None:
        now = self.status[run]
        became = {RunStatus.QUEUED: RunStatus.CANCELLED, RunStatus.IN_PROGRESS: RunStatus.CANCELLING}
        self.status[run] = became.get(now, now)
        assert self.do(self.store.cancel(run, at=AT)) is self.status[run]

    @rule(run=consumes(asked))
    def deliver(self, run: int) -> None:
        self.do(self.store.delivered(run))

    @rule()
    def restart(self) -> None:
        self.do(self.store.close())
        self.store = self.do(open_store(seeded(Path(self.folder.name))))
        found = {run.id: run.status for run in self.do(self.store.interrupted(at=AT))}
        assert found == {run: status for run, status in self.status.items() if status in ACTIVE}

    @invariant()
    def every_run_stands_where_it_should(self) -> None:
        rows = self.do(self.store._readers.read(lambda db: db.execute(_STORED).all()))
        assert {row.id: row.status for row in rows} == self.status
        assert all((row.ended_at is not None) == RunStatus(row.status).ended for row in rows)

    @invariant()
    def a_question_has_one_answer(self) -> None:
        assert self.do(self.store._readers.read(lambda db: db.execute(_TWICE).all())) == []


TestRooms = Rooms.TestCase
TestRooms.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
