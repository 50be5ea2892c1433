"""Rooms, and the events that were seen already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.messages import ChannelKey, Names
from bot.records import Room
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.tables import events, messages, rooms, settings

_NEW = insert(rooms)
_ENTER = prepared(
    _NEW.on_conflict_do_update(index_elements=["key"], set_={"last_at": _NEW.excluded.last_at}).returning(
        rooms.c.id
    )
)
_ID = prepared(select(rooms.c.id).where(rooms.c.key == bindparam("room_key")))
_CALL = prepared(
    update(rooms)
    .where(
        rooms.c.id == bindparam("room"),
        or_(rooms.c.name != bindparam("as_name"), rooms.c.space_name != bindparam("as_space")),
    )
    .values(name=bindparam("as_name"), space_name=bindparam("as_space"))
)
_title = (
    select(settings.c.value)
    .where(settings.c.scope == func.rtrim(rooms.c.key, "/"), settings.c.name == "title")
    .order_by(settings.c.id.desc())
    .limit(1)
    .correlate(rooms)
    .scalar_subquery()
)
_ROOM = select(rooms.c.key, rooms.c.starts_after, rooms.c.last_at, _title.label("title"))
_SEEN = prepared(
    select(events.c.message_id, events.c.run_id).where(
        events.c.platform == bindparam("p"),
        events.c.account == bindparam("a"),
        events.c.event_id == bindparam("e"),
    )
)


_MESSAGE = prepared(
    select(messages.c.id)
    .join(events, events.c.message_id == messages.c.id)
    .join(rooms, rooms.c.id == messages.c.room_id)
    .where(
        events.c.platform == bindparam("p"),
        events.c.account == bindparam("a"),
        events.c.event_id == bindparam("e"),
        rooms.c.key == bindparam("room_key"),
        messages.c.deleted_at.is_(None),
    )
)
_REMEMBER = prepared(insert(events))
_newest = (
    select(func.max(messages.c.id))
    .where(messages.c.room_id == rooms.c.id, messages.c.role == "user")
    .correlate(rooms)
    .scalar_subquery()
)
_HEARD = prepared(
    select(rooms.c.key, func.min(events.c.event_id).label("event_id"))
    .select_from(rooms)
    .join(events, events.c.message_id == _newest)
    .where(
        rooms.c.platform == bindparam("p"),
        rooms.c.last_at >= bindparam("since"),
        events.c.platform == bindparam("p"),
    )
    .group_by(rooms.c.key)
)


@dataclass(frozen=True, slots=True)
class Event:
    """What a platform calls something that happened; an empty id is never seen twice."""

    platform: str
    account: str
    id: str

    @classmethod
    def of(cls, key: ChannelKey, event_id: str) -> "Event":
        """An event of a room's platform."""
        return cls(key.platform, key.account, event_id)

    @classmethod
    def of_scope(cls, scope: str, event_id: str) -> "Event":
        """An event of a settings scope's platform."""
        platform, account, *_ = scope.split("/")
        return cls(unquote(platform), unquote(account), event_id)


def seen(db: Connection, event: Event) -> Row[int | None, int | None] | None:
    """What an event has led to already: its message and its run."""
    if not event.id:
        return None
    return db.execute(_SEEN, {"p": event.platform, "a": event.account, "e": event.id}).one_or_none()


def message_of(db: Connection, key: ChannelKey, event_id: str) -> int | None:
    """The message that came as an event in this room, unless it was deleted."""
    row = db.execute(_MESSAGE, {**_named(Event.of(key, event_id)), "room_key": str(key)}).one_or_none()
    return row.id if row else None


def last_heard(db: Connection, platform: str, since: datetime) -> dict[ChannelKey, str]:
    """The newest message's event in every room of a platform in which somebody spoke since then."""
    rows = db.execute(_HEARD, {"p": platform, "since": since})
    return {ChannelKey.parse(row.key): row.event_id for row in rows}


def _named(event: Event) -> dict[str, str]:
    return {"p": event.platform, "a": event.account, "e": event.id}


def remember(
    db: Connection, event: Event, *, at: datetime, message_id: int | None = None, run_id: int | None = None
) -> None:
    """From now on the event has been seen."""
    if event.id:
        db.execute(
            _REMEMBER,
            {
                "platform": event.platform,
                "account": event.account,
                "event_id": event.id,
                "at": at,
                "message_id": message_id,
                "run_id": run_id,
            },
        )


def enter(db: Connection, key: ChannelKey, at: datetime) -> int:
    """The id of a room in which somebody speaks now; it is made when it is new."""
    row = {
        "key": str(key),
        "platform": key.platform,
        "thread": key.thread,
        "person": key.person,
        "created_at": at,
        "last_at": at,
    }
    return int(db.execute(_ENTER, row).scalar_one())


def call(db: Connection, room_id: int, names: Names) -> None:
    """A room is called so on its platform, and its server."""
    if names != Names():
        db.execute(_CALL, {"room": room_id, "as_name": names.room, "as_space": names.space})


def room_id(db: Connection, key: ChannelKey) -> int | None:
    """The id of a room that somebody has spoken in."""
    return db.execute(_ID, {"room_key": str(key)}).scalar_one_or_none()


def room(db: Connection, key: ChannelKey) -> Room | None:
    """One room."""
    row = db.execute(_ROOM.where(rooms.c.key == str(key))).one_or_none()
    return _room(row) if row else None


def rooms_of(db: Connection, platform: str) -> Sequence[Room]:
    """A platform's rooms without threads and private ones, oldest first."""
    public = _ROOM.where(rooms.c.platform == platform, rooms.c.thread == "", rooms.c.person == "")
    return [_room(row) for row in db.execute(public.order_by(rooms.c.id))]


def _room(row: Row[str, int, datetime, str]) -> Room:
    return Room(ChannelKey.parse(row.key), row.starts_after, row.last_at, row.title or "")


def forget(db: Connection, key: ChannelKey, *, at: datetime, event_id: str) -> bool:
    """Let the window begin after the room's newest message."""
    event = Event.of(key, event_id)
    if seen(db, event):
        return False
    remember(db, event, at=at)
    if (room := room_id(db, key)) is not None:
        last = db.execute(select(func.max(messages.c.id)).where(messages.c.room_id == room)).scalar_one() or 0
        db.execute(update(rooms).where(rooms.c.id == room).values(starts_after=last))
        record(db, room, ("room.updated", last))
    return True
