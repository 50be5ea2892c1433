"""Runs that condense what was said: begun and ended here, for they hold no room and answer nobody."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.messages import Actor, Address, ChannelKey, RunOptions
from bot.records import (
    Condensed,
    Context,
    Exchange,
    Notes,
    Outcome,
    Reservation,
    Run,
    Said,
    Settlement,
    Spending,
    Started,
)
from bot.runs import RunKind, RunStatus, move
from bot.store import calls
from bot.store.database.prepared import prepared
from bot.store.history import oldest
from bot.store.messages import NOTES, PARLEY, insert_message
from bot.store.notes import notes_before
from bot.store.rooms import room_id as room_named
from bot.store.runs import options_json, run_row
from bot.store.settings import settings_of
from bot.store.spending import spending
from bot.store.steps import CONDENSED
from bot.store.tables import notes, run_steps, runs

P = TypeVar("P")
Plan = Callable[[Context, Spending], tuple[Reservation, P] | None]

NEWEST: Final = 2**63 - 1
"""Later than every question."""

_INSERT = prepared(insert(runs).returning(runs.c.id))
_RUN = prepared(update(runs).where(runs.c.id == bindparam("run")))
_CONDENSING = prepared(
    select(runs.c.id).where(
        runs.c.room_id == bindparam("room"), runs.c.ended_at.is_(None), runs.c.kind == RunKind.CONDENSE
    )
)
_WAITS = prepared(
    select(func.min(runs.c.question_id).label("first")).where(
        runs.c.room_id == bindparam("room"), runs.c.ended_at.is_(None), runs.c.kind != RunKind.CONDENSE
    )
)


def condense(
    db: Connection, key: ChannelKey, by: Actor, options: RunOptions, plan: Plan[P], *, at: datetime
) -> Started[P] | None:
    """Begin to condense a room's oldest exchanges that no notes cover, as many as `plan` chooses. None: it
    chooses none, or somebody is at it."""
    room = room_named(db, key)
    if room is None or db.execute(_CONDENSING, {"room": room}).all():
        return None
    summary = notes_before(db, room, NEWEST)
    run = Run(0, key, RunKind.CONDENSE, RunStatus.IN_PROGRESS, by, Address(key), options, 0, None, 1, at, at)
    before = oldest(db, room, summary.upto if summary else 0, _unsettled(db, room))
    context = Context(
        run=run,
        question=Said(0, PARLEY, ""),
        past=before,
        settings=settings_of(db, key),
        slots=(),
        several=len({exchange.question.person.id for exchange in before}) > 1,
        calibration=calls.calibration(db),
        summary=summary,
    )
    planned = plan(context, spending(db, key, by.person.id, at=at))
    if planned is None:
        return None
    reservation, chosen = planned
    begun = begin(db, room, context, at=at)
    call_id = calls.reserve(db, run_row(db, begun.run.id), reservation, at=at)
    return Started(begun, chosen, call_id, 0, ())


def _unsettled(db: Connection, room: int) -> int:
    """The first question that is still being answered: from there on everything may change."""
    first = db.execute(_WAITS, {"room": room}).one().first
    return NEWEST if first is None else int(first)


def begin(db: Connection, room: int, context: Context, *, at: datetime) -> Context:
    """The run is in progress, and stands for a message that nobody sees."""
    run = context.run
    question = int(insert_message(db, room, NOTES, PARLEY, at=at).id)
    person = run.actor.person
    row = {
        "room_id": room,
        "kind": run.kind,
        "takes_room": run.kind.takes_the_room,
        "status": run.status,
        "question_id": question,
        "replaces": False,
        "person_id": person.id,
        "person_name": person.name,
        "person_bot": person.bot,
        "standing": run.actor.standing,
        "reply_to": "",
        "options": options_json(run.options),
        "settings": context.settings.versions(),
        "attempts": run.attempts,
        "created_at": at,
        "started_at": at,
    }
    run_id = int(db.execute(_INSERT, row).scalar_one())
    return replace(context, run=replace(run, id=run_id, question_id=question))


def keep_notes(
    db: Connection,
    run_id: int,
    outcome: Outcome,
    made: Condensed | None,
    settled: Settlement | None,
    *,
    at: datetime,
) -> bool:
    """End such a run. False: what it condensed is not what it was, or it failed, and nothing is kept."""
    row = run_row(db, run_id)
    calls.settle(db, settled)
    base = notes_before(db, row.room_id, NEWEST)
    kept = made is not None and _stands(db, row.room_id, base, made)
    error = outcome.last_error if kept or made is None else "changed"
    values = {
        "status": move(RunStatus(row.status), outcome.status),
        "ended_at": at,
        "model": outcome.model,
        "last_error": error,
    }
    db.execute(_RUN, {"run": run_id, **values})
    if made is not None and kept:
        _keep(db, row.room_id, run_id, base, made, at=at)
    return kept


def _stands(db: Connection, room: int, base: Notes | None, made: Condensed) -> bool:
    """Whether nothing of what was condensed was changed, deleted or joined by others meanwhile."""
    if made.after != (base.upto if base else 0):
        return False
    return oldest(db, room, made.after, made.exchanges[-1].question.id + 1) == made.exchanges


def _keep(
    db: Connection, room: int, run_id: int, base: Notes | None, made: Condensed, *, at: datetime
) -> None:
    """The notes stand from now on; of which messages they are is written down with their run."""
    upto = made.exchanges[-1].question.id
    whole = len(made.exchanges) + (base.exchanges if base else 0)
    row = {
        "room_id": room,
        "upto": upto,
        "exchanges": whole,
        "strangers": (base is not None and base.strangers)
        or any(each.question.strange for each in made.exchanges),
        "text": made.text,
        "run_id": run_id,
        "created_at": at,
    }
    db.execute(insert(notes), row)
    detail = {
        "messages": list(_ids(made.exchanges)),
        "exchanges": whole,
        "rests_on": base.run_id if base else None,
    }
    db.execute(insert(run_steps), {"run_id": run_id, "kind": CONDENSED, "detail": detail, "at": at})


def _ids(exchanges: Sequence[Exchange]) -> Sequence[int]:
    said = (one for exchange in exchanges for one in (exchange.question, exchange.answer))
    return [one.id for one in said if one is not None]
