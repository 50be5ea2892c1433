"""A chat that became another one: what was said, set and left to do there moves with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from bot.messages import ChannelKey
from bot.runs import ACTIVE
from bot.store.changes import record
from bot.store.delivering import PENDING, REFUSED
from bot.store.facts import move_facts
from bot.store.knowledge import move_files
from bot.store.moderating import move_bars
from bot.store.notes import move_notes
from bot.store.runs import is_taken
from bot.store.spending import move_spent
from bot.store.tables import (
    calls,
    changes,
    deliveries,
    knowledge_files,
    messages,
    rooms,
    runs,
    settings,
    timers,
    vectors,
)

GONE = "gone"
"""Why an answer was refused whose posts nobody can reach any more."""

_OF_A_ROOM: tuple[Table, ...] = (vectors, messages, runs, calls, changes)


def move(
    db: Connection,
    old: ChannelKey,
    new: ChannelKey,
    late: Sequence[int] = (),
    since: datetime | None = None,
) -> Sequence[int]:
    """Give every room of a chat its new key; where people have spoken there already, both become one.

    The runs that are being written: they do not know of it. Told as `late` when they are over, their answers
    are to be delivered again if they went to posts of the old chat, which nobody can reach; so are those
    that were over `since` then, because a platform may refuse them before it says why.
    """
    if _chat(old) == _chat(new):
        return ()
    moved = _moved_rooms(db, old, new)
    writing = _active(db, list(moved))
    _deliver_again(db, runs.c.id.in_(late))
    if since is not None:
        _deliver_again(db, and_(runs.c.room_id.in_(list(moved)), runs.c.ended_at >= since))
    _forget_posts(db, list(moved))
    for room_id, key in moved.items():
        _move_room(db, room_id, key)
    _move_settings(db, old, new)
    _move_knowledge(db, old, new)
    move_bars(db, old.scopes()[0], new.scopes()[0])
    _move_timers(db, old, new)
    move_spent(db, _chat(old), _chat(new))
    return writing


def _moved_rooms(db: Connection, old: ChannelKey, new: ChannelKey) -> dict[int, ChannelKey]:
    """The chat's rooms by id, with the keys that they get."""
    prefix = _prefix(old)
    same = func.substr(rooms.c.key, 1, len(prefix)) == prefix  # LIKE has letters of its own, and no capitals
    found = db.execute(select(rooms.c.id, rooms.c.key).where(same))
    return {row.id: _moved(ChannelKey.parse(row.key), new) for row in found}


def _active(db: Connection, room_ids: Sequence[int]) -> Sequence[int]:
    """The runs that are being written in these rooms."""
    found = select(runs.c.id).where(runs.c.room_id.in_(room_ids), runs.c.status.in_(ACTIVE))
    return db.execute(found).scalars().all()


def _forget_posts(db: Connection, room_ids: Sequence[int]) -> None:
    """The messages of the old chat have no number in the new one: nothing there is edited or replied to."""
    answers = select(messages.c.id).where(messages.c.room_id.in_(room_ids), messages.c.role != "user")
    db.execute(update(deliveries).where(deliveries.c.answer_id.in_(answers)).values(post_id=""))
    db.execute(update(runs).where(runs.c.room_id.in_(room_ids)).values(reply_to=""))


def _move_room(db: Connection, room_id: int, key: ChannelKey) -> None:
    there = db.execute(select(rooms.c.id).where(rooms.c.key == str(key))).scalar_one_or_none()
    target = room_id if there is None else there
    if there is None:
        db.execute(update(rooms).where(rooms.c.id == room_id).values(key=str(key)))
    else:
        _merge(db, room_id, target)
    last = db.execute(select(func.max(messages.c.id)).where(messages.c.room_id == target)).scalar_one()
    record(db, target, ("room.updated", last or 0))


def _merge(db: Connection, room_id: int, target: int) -> None:
    """Let all that is of one room be the other's. Of two runs that are being written one goes on beside."""
    if is_taken(db, target):
        beside = update(runs).where(runs.c.room_id == room_id, runs.c.status.in_(ACTIVE))
        db.execute(beside.values(takes_room=False))
    for table in _OF_A_ROOM:
        db.execute(update(table).where(table.c.room_id == room_id).values(room_id=target))
    move_facts(db, room_id, target)
    move_notes(db, room_id, target)
    both = rooms.c.id.in_((room_id, target))
    latest = select(func.max(rooms.c.starts_after), func.min(rooms.c.created_at), func.max(rooms.c.last_at))
    begins, created, last = db.execute(latest.where(both)).one()
    whole = {"starts_after": begins, "created_at": created, "last_at": last}
    db.execute(update(rooms).where(rooms.c.id == target).values(whole))
    db.execute(delete(rooms).where(rooms.c.id == room_id))


def _move_settings(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """What was set there."""
    for scope, moved in _moved_scopes(db, settings, old, new):
        db.execute(update(settings).where(settings.c.scope == scope).values(scope=moved))


def _move_knowledge(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """What is known there from files."""
    for scope, moved in _moved_scopes(db, knowledge_files, old, new):
        move_files(db, scope, moved)


def _moved_scopes(
    db: Connection, table: Table, old: ChannelKey, new: ChannelKey
) -> Sequence[tuple[str, str]]:
    """The scopes of the chat and its threads, as they are called then; of its server, too, when that was the
    chat itself."""
    server, channel = _chat(old).scopes()
    wider, wide = _chat(new).scopes()
    found = []
    for scope in db.execute(select(table.c.scope).distinct()).scalars().all():
        if scope == channel or scope.startswith(f"{channel}/"):
            found.append((scope, wide + scope.removeprefix(channel)))
        elif scope == server and old.space == old.channel:
            found.append((scope, wider))
    return found


def _move_timers(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """What is parked there, and who is to be reminded. What a reminder replies to stays behind."""
    for row in db.execute(select(timers.c.id, timers.c.payload)).all():
        key = row.payload.get("key", "")
        if key.startswith(_prefix(old)):
            payload = {**row.payload, "key": str(_moved(ChannelKey.parse(key), new))}
            payload |= {"reply_to": ""} if "reply_to" in payload else {}
            db.execute(update(timers).where(timers.c.id == row.id).values(payload=payload))


def _deliver_again(db: Connection, which: ColumnElement[bool]) -> None:
    """Those of these runs that were refused because of posts that stayed behind are posted anew."""
    lost = select(runs.c.id, runs.c.question_id).where(
        which, runs.c.delivery == REFUSED, runs.c.refusal == GONE
    )
    for row in db.execute(lost).all():
        answer = select(messages.c.id).where(messages.c.question_id == row.question_id).scalar_subquery()
        db.execute(update(deliveries).where(deliveries.c.answer_id == answer).values(post_id=""))
        db.execute(update(runs).where(runs.c.id == row.id).values(delivery=PENDING, refusal=""))


def _prefix(key: ChannelKey) -> str:
    """What the keys of a chat's rooms begin with."""
    return str(_chat(key)).removesuffix("/")


def _chat(key: ChannelKey) -> ChannelKey:
    return ChannelKey(key.platform, key.account, key.space, key.channel)


def _moved(key: ChannelKey, new: ChannelKey) -> ChannelKey:
    return ChannelKey(new.platform, new.account, new.space, new.channel, key.thread, key.person)
