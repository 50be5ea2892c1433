"""A chat that became another one: what was said, set and left to do there moves with it."""

from sqlalchemy import Connection, Table, delete, func, select, update

from bot.messages import ChannelKey
from bot.store.changes import record
from bot.store.tables import calls, changes, messages, rooms, runs, settings, timers

_OF_A_ROOM: tuple[Table, ...] = (messages, runs, calls, changes)


def move(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """Give every room of a chat its new key; where people have spoken there already, both become one."""
    moved = _moved_rooms(db, old, new)
    for room_id, key in moved.items():
        _move_room(db, room_id, key)
    _move_settings(db, old, new)
    _move_timers(db, old, new)


def _moved_rooms(db: Connection, old: ChannelKey, new: ChannelKey) -> dict[int, ChannelKey]:
    """The chat's rooms by id, with the keys that they get."""
    found = db.execute(select(rooms.c.id, rooms.c.key).where(rooms.c.key.startswith(_prefix(old))))
    keys = {row.id: ChannelKey.parse(row.key) for row in found}
    return {number: _moved(key, new) for number, key in keys.items()}


def _move_room(db: Connection, room_id: int, key: ChannelKey) -> None:
    there = db.execute(select(rooms).where(rooms.c.key == str(key))).one_or_none()
    if there is None:
        db.execute(update(rooms).where(rooms.c.id == room_id).values(key=str(key)))
        target = room_id
    else:
        target = there.id
        _merge(db, room_id, target)
    last = db.execute(select(func.max(messages.c.id)).where(messages.c.room_id == target)).scalar_one()
    record(db, target, ("room.updated", last or 0))


def _merge(db: Connection, room_id: int, target: int) -> None:
    """Let all that is of one room be the other's."""
    for table in _OF_A_ROOM:
        db.execute(update(table).where(table.c.room_id == room_id).values(room_id=target))
    begins = select(func.max(rooms.c.starts_after)).where(rooms.c.id.in_((room_id, target)))
    db.execute(update(rooms).where(rooms.c.id == target).values(starts_after=begins.scalar_subquery()))
    db.execute(delete(rooms).where(rooms.c.id == room_id))


def _move_settings(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """What was set for the chat or a thread of it; for its server, too, when that was the chat itself."""
    server, channel = _chat(old).scopes()
    wider, wide = _chat(new).scopes()
    for scope in db.execute(select(settings.c.scope).distinct()).scalars().all():
        if scope == channel or scope.startswith(f"{channel}/"):
            moved = wide + scope.removeprefix(channel)
        elif scope == server and old.space == old.channel:
            moved = wider
        else:
            continue
        db.execute(update(settings).where(settings.c.scope == scope).values(scope=moved))


def _move_timers(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """What is parked there."""
    for row in db.execute(select(timers.c.id, timers.c.payload)).all():
        key = row.payload.get("key", "")
        if key.startswith(_prefix(old)):
            payload = {**row.payload, "key": str(_moved(ChannelKey.parse(key), new))}
            db.execute(update(timers).where(timers.c.id == row.id).values(payload=payload))


def _prefix(key: ChannelKey) -> str:
    """What the keys of a chat's rooms begin with."""
    return str(_chat(key)).removesuffix("/")


def _chat(key: ChannelKey) -> ChannelKey:
    return ChannelKey(key.platform, key.account, key.space, key.channel)


def _moved(key: ChannelKey, new: ChannelKey) -> ChannelKey:
    return ChannelKey(new.platform, new.account, new.space, new.channel, key.thread, key.person)
