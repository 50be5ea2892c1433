"""What is done to tune models, written down before it is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.records import Tuning
from bot.store.tables import tunings

_KEPT = ("mark", "account", "base", "suffix", "train", "validation")
_MOVING = ("status", "train_file", "validation_file", "job", "model")


def begin_tuning(db: Connection, wanted: Tuning, *, at: datetime) -> Tuning:
    """Write down that a model shall be tuned."""
    row = {name: getattr(wanted, name) for name in (*_KEPT, *_MOVING)}
    number = db.execute(insert(tunings).returning(tunings.c.id), {**row, "created_at": at}).scalar_one()
    return replace(wanted, id=number, created_at=at)


def note_tuning(db: Connection, tuning: Tuning, *, at: datetime) -> None:
    """Write down how far it has come, and when it ended."""
    row = {name: getattr(tuning, name) for name in _MOVING}
    ended = (tuning.ended_at or at) if tuning.over else None
    db.execute(update(tunings).where(tunings.c.id == tuning.id).values(**row, ended_at=ended))


def all_tunings(db: Connection) -> Sequence[Tuning]:
    """All of them, the newest first."""
    rows = db.execute(select(tunings).order_by(tunings.c.id.desc())).all()
    return [Tuning(**row._mapping) for row in rows]  # noqa: SLF001  # its documented name
