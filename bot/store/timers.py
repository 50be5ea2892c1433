"""Things due later."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from bot.records import Timer
from bot.store.tables import timers


def set_timer(db: Connection, due: datetime, kind: str, payload: Mapping[str, str]) -> int:
    """Keep something to do later."""
    row = {"due": due, "kind": kind, "payload": dict(payload)}
    return int(db.execute(insert(timers).returning(timers.c.id), row).scalar_one())


def only_timer(db: Connection, due: datetime, kind: str, payload: Mapping[str, str]) -> None:
    """Keep it in place of any other of the same kind and payload."""
    db.execute(delete(timers).where(timers.c.kind == kind, timers.c.payload == dict(payload)))
    set_timer(db, due, kind, payload)


def due_timers(db: Connection, until: datetime, limit: int) -> Sequence[Timer]:
    """What is due, earliest first."""
    due = select(timers).where(timers.c.due <= until).order_by(timers.c.due, timers.c.id).limit(limit)
    return [Timer(row.id, row.due, row.kind, row.payload) for row in db.execute(due)]


def next_timer(db: Connection) -> datetime | None:
    """When the next one is due."""
    due: datetime | None = db.execute(select(func.min(timers.c.due))).scalar_one()
    return due


def drop_timer(db: Connection, timer_id: int) -> None:
    """It is done."""
    db.execute(delete(timers).where(timers.c.id == timer_id))
