"""Reading runs: rows to values, a room's queue, and a run with all that is known of it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, select

from bot.errors import NotFound
from bot.messages import Actor, Address, ChannelKey, Person, PictureOptions, RunOptions, Standing
from bot.records import Run, RunRecord
from bot.runs import ACTIVE, RunKind, RunStatus
from bot.store.calls import calls_of
from bot.store.database.prepared import prepared
from bot.store.steps import steps_of
from bot.store.tables import messages, rooms, runs

_PLAIN = RunOptions()

_PLAIN = RunOptions()

IN_LINE = (RunStatus.QUEUED, *ACTIVE)
"""Statuses of a run that others wait for."""

answers = messages.alias("answers")
RUNS = (
    select(
        runs,
        rooms.c.key,
        rooms.c.name.label("room_name"),
        rooms.c.space_name,
        answers.c.id.label("answer_id"),
    )
    .join(rooms, rooms.c.id == runs.c.room_id)
    .outerjoin(answers, answers.c.question_id == runs.c.question_id)
)
UNENDED = prepared(RUNS.where(runs.c.ended_at.is_(None)).order_by(runs.c.id))
_BY_ID = prepared(RUNS.where(runs.c.id == bindparam("run")))
_holder = runs.alias("holder")
_HELD = exists().where(
    _holder.c.room_id == rooms.c.id,
    _holder.c.ended_at.is_(None),
    _holder.c.takes_room,
    _holder.c.status.in_(tuple(ACTIVE)),
)
_NEXT = prepared(
    RUNS.where(
        rooms.c.key == bindparam("room_key"),
        runs.c.ended_at.is_(None),
        runs.c.status == RunStatus.QUEUED,
        runs.c.takes_room,
        ~_HELD,
    )
    .order_by(runs.c.id)
    .limit(1)
)
_UNFINISHED = prepared(
    select(runs.c.id, runs.c.status, runs.c.takes_room, runs.c.kind)
    .where(runs.c.room_id == bindparam("room"), runs.c.ended_at.is_(None))
    .order_by(runs.c.id)
)
_LATEST_OF_QUESTION = prepared(
    RUNS.where(runs.c.question_id == bindparam("question")).order_by(runs.c.id.desc()).limit(1)
)
_NEWEST = prepared(
    RUNS.where(rooms.c.key == bindparam("room_key"))
    .order_by(runs.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)


def to_run(row: Row[Any]) -> Run:
    """A row of RUNS as a value."""
    key = ChannelKey.parse(row.key)
    return Run(
        id=row.id,
        key=key,
        kind=RunKind(row.kind),
        status=RunStatus(row.status),
        actor=Actor(Person(row.person_id, row.person_name, row.person_bot), Standing(row.standing)),
        address=Address(key, row.reply_to),
        options=_options(row.options),
        question_id=row.question_id,
        answer_id=row.answer_id,
        attempts=row.attempts,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        model=row.model,
        last_error=row.last_error,
        incomplete=row.incomplete,
        replaces=row.replaces,
    )


def options_json(options: RunOptions) -> dict[str, object]:
    """What `to_run` reads back: only what was chosen."""
    chosen = _differences(options, RunOptions())
    if "picture" in chosen:
        chosen["picture"] = _differences(options.picture, PictureOptions())
    return chosen


def _differences(chosen: Any, default: Any) -> dict[str, object]:
    """The fields that are not as they are by default."""
    values = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
    return {name: value for name, value in values.items() if value != getattr(default, name)}


def _options(stored: dict[str, Any]) -> RunOptions:
    """What `options_json` wrote."""
    if not stored:
        return _PLAIN
    if not stored:
        return _PLAIN
    picture = dict(stored.get("picture", {}))
    if size := picture.get("size"):
        picture["size"] = tuple(size)
    return RunOptions(**{**stored, "picture": PictureOptions(**picture)})


def run_row(db: Connection, run_id: int) -> Row[Any]:
    """A run as it is stored. Raises NotFound."""
    row = db.execute(_BY_ID, {"run": run_id}).one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    return row


def next_of_room(db: Connection, key: ChannelKey) -> Row[Any] | None:
    """The run that has the room next. None: none waits, or an active one holds the room."""
    return db.execute(_NEXT, {"room_key": str(key)}).one_or_none()


def latest_of_question(db: Connection, question_id: int) -> Row[Any]:
    """The newest run that answers a question: there is always one."""
    return db.execute(_LATEST_OF_QUESTION, {"question": question_id}).one()


def unfinished(db: Connection, room_id: int) -> Sequence[Row[int, str, bool, str]]:
    """The runs of a room that wait or are worked on, oldest first: id, status, takes_room, kind."""
    return [run for run in db.execute(_UNFINISHED, {"room": room_id}) if run.status in IN_LINE]


def is_taken(db: Connection, room_id: int) -> bool:
    """Whether an active run holds the room."""
    return any(run.takes_room and run.status in ACTIVE for run in unfinished(db, room_id))


def place(db: Connection, run_id: int) -> int:
    """How many runs of the room are finished before a waiting one begins; 0 when it does not wait."""
    row = run_row(db, run_id)
    if row.status != RunStatus.QUEUED:
        return 0
    return sum(run.id < run_id and waits_for(row.kind, run) for run in unfinished(db, row.room_id))


def waits_for(kind: str, run: Any) -> bool:
    """Whether a run of this kind waits for that one of its room: for what takes the room, too, or for another
    picture or table."""
    if RunKind(kind).one_after_another:
        return bool(run.kind == kind)
    return bool(run.takes_room) and RunKind(kind).takes_the_room


def waiting(db: Connection) -> Sequence[Run]:
    """All queued runs, oldest first."""
    return [to_run(row) for row in db.execute(UNENDED) if row.status == RunStatus.QUEUED]


def latest_run(db: Connection, key: ChannelKey, statuses: Sequence[RunStatus]) -> Run | None:
    """The newest run of a room that somebody asked for, of those statuses when some are named."""
    query = RUNS.where(
        runs.c.room_id == select(rooms.c.id).where(rooms.c.key == str(key)).scalar_subquery(),
        runs.c.kind.not_in((RunKind.REMIND, RunKind.CONDENSE, RunKind.ALERT, RunKind.KEEP)),
    )
    if statuses:
        query = query.where(runs.c.status.in_(statuses))
    row = db.execute(query.order_by(runs.c.id.desc()).limit(1)).one_or_none()
    return to_run(row) if row else None


def run_record(db: Connection, run_id: int) -> RunRecord:
    """A run, its steps and its calls. Raises NotFound."""
    return _record(db, run_row(db, run_id))


def latest_records(db: Connection, key: ChannelKey, limit: int, skip: int) -> Sequence[RunRecord]:
    """A room's newest runs, the newest first, without `skip` of them."""
    given = {"room_key": str(key), "most": limit, "skip": skip}
    return [_record(db, row) for row in db.execute(_NEWEST, given)]


def _record(db: Connection, row: Row[Any]) -> RunRecord:
    return RunRecord(to_run(row), steps_of(db, row.id), calls_of(db, row.id))
