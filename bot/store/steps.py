"""The steps of a run: what kinds there are, and a step as a value."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.errors import NotFound
from bot.messages import PictureRef, ToolCall, ToolResult
from bot.records import Round, RunStep
from bot.store.database.prepared import prepared
from bot.store.tables import run_steps

CREATED = "message_creation"
"""The step in which a run wrote an answer; `text` is added when another run's words take its place."""

TOOLS = "tool_calls"
"""The step in which a run used tools."""

CONDENSED = "condensed"
"""The step in which a run condensed what was said: the ids of those messages, and how many exchanges its
notes cover."""

NOTES_SHOWN = "notes_shown"
"""The step in which an answer's model was shown such notes: of which run, and of how many exchanges."""

RECALLED = "recall"
"""The step in which an answer's model was reminded of something: of which messages, and how like they are."""

MODERATED = "moderation"
"""The step in which a part of a run was judged: which, by whom, the scores, and what became of it."""

_OF_RUN = prepared(select(run_steps).where(run_steps.c.run_id == bindparam("run")).order_by(run_steps.c.id))
_RUN_OF = prepared(select(run_steps.c.run_id).where(run_steps.c.id == bindparam("step")))


def steps_of(db: Connection, run_id: int) -> tuple[RunStep, ...]:
    """A run's steps, in order."""
    return tuple(_step(row) for row in db.execute(_OF_RUN, {"run": run_id}))


def run_of(db: Connection, step_id: int) -> int:
    """Which run a step is of. Raises NotFound."""
    run_id = db.execute(_RUN_OF, {"step": step_id}).scalar_one_or_none()
    if run_id is None:
        raise NotFound("There is no such step.")
    return int(run_id)


def to_round(step_id: int, detail: dict[str, Any]) -> Round:
    """What is written down of a round of tools; of one whose words were deleted, nothing."""
    asked = tuple(ToolCall(**call) for call in detail.get("calls", ()))
    told = detail.get("results") or ()
    results = tuple(_result(call, one) for call, one in zip(asked, told, strict=False))
    return Round(detail.get("text", ""), asked, results, step_id, detail.get("allowed"))


def _result(call: ToolCall, told: dict[str, Any]) -> ToolResult:
    pictures = tuple(PictureRef(**one) for one in told.get("pictures", ()))
    return ToolResult(call, told["text"], told["failed"], pictures)


def _step(row: Row[Any]) -> RunStep:
    used = to_round(row.id, row.detail) if row.kind == TOOLS else None
    return RunStep(row.kind, row.detail, row.at, row.id, used)
