"""The messages that an answer is on a platform: intended first, then known by the platform's id."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.messages import ChannelKey
from bot.records import Slot
from bot.store.database.prepared import prepared
from bot.store.tables import deliveries, messages, rooms

_OF_ANSWERS = prepared(
    select(deliveries)
    .where(deliveries.c.answer_id.in_(bindparam("ids", expanding=True)))
    .order_by(deliveries.c.answer_id, deliveries.c.seq)
)
_NEW = insert(deliveries)
_INTEND = prepared(
    _NEW.on_conflict_do_update(
        index_elements=["answer_id", "seq"], set_={"seq": _NEW.excluded.seq}
    ).returning(deliveries.c.id, deliveries.c.seq, deliveries.c.post_id)
)
_POSTED = prepared(
    update(deliveries)
    .where(deliveries.c.id == bindparam("slot"))
    .values(post_id=bindparam("post"))
    .returning(deliveries.c.answer_id)
)
_DROP = prepared(delete(deliveries).where(deliveries.c.id.in_(bindparam("ids", expanding=True))))
_SHOWN_AS = prepared(
    select(messages.c.id)
    .join(deliveries, deliveries.c.answer_id == messages.c.id)
    .join(rooms, rooms.c.id == messages.c.room_id)
    .where(
        deliveries.c.post_id.in_(bindparam("posts", expanding=True)),
        rooms.c.key == bindparam("room_key"),
        messages.c.deleted_at.is_(None),
    )
    .limit(1)
)


def slots_of(db: Connection, answer_ids: Iterable[int]) -> Mapping[int, tuple[Slot, ...]]:
    """The slots of many answers, each answer's in order."""
    found: defaultdict[int, tuple[Slot, ...]] = defaultdict(tuple)
    for row in db.execute(_OF_ANSWERS, {"ids": list(answer_ids)}):
        found[row.answer_id] += (Slot(row.id, row.seq, row.post_id),)
    return found


def answer_of(db: Connection, key: ChannelKey, post_ids: Sequence[str]) -> int | None:
    """The answer of this room of which one of these is a message, unless it was deleted."""
    return db.execute(_SHOWN_AS, {"posts": list(post_ids), "room_key": str(key)}).scalar_one_or_none()


def intend_slot(db: Connection, answer_id: int, seq: int) -> Slot:
    """The slot of an answer's message `seq`, made when it is missing."""
    return Slot(*db.execute(_INTEND, {"answer_id": answer_id, "seq": seq}).one())


def fill_slot(db: Connection, slot: Slot, post_id: str) -> int | None:
    """Record a slot's platform id: the answer it belongs to, None when the slot is gone."""
    return db.execute(_POSTED, {"slot": slot.id, "post": post_id}).scalar_one_or_none()


def drop_slots(db: Connection, slots: Sequence[Slot]) -> None:
    """They are no longer part of their answer."""
    db.execute(_DROP, {"ids": [slot.id for slot in slots]})
