"""Letting an exchange go: its words, what came with them and what they led to. Rows without words stay."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from bot.runs import RunStatus
from bot.store.changes import record
from bot.store.delivering import DELIVERED, close
from bot.store.documents import keep_documents
from bot.store.ending import cancel
from bot.store.made import keep_made
from bot.store.messages import answer_to, write_message
from bot.store.moderating import unquote
from bot.store.notes import drop_notes
from bot.store.pictures import pictures_of, show
from bot.store.ratings import drop_ratings
from bot.store.runs import run_row
from bot.store.tables import deliveries, message_pictures, run_steps, runs

BLANK: Final[dict[str, Any]] = {
    "text": "",
    "notice": "",
    "sight": "",
    "sight_model": "",
    "quote": "",
    "quote_author": "",
    "attachments": None,
    "voice": "",
    "links": None,
}
"""What a message without words is like."""

BARE: Final[dict[str, Any]] = {
    "options": {},
    "settings": None,
    "model": "",
    "last_error": "",
    "incomplete": "",
    "refusal": "",
}
"""What a run is like of which nothing is told."""


def wipe_exchange(
    db: Connection, question: Row[Any], who: str, *, at: datetime, everywhere: bool
) -> frozenset[str]:
    """Wipe a question, its answer and all runs; `who` has asked it from now on. `everywhere`: it leaves its
    platform, too, as soon as it is delivered as nothing; else that keeps what it shows. The pictures that
    were shown, by their SHA-256."""
    answer = answer_to(db, question.id)
    both = [question.id] if answer is None else [question.id, answer.id]
    found = {ref.sha256 for refs in pictures_of(db, both).values() for ref in refs}
    drop_notes(db, question.room_id, question.id, at=at)
    unquote(db, both)
    _wipe(db, question, at=at, person_id=who)
    if answer is not None:
        _wipe(db, answer, at=at)
        drop_ratings(db, answer.id)
        if not everywhere:
            db.execute(delete(deliveries).where(deliveries.c.answer_id == answer.id))
    for (run_id,) in db.execute(select(runs.c.id).where(runs.c.question_id == question.id)).all():
        found |= _wipe_run(db, run_id, who, at=at)
    return frozenset(found)


def wipe_answer(db: Connection, question_id: int, *, at: datetime) -> frozenset[str]:
    """Wipe an answer alone, and let it leave its platform. The pictures that it showed."""
    answer = answer_to(db, question_id)
    if answer is None or answer.deleted_at is not None:
        return frozenset()
    found = {ref.sha256 for ref in pictures_of(db, [answer.id])[answer.id]}
    _wipe(db, answer, at=at)
    drop_ratings(db, answer.id)
    for (run_id,) in db.execute(select(runs.c.id).where(runs.c.question_id == question_id)).all():
        found |= drop_steps(db, run_id)
        _close(db, run_id, at=at)
    return frozenset(found)


def drop_steps(db: Connection, run_id: int) -> set[str]:
    """Let all go that is told of how a run went. The pictures that its tools have painted."""
    of_run = run_steps.c.run_id == run_id
    found = {
        sha for (detail,) in db.execute(select(run_steps.c.detail).where(of_run)) for sha in _shas(detail)
    }
    db.execute(delete(run_steps).where(of_run))
    return found


def unshown(db: Connection, shas: Sequence[str]) -> list[str]:
    """Those that no message shows."""
    held = select(message_pictures.c.sha256).where(message_pictures.c.sha256.in_(shas))
    shown = set(db.execute(held).scalars())
    return [sha for sha in shas if sha not in shown]


def _wipe(db: Connection, row: Row[Any], *, at: datetime, **more: Any) -> None:
    gone = row.deleted_at or at
    write_message(db, row.id, **BLANK, deleted_at=gone, person_name=_kept_name(row), **more)
    show(db, row.id, (), at=at)
    keep_documents(db, row.id, ())
    keep_made(db, row.id, ())
    record(db, row.room_id, ("message.deleted", row.id))


def _kept_name(row: Row[Any]) -> str:
    """Parley's own is nobody's."""
    return str(row.person_name) if row.role == "assistant" else ""


def _wipe_run(db: Connection, run_id: int, who: str, *, at: datetime) -> set[str]:
    found = drop_steps(db, run_id)
    _close(db, run_id, at=at)
    values = BARE | {"person_id": who, "person_name": ""}
    db.execute(update(runs).where(runs.c.id == run_id).values(values))
    return found


def _close(db: Connection, run_id: int, *, at: datetime) -> None:
    """It goes on no more; what is posted of it is left to be delivered, as nothing."""
    cancel(db, run_id, at=at)
    left = run_row(db, run_id)
    if RunStatus(left.status).ended:
        last = db.execute(
            select(runs.c.id)
            .where(runs.c.question_id == left.question_id)
            .order_by(runs.c.id.desc())
            .limit(1)
        ).scalar_one()
        state = close(db, left) if run_id == last else DELIVERED
        db.execute(update(runs).where(runs.c.id == run_id).values(delivery=state))


def _shas(detail: Any) -> Iterator[str]:
    """The pictures that a step tells of."""
    match detail:
        case {"sha256": str(sha)}:
            yield sha
        case dict():
            for each in detail.values():
                yield from _shas(each)
        case list():
            for each in detail:
                yield from _shas(each)
