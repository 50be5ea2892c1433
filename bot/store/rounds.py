"""Rounds of tools in a run: written down before they are done, and when something came of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.messages import ToolCall, ToolResult
from bot.records import Round
from bot.store.changes import record
from bot.store.prepared import prepared
from bot.store.runs import run_row
from bot.store.tables import run_steps

TOOLS = "tool_calls"
"""The step in which a run used tools."""

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
    calls = [{"id": call.id, "name": call.name, "arguments": call.arguments} for call in begun.calls]
    detail = {"text": begun.text, "calls": calls, "results": None}
    step = {"run_id": run_id, "kind": TOOLS, "detail": detail, "at": at}
    record(db, run_row(db, run_id).room_id, ("run.updated", run_id))
    return int(db.execute(_INSERT, step).scalar_one())


def end_round(db: Connection, step_id: int, results: Sequence[ToolResult]) -> None:
    """What came of a round, in the order of its calls."""
    step = db.execute(_STEP, {"step": step_id}).one()
    told = [{"text": result.text, "failed": result.failed} for result in results]
    db.execute(_WRITE, {"step": step_id, "detail": {**step.detail, "results": told}})
    record(db, run_row(db, step.run_id).room_id, ("run.updated", step.run_id))


def rounds_of(db: Connection, run_id: int) -> tuple[Round, ...]:
    """The rounds of a run, in order."""
    return tuple(_round(row.id, row.detail) for row in db.execute(_OF_RUN, {"run": run_id}))


def _round(step_id: int, detail: dict[str, Any]) -> Round:
    calls = tuple(ToolCall(**call) for call in detail.get("calls", ()))
    told = detail.get("results") or ()
    results = tuple(ToolResult(call, **one) for call, one in zip(calls, told, strict=False))
    return Round(detail.get("text", ""), calls, results, step_id)
