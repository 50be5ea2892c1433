"""Ending a run: its words, or what is left when there are none."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, update

from bot.records import Outcome, Run, Settlement
from bot.runs import ACTIVE, IllegalMove, RunStatus, move
from bot.store import calls
from bot.store.changes import of_run, record
from bot.store.database.prepared import prepared
from bot.store.delivering import PENDING, close
from bot.store.made import keep_made
from bot.store.messages import keep_sight, make_answer, write_message
from bot.store.notes import drop_notes, give_up_notes
from bot.store.pictures import show
from bot.store.runs import UNENDED, run_row, to_run, unfinished, waits_for
from bot.store.steps import CREATED
from bot.store.tables import run_steps, runs

_RUN = prepared(update(runs).where(runs.c.id == bindparam("run")))
_STEP = prepared(insert(run_steps))


def finish(
    db: Connection, run_id: int, outcome: Outcome, settled: Settlement | None, *, at: datetime
) -> bool:
    """End a run: its answer, its step and its last call. False: its words were not kept, for the answer was
    deleted, or an earlier one stands. Raises IllegalMove, NotFound."""
    run = run_row(db, run_id)
    status = move(RunStatus(run.status), outcome.status)
    if not status.ended:
        raise IllegalMove(f"{status} is no end")
    answer = make_answer(db, run, at=at)
    if outcome.sight is not None:
        keep_sight(db, run.question_id, outcome.sight)
    kept = answer.deleted_at is None and _write(db, run, answer, outcome, at=at)
    values = {
        "status": status,
        "ended_at": at,
        "model": outcome.model,
        "last_error": outcome.last_error,
        "incomplete": outcome.incomplete,
        "delivery": PENDING if answer.deleted_at is None else close(db, run),
    }
    db.execute(_RUN, {"run": run_id, **values})
    calls.settle(db, settled)
    drop_notes(db, run.room_id, run.question_id, at=at)
    record(db, run.room_id, *of_run(run_id, answer.id), *_moved_up(db, run))
    return kept


def _write(db: Connection, run: Row[Any], answer: Row[Any], outcome: Outcome, *, at: datetime) -> bool:
    """Put the words into the answer. False: a repeat that has none leaves the earlier words standing."""
    if run.replaces and not outcome.text and not outcome.pictures:
        write_message(db, answer.id, notice=outcome.notice)
        return False
    if answer.text and answer.run_id is not None:
        _keep_earlier(db, answer)
    spoken: dict[str, object] = {"voice": outcome.voice, "links": sorted(outcome.links)}
    spoken |= {"edited_at": at} if run.replaces else {}
    write_message(db, answer.id, text=outcome.text, notice=outcome.notice, run_id=run.id, **spoken)
    show(db, answer.id, outcome.pictures, at=at)
    keep_made(db, answer.id, outcome.files)
    step = {"run_id": run.id, "kind": CREATED, "detail": {"message_id": answer.id}, "at": at}
    db.execute(_STEP, step)
    return True


def _keep_earlier(db: Connection, answer: Row[Any]) -> None:
    """The words that are about to be replaced stay with the run that wrote them."""
    step = (run_steps.c.run_id == answer.run_id) & (run_steps.c.kind == CREATED)
    detail = {"message_id": answer.id, "text": answer.text}
    db.execute(update(run_steps).where(step).values(detail=detail))


def cancel(db: Connection, run_id: int, *, at: datetime) -> RunStatus:
    """A waiting run is over, a running one is asked to stop, an ended one stays. Raises NotFound."""
    run = run_row(db, run_id)
    status = RunStatus(run.status)
    if status in (RunStatus.QUEUED, RunStatus.REQUIRES_ACTION):
        return _end_without_words(db, run, RunStatus.CANCELLED, at=at)
    if status.ended or status is RunStatus.CANCELLING:
        return status
    db.execute(_RUN, {"run": run_id, "status": move(status, RunStatus.CANCELLING)})
    record(db, run.room_id, ("run.updated", run_id))
    return RunStatus.CANCELLING


def _end_without_words(db: Connection, run: Row[Any], status: RunStatus, *, at: datetime) -> RunStatus:
    """Nothing was written; there is something to deliver only where something was shown."""
    move(RunStatus(run.status), status)
    db.execute(_RUN, {"run": run.id, "status": status, "ended_at": at, "delivery": close(db, run)})
    drop_notes(db, run.room_id, run.question_id, at=at)
    record(db, run.room_id, *of_run(run.id, run.answer_id), *_moved_up(db, run))
    return status


def _moved_up(db: Connection, run: Row[Any]) -> list[tuple[str, int]]:
    """Those who waited for a run that has ended stand one place further to the front."""
    behind = [other for other in unfinished(db, run.room_id) if other.id > run.id]
    return [("run.updated", other.id) for other in behind if waits_for(other.kind, run)]


def interrupted(db: Connection, *, at: datetime) -> list[Run]:
    """Runs that were worked on when the process ended. Their calls are lost, and paid for. Those that wrote
    notes are over: nobody waits for them."""
    calls.lose(db)
    give_up_notes(db, at=at)
    return [to_run(run) for run in db.execute(UNENDED) if run.status in ACTIVE]
