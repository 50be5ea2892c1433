"""Starting a run: read all it needs, let the pure plan choose, and write down what is about to happen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, bindparam, update

from bot.messages import ChannelKey, Names
from bot.records import Context, Reservation, Run, Settlement, Spending, Started
from bot.runs import RunStatus, move
from bot.store import calls
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.delivering import supersede
from bot.store.facts import facts_in
from bot.store.glance import glance
from bot.store.hearing import HEARING, heard
from bot.store.history import past, question_of
from bot.store.messages import answer_to, make_answer
from bot.store.notes import notes_before, shown_notes
from bot.store.pictures import pictures_of
from bot.store.rounds import rounds_of
from bot.store.runs import is_taken, next_of_room, run_row, to_run
from bot.store.settings import settings_at, settings_of
from bot.store.slots import intend_slot, slots_of
from bot.store.spending import spending
from bot.store.tables import runs

P = TypeVar("P")
Plan = Callable[[Context, Spending], tuple[Reservation, P]]

_BEGIN = prepared(
    update(runs)
    .where(runs.c.id == bindparam("run"))
    .values(
        status=bindparam("as_status"),
        attempts=bindparam("as_attempts"),
        started_at=bindparam("as_started"),
        settings=bindparam("as_settings"),
    )
)


def start(db: Connection, which: ChannelKey | int, plan: Plan[P], *, at: datetime) -> Started[P] | None:
    """Begin a room's oldest queued run, or a certain one. None: nothing can begin now."""
    row = _choose(db, which)
    if row is None:
        return None
    run = _begun(row, at)
    context = _context(db, row, run)
    reservation, chosen = plan(context, spending(db, run.key, row.person_id, at=at))
    _begin(db, row, context)
    shown_notes(db, context, at=at)
    answer = make_answer(db, row, at=at)
    slots = context.slots or (intend_slot(db, answer.id, 0),)
    call_id = calls.reserve(db, row, reservation, at=at)
    record(db, row.room_id, ("run.updated", row.id))
    return Started(context, chosen, call_id, answer.id, slots)


def reserve(
    db: Connection,
    run_id: int,
    reservation: Reservation,
    settled: Settlement | None,
    *,
    at: datetime,
    allow: Callable[[Spending], None] | None = None,
) -> int:
    """Settle the attempt before and reserve the next: its call's id. Raises NotFound, what `allow` raises."""
    calls.settle(db, settled)
    row = run_row(db, run_id)
    if allow is not None:
        allow(spending(db, ChannelKey.parse(row.key), row.person_id, at=at))
    return calls.reserve(db, row, reservation, at=at)


def _choose(db: Connection, which: ChannelKey | int) -> Row[Any] | None:
    """The run to begin: it is queued and its room is free, or it is being worked on already."""
    if isinstance(which, ChannelKey):
        return next_of_room(db, which)
    row = run_row(db, which)
    if row.status == RunStatus.IN_PROGRESS:
        return row
    if row.status != RunStatus.QUEUED or (row.takes_room and is_taken(db, row.room_id)):
        return None
    return row


def _begun(row: Row[Any], at: datetime) -> Run:
    """The run as it is from now on: this attempt counted."""
    run = to_run(row)
    if run.status is RunStatus.IN_PROGRESS:
        return replace(run, attempts=run.attempts + 1)
    status = move(run.status, RunStatus.IN_PROGRESS)
    return replace(run, status=status, attempts=run.attempts + 1, started_at=at)


def _context(db: Connection, row: Row[Any], run: Run) -> Context:
    """All that a turn needs to know."""
    there = glance(db, row, run.key)
    question = question_of(db, row, files=there.files)
    summary = notes_before(db, row.room_id, row.question_id) if there.notes else None
    before = past(db, row.room_id, row.question_id, summary.upto if summary else 0)
    answer = None if row.answer_id is None else answer_to(db, row.question_id)
    own = row.person_id == question.person.id
    speakers = {question.person.id, *(exchange.question.person.id for exchange in before)}
    return Context(
        run=run,
        question=question,
        past=before,
        settings=settings_of(db, run.key) if row.settings is None else settings_at(db, row.settings),
        slots=slots_of(db, [answer.id])[answer.id] if answer else (),
        shown=answer.text if answer else "",
        links=tuple(answer.links or ()) if answer else (),
        pictures=pictures_of(db, [answer.id])[answer.id] if answer else (),
        several=len(speakers) > 1,
        calibration=calls.calibration(db),
        rounds=rounds_of(db, row.id) if there.steps else (),
        facts=facts_in(db, row.room_id, row.person_id) if there.facts and own else (),
        heard=heard(db, row, run.options.since) if run.kind in HEARING else (),
        summary=summary,
        knows=there.knowledge,
        names=Names(row.room_name, row.space_name),
    )


def _begin(db: Connection, row: Row[Any], context: Context) -> None:
    """The run is in progress, with the settings that it keeps to its end."""
    run = context.run
    values = {
        "run": run.id,
        "as_status": run.status,
        "as_attempts": run.attempts,
        "as_started": run.started_at,
        "as_settings": context.settings.versions(),
    }
    db.execute(_BEGIN, values)
    if row.replaces:
        supersede(db, row)
