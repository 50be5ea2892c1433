"""Notes of what was said: which stand, and when they fall. The messages themselves stay as they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from bot.records import Context, Notes
from bot.runs import RunKind, RunStatus
from bot.store.database.prepared import prepared
from bot.store.steps import NOTES_SHOWN
from bot.store.tables import notes, rooms, run_steps, runs

PAST_KINDS = (RunKind.CHAT, RunKind.CONTINUE)
"""Kinds of runs that are shown what was said before."""

_STANDING = prepared(
    select(notes)
    .join(rooms, rooms.c.id == notes.c.room_id)
    .where(
        notes.c.room_id == bindparam("room"),
        notes.c.dropped_at.is_(None),
        notes.c.upto < bindparam("before"),
        notes.c.upto > rooms.c.starts_after,
    )
    .order_by(notes.c.upto.desc())
    .limit(1)
)
_DROP = prepared(
    update(notes)
    .where(
        notes.c.room_id == bindparam("room"),
        notes.c.dropped_at.is_(None),
        notes.c.upto >= bindparam("question"),
    )
    .values(text="", dropped_at=bindparam("as_dropped"))
)
_STEP = prepared(insert(run_steps))


def notes_before(db: Connection, room_id: int, before: int) -> Notes | None:
    """The room's newest notes of what was said before a question; none of before `/new`."""
    row = db.execute(_STANDING, {"room": room_id, "before": before}).one_or_none()
    return _notes(row) if row else None


def drop_notes(db: Connection, room_id: int, question_id: int, *, at: datetime) -> None:
    """A question or its answer is not what it was: notes that cover it fall, and those that rest on them."""
    db.execute(_DROP, {"room": room_id, "question": question_id, "as_dropped": at})


def move_notes(db: Connection, room_id: int, target: int) -> None:
    """A room becomes part of another. Notes of neither cover both, and fall."""
    both = or_(notes.c.room_id == room_id, notes.c.room_id == target)
    fallen = func.coalesce(notes.c.dropped_at, notes.c.created_at)
    db.execute(update(notes).where(both).values(room_id=target, text="", dropped_at=fallen))


def shown_notes(db: Connection, context: Context, *, at: datetime) -> None:
    """Write down that a run's model is shown notes."""
    run, summary = context.run, context.summary
    if summary is None or run.kind not in PAST_KINDS or run.attempts > 1:
        return
    detail = {"run_id": summary.run_id, "upto": summary.upto, "exchanges": summary.exchanges}
    db.execute(_STEP, {"run_id": run.id, "kind": NOTES_SHOWN, "detail": detail, "at": at})


def give_up_notes(db: Connection, *, at: datetime) -> None:
    """Runs that were condensing when the process ended are over: the next one begins anew. So are those that
    judged what somebody wanted kept, who was told nothing."""
    left = runs.c.kind.in_((RunKind.CONDENSE, RunKind.KEEP)) & runs.c.ended_at.is_(None)
    over = {"status": RunStatus.FAILED, "ended_at": at, "last_error": "interrupted"}
    db.execute(update(runs).where(left).values(over))


def _notes(row: Row[Any]) -> Notes:
    return Notes(row.upto, row.exchanges, row.text, row.strangers, row.run_id)
