"""Deleting a message: the words go, the row stays, so that nothing points nowhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.records import Run
from bot.store.changes import record
from bot.store.delivering import DELIVERED, PENDING, close
from bot.store.documents import keep_documents
from bot.store.ending import cancel
from bot.store.made import keep_made
from bot.store.messages import answer_to, message, write_message
from bot.store.moderating import unquote
from bot.store.notes import drop_notes
from bot.store.pictures import show
from bot.store.ratings import drop_ratings
from bot.store.runs import latest_of_question, run_row, to_run
from bot.store.steps import CREATED, TOOLS
from bot.store.tables import run_steps, runs


def delete(db: Connection, message_id: int, *, at: datetime) -> Run:
    """Wipe a message, and a question's answer with it: the run that answered last.

    One that would have answered is cancelled. What is on the platform is left to be delivered: as nothing.
    Raises NotFound.
    """
    row = message(db, message_id)
    question_id = row.question_id or row.id
    run = latest_of_question(db, question_id)
    cancel(db, run.id, at=at)
    drop_notes(db, row.room_id, question_id, at=at)
    answer = answer_to(db, question_id)
    if row.question_id is None:
        _wipe(db, row, at=at)
        _forget_options(db, question_id)
    wiped = [question_id] if row.question_id is None else []
    unquote(db, [*wiped, *([answer.id] if answer else [])])
    if answer is not None:
        if answer.deleted_at is None:
            _wipe(db, answer, at=at)
        drop_ratings(db, answer.id)
        _forget_earlier(db, question_id, answer.id)
    left = run_row(db, run.id)
    if left.ended_at is not None:
        db.execute(update(runs).where(runs.c.id == run.id).values(delivery=close(db, left)))
    return to_run(left)


def _wipe(db: Connection, row: Row[Any], *, at: datetime) -> None:
    bare = {"text": "", "notice": "", "sight": "", "quote": "", "attachments": None, "links": None}
    write_message(db, row.id, **bare, deleted_at=at)
    show(db, row.id, (), at=at)
    keep_documents(db, row.id, ())
    keep_made(db, row.id, ())
    record(db, row.room_id, ("message.deleted", row.id))


def _forget_options(db: Connection, question_id: int) -> None:
    """What a person chose for a question may be words too."""
    db.execute(update(runs).where(runs.c.question_id == question_id).values(options={}))


def _forget_earlier(db: Connection, question_id: int, answer_id: int) -> None:
    """Neither are earlier words kept, nor what tools were told, nor is anything delivered any more."""
    of_question = runs.c.question_id == question_id
    written = run_steps.c.run_id.in_(select(runs.c.id).where(of_question)) & (run_steps.c.kind == CREATED)
    db.execute(update(run_steps).where(written).values(detail={"message_id": answer_id}))
    used = run_steps.c.run_id.in_(select(runs.c.id).where(of_question)) & (run_steps.c.kind == TOOLS)
    db.execute(update(run_steps).where(used).values(detail={}))
    db.execute(update(runs).where(of_question, runs.c.delivery == PENDING).values(delivery=DELIVERED))
