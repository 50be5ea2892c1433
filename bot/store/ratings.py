"""What people think of answers: one rating each, for the words that were there when they gave it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from bot.messages import ChannelKey
from bot.records import Rating
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.rooms import Event, remember, seen
from bot.store.tables import deliveries, messages, ratings, rooms

_ANSWER = and_(messages.c.role == "assistant", messages.c.deleted_at.is_(None), messages.c.text != "")
_IN_ROOM = messages.join(rooms, rooms.c.id == messages.c.room_id)

_SHOWN = prepared(
    select(messages.c.id, rooms.c.key)
    .select_from(_IN_ROOM.join(deliveries, deliveries.c.answer_id == messages.c.id))
    .where(
        deliveries.c.post_id.in_(bindparam("posts", expanding=True)),
        rooms.c.key >= bindparam("first"),
        rooms.c.key < bindparam("last"),
        _ANSWER,
    )
    .limit(1)
)
_LAST = select(func.max(messages.c.id)).select_from(_IN_ROOM).where(_ANSWER)
_WRITER = select(messages.c.run_id, messages.c.room_id).select_from(_IN_ROOM).where(_ANSWER)
_OF_PERSON = (
    select(ratings.c.answer_id, ratings.c.value)
    .select_from(_IN_ROOM.join(ratings, ratings.c.answer_id == messages.c.id))
    .where(ratings.c.run_id == messages.c.run_id)
)


def shown_in(db: Connection, chat: ChannelKey, post_ids: Sequence[str]) -> tuple[int, ChannelKey] | None:
    """The answer with words that one of these posts shows in a chat or a thread of it, and its room."""
    within = str(ChannelKey(chat.platform, chat.account, chat.space, chat.channel)).removesuffix("//")
    given = {"posts": list(post_ids), "first": f"{within}/", "last": f"{within}0"}
    row = db.execute(_SHOWN, given).one_or_none()
    return (row.id, ChannelKey.parse(row.key)) if row else None


def last_answer(db: Connection, key: ChannelKey) -> int | None:
    """A room's newest answer with words."""
    return db.execute(_LAST.where(rooms.c.key == str(key))).scalar_one_or_none()


def rate(
    db: Connection, key: ChannelKey, answer_id: int, rating: Rating, *, at: datetime, event_id: str
) -> bool:
    """Keep a rating, change it, or take it back. An event that was seen changes nothing."""
    here = _WRITER.where(rooms.c.key == str(key), messages.c.id == answer_id)
    writer = db.execute(here).one_or_none()
    if writer is None:
        return False
    event = Event.of(key, event_id)
    if seen(db, event):
        return True
    remember(db, event, at=at)
    record(db, writer.room_id, ("rating.updated", answer_id))
    if rating.value == 0:
        mine = and_(ratings.c.answer_id == answer_id, ratings.c.person_id == rating.person_id)
        db.execute(delete(ratings).where(mine, ratings.c.sign == rating.sign))
        return True
    held = {"run_id": writer.run_id, "value": rating.value, "sign": rating.sign, "at": at}
    new = insert(ratings).values(answer_id=answer_id, person_id=rating.person_id, **held)
    db.execute(new.on_conflict_do_update(index_elements=["answer_id", "person_id"], set_=held))
    return True


def ratings_of(db: Connection, key: ChannelKey, person_id: str) -> Mapping[int, int]:
    """A person's ratings in a room, of answers whose words are still those."""
    mine = _OF_PERSON.where(rooms.c.key == str(key), ratings.c.person_id == person_id)
    return {row.answer_id: row.value for row in db.execute(mine)}


def drop_ratings(db: Connection, answer_id: int) -> None:
    """An answer was deleted: nobody thinks anything of it."""
    db.execute(delete(ratings).where(ratings.c.answer_id == answer_id))
