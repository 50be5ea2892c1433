"""Runs under which words are judged that no turn answers: begun and ended here, for they hold no room."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from bot.messages import Actor, Address, ChannelKey, RunOptions
from bot.records import Context, Run, Said
from bot.runs import RunKind, RunStatus, move
from bot.store import calls
from bot.store.condensing import begin
from bot.store.database.prepared import prepared
from bot.store.rooms import enter
from bot.store.runs import run_row
from bot.store.settings import settings_of
from bot.store.tables import runs

_RUN = prepared(update(runs).where(runs.c.id == bindparam("run")))


def weigh(db: Connection, key: ChannelKey, by: Actor, *, at: datetime) -> Context:
    """Begin to judge somebody's words, which are written down nowhere."""
    run = Run(0, key, RunKind.KEEP, RunStatus.IN_PROGRESS, by, Address(key), RunOptions(), 0, None, 1, at, at)
    context = Context(
        run=run,
        question=Said(0, by.person, ""),
        past=(),
        settings=settings_of(db, key),
        slots=(),
        several=False,
        calibration=calls.calibration(db),
    )
    begun = begin(db, enter(db, key, at), context, at=at)
    return replace(begun, question=replace(begun.question, id=begun.run.question_id))


def weighed(db: Connection, run_id: int, *, at: datetime) -> None:
    """They are judged. Raises NotFound, IllegalMove."""
    over = move(RunStatus(run_row(db, run_id).status), RunStatus.COMPLETED)
    db.execute(_RUN, {"run": run_id, "status": over, "ended_at": at})
