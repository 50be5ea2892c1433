"""The ledger of delivery: intent before effect, result after, until an answer is wholly on its platform."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal_column, select, update

from bot.messages import ChannelKey
from bot.records import Pending, Slot
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.made import made_of
from bot.store.messages import make_answer
from bot.store.pictures import pictures_of
from bot.store.runs import RUNS, answers, run_row, to_run
from bot.store.slots import drop_slots, fill_slot, intend_slot, slots_of
from bot.store.tables import messages, rooms, runs
from bot.store.timers import only_timer

DELIVER = "deliver"
"""The kind of the timer that brings a room's parked answers back."""

PENDING, DELIVERED, REFUSED = "pending", "delivered", "refused"
"""Where an ended run's answer is on its way; empty before the run ends."""

_PENDING = (
    RUNS.add_columns(answers.c.text, answers.c.notice, answers.c.voice, answers.c.links)
    .where(
        runs.c.delivery == literal_column(f"'{PENDING}'"), answers.c.id.is_not(None)
    )  # as the index says it
    .order_by(runs.c.id)
)
_DELETED = prepared(select(messages.c.deleted_at).where(messages.c.id == bindparam("answer")))
_DELIVERY = prepared(update(runs).where(runs.c.id == bindparam("run"), runs.c.delivery != ""))
_ROOM_OF = prepared(select(messages.c.room_id).where(messages.c.id == bindparam("answer")))


def intend(db: Connection, run_id: int, seq: int) -> Slot:
    """Message `seq` of a run's answer is about to be posted. Raises NotFound."""
    run = run_row(db, run_id)
    # A waiting question has no answer yet; what tells its author to wait is the first of its messages.
    return intend_slot(db, make_answer(db, run, at=run.created_at).id, seq)


def posted(db: Connection, slot: Slot, post_id: str, then: int | None) -> Slot | None:
    """A message is on the platform; message `then` of the same answer is about to be."""
    answer_id = fill_slot(db, slot, post_id)
    if answer_id is None:
        return None
    _updated(db, answer_id)
    return intend_slot(db, answer_id, then) if then is not None else None


def delivered(db: Connection, run_id: int, removed: Sequence[Slot]) -> None:
    """The whole answer is on the platform; of one that was deleted meanwhile, nothing may be."""
    _remove(db, run_id, removed)
    run = run_row(db, run_id)
    deleted = db.execute(_DELETED, {"answer": run.answer_id}).scalar_one_or_none()
    _set_delivery(db, run_id, DELIVERED if deleted is None else close(db, run))


def park(db: Connection, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot]) -> None:
    """Leave the answer for the room's one timer; it waits until then."""
    _set_delivery(db, run_id, PENDING)
    _remove(db, run_id, removed)
    only_timer(db, until, DELIVER, {"key": str(key)})


def refused(db: Connection, run_id: int, why: str) -> None:
    """The platform will never take this answer."""
    _set_delivery(db, run_id, REFUSED, refusal=why)


def pending(db: Connection, key: ChannelKey | None) -> Sequence[Pending]:
    """Ended runs whose answers have not wholly reached their platform, oldest first."""
    query = _PENDING if key is None else _PENDING.where(rooms.c.key == str(key))
    rows = db.execute(query).all()
    ids = [row.answer_id for row in rows]
    shown, slots, made = pictures_of(db, ids), slots_of(db, ids), made_of(db, ids)
    return [
        Pending(
            to_run(row),
            row.text,
            row.notice,
            shown[row.answer_id],
            slots[row.answer_id],
            made[row.answer_id],
            row.voice,
            None if row.links is None else frozenset(row.links),
        )
        for row in rows
    ]


def supersede(db: Connection, run: Row[Any]) -> None:
    """An older run's answer need not be delivered when a newer one writes it anew."""
    db.execute(
        update(runs)
        .where(runs.c.question_id == run.question_id, runs.c.id < run.id, runs.c.delivery == PENDING)
        .values(delivery=DELIVERED)
    )


def close(db: Connection, run: Row[Any]) -> str:
    """How the delivery of a run stands that ended without words: pending when something was posted."""
    on_screen = run.answer_id is not None and slots_of(db, [run.answer_id])[run.answer_id]
    return PENDING if on_screen else DELIVERED


def _set_delivery(db: Connection, run_id: int, state: str, **values: str) -> None:
    db.execute(_DELIVERY, {"run": run_id, "delivery": state, **values})


def _remove(db: Connection, run_id: int, removed: Sequence[Slot]) -> None:
    if removed:
        drop_slots(db, removed)
    if any(slot.post_id for slot in removed):
        _updated(db, run_row(db, run_id).answer_id)


def _updated(db: Connection, answer_id: int) -> None:
    """People who watch the room see where the answer is."""
    room = db.execute(_ROOM_OF, {"answer": answer_id}).scalar_one()
    record(db, room, ("message.updated", answer_id))
