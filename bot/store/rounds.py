"""Rounds of tools in a run: written down before they are done, and when something came of them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.messages import ToolResult
from bot.records import Round, Run, Settlement
from bot.runs import RunStatus, move
from bot.store import calls
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.messages import make_answer, write_message
from bot.store.runs import UNENDED, run_row, to_run
from bot.store.steps import TOOLS, to_round
from bot.store.tables import run_steps, runs
from bot.store.timers import set_timer

EXPIRE = "expire"
"""The kind of the timer that ends a run for whose click nobody came."""
PATIENCE = timedelta(minutes=10)
"""How long a run waits for a click."""

_RUN = prepared(update(runs).where(runs.c.id == bindparam("run")))
_INSERT = prepared(insert(run_steps).returning(run_steps.c.id))
_STEP = prepared(select(run_steps.c.run_id, run_steps.c.detail).where(run_steps.c.id == bindparam("step")))
_WRITE = prepared(update(run_steps).where(run_steps.c.id == bindparam("step")))
_OF_RUN = prepared(
    select(run_steps.c.id, run_steps.c.detail)
    .where(run_steps.c.run_id == bindparam("run"), run_steps.c.kind == TOOLS)
    .order_by(run_steps.c.id)
)


def begin_round(db: Connection, run_id: int, begun: Round, *, at: datetime) -> int:
    """A run is about to use tools: its step's id. Raises NotFound."""
    told = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in begun.calls]
    detail = {"text": begun.text, "calls": told, "results": None, "allowed": begun.allowed}
    step = {"run_id": run_id, "kind": TOOLS, "detail": detail, "at": at}
    step_id = int(db.execute(_INSERT, step).scalar_one())
    record(db, run_row(db, run_id).room_id, ("run.updated", run_id), ("tool_call.created", step_id))
    return step_id


def end_round(db: Connection, step_id: int, results: Sequence[ToolResult]) -> None:
    """What came of a round, in the order of its calls."""
    step = db.execute(_STEP, {"step": step_id}).one()
    told = [_told(result) for result in results]
    db.execute(_WRITE, {"step": step_id, "detail": {**step.detail, "results": told}})
    record(db, run_row(db, step.run_id).room_id, ("run.updated", step.run_id), ("tool_call.ended", step_id))


def _told(result: ToolResult) -> dict[str, object]:
    """A result, without its call."""
    told = {"text": result.text, "failed": result.failed}
    return {**told, "pictures": [asdict(one) for one in result.pictures]} if result.pictures else told


def ask(db: Connection, run_id: int, asked: Round, notice: str, settled: Settlement, *, at: datetime) -> bool:
    """A run ends here until a person has said whether its next round may be done. False: it was stopped."""
    row = run_row(db, run_id)
    if row.status != RunStatus.IN_PROGRESS:
        return False
    answer = make_answer(db, row, at=at)
    write_message(db, answer.id, notice=notice, links=answer.links or [])
    record(db, row.room_id, ("message.updated", answer.id))
    status = move(RunStatus(row.status), RunStatus.REQUIRES_ACTION)
    begin_round(db, run_id, asked, at=at)
    db.execute(_RUN, {"run": run_id, "status": status})
    calls.settle(db, settled)
    set_timer(db, at + PATIENCE, EXPIRE, {"run": str(run_id)})
    return True


def decide(db: Connection, run_id: int, *, allowed: bool) -> bool:
    """A person has said it: the run waits for its turn to go on. False: nobody is asked any more."""
    row = run_row(db, run_id)
    if row.status != RunStatus.REQUIRES_ACTION:
        return False
    *_, last = db.execute(_OF_RUN, {"run": run_id})
    db.execute(_WRITE, {"step": last.id, "detail": {**last.detail, "allowed": allowed}})
    status = move(RunStatus.REQUIRES_ACTION, RunStatus.QUEUED)
    db.execute(_RUN, {"run": run_id, "status": status, "attempts": 0})
    record(db, row.room_id, ("run.updated", run_id))
    return True


def asking(db: Connection) -> Sequence[Run]:
    """The runs that wait for a person's word."""
    return [to_run(row) for row in db.execute(UNENDED) if row.status == RunStatus.REQUIRES_ACTION]


def rounds_of(db: Connection, run_id: int) -> tuple[Round, ...]:
    """The rounds of a run, in order."""
    return tuple(to_round(row.id, row.detail) for row in db.execute(_OF_RUN, {"run": run_id}))
