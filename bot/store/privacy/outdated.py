"""What rooms keep no longer: how long each of them does, and letting go of what is older, a bit at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select

from bot.messages import ChannelKey
from bot.records import Outdated
from bot.store.privacy.wiping import wipe_exchange
from bot.store.tables import message_pictures, messages, notes, pictures, rooms, runs, settings, spent

KEEP_DAYS: Final = "keep_days"
"""The setting of a scope: so many days."""

NOBODY: Final = "nobody"
"""Who has asked what was let go: after the platform's name and a colon."""

BIT: Final = 20
"""Exchanges of one unit."""

UNSHOWN: Final = timedelta(days=1)
"""How old a picture is at least that no message shows and that goes: younger ones may be on their way."""


def kept_for(db: Connection, key: ChannelKey) -> int | None:
    """Days that a room keeps what is said, as far as moderators said so: the shortest of its scopes."""
    found = _chosen(db)
    return min((found[scope] for scope in key.scopes() if scope in found), default=None)


def outdated(db: Connection, most: int | None, *, at: datetime) -> Sequence[Outdated]:
    """Rooms that keep what is said for a certain time only: `most` days at most, None: for ever."""
    chosen, left = _chosen(db), []
    if not chosen and most is None:
        return ()
    for room_id, key in db.execute(select(rooms.c.id, rooms.c.key)):
        scopes = ChannelKey.parse(key).scopes()
        days = [chosen[scope] for scope in scopes if scope in chosen] + ([] if most is None else [most])
        if days:
            left.append(Outdated(room_id, at - timedelta(days=min(days))))
    return left


def let_go_of_outdated(db: Connection, one: Outdated, *, at: datetime) -> int:
    """Wipe a room's oldest exchanges that it keeps no longer: how many. Those that go on stay."""
    going = select(runs.c.question_id).where(runs.c.room_id == one.room_id, runs.c.ended_at.is_(None))
    old = (
        select(messages)
        .where(
            messages.c.room_id == one.room_id,
            messages.c.question_id.is_(None),
            messages.c.created_at < one.before,
            messages.c.id.not_in(going),
            _has_words(),
        )
        .order_by(messages.c.id)
        .limit(BIT)
    )
    platform = db.execute(select(rooms.c.platform).where(rooms.c.id == one.room_id)).scalar_one()
    found = db.execute(old).all()
    for row in found:
        wipe_exchange(db, row, f"{platform}:{NOBODY}", at=at, everywhere=False)
    db.execute(delete(notes).where(notes.c.room_id == one.room_id, notes.c.dropped_at < one.before))
    return len(found)


def drop_unshown(db: Connection, *, at: datetime, limit: int = 50) -> Sequence[str]:
    """Forget pictures that no message shows any more: their names."""
    shown = exists().where(message_pictures.c.sha256 == pictures.c.sha256)
    old = select(pictures.c.sha256).where(pictures.c.created_at < at - UNSHOWN, ~shown).limit(limit)
    found = db.execute(old).scalars().all()
    db.execute(delete(pictures).where(pictures.c.sha256.in_(found)))
    return found


def known_pictures(db: Connection, shas: Sequence[str]) -> frozenset[str]:
    """Those of them that are recorded."""
    return frozenset(db.execute(select(pictures.c.sha256).where(pictures.c.sha256.in_(shas))).scalars())


def drop_purses(db: Connection, *, at: datetime) -> None:
    """Sums of people that no limit looks at any more: older than the month before this one."""
    last = (at.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    theirs = spent.c.scope.startswith("person/") | spent.c.scope.startswith("by/")
    db.execute(delete(spent).where(theirs, spent.c.period < last))


def _has_words() -> ColumnElement[bool]:
    """Whether something is left of it, or of its answer, or it is still told who asked."""
    return messages.c.person_id.not_like(f"%:{NOBODY}")


def _chosen(db: Connection) -> dict[str, int]:
    """The days that hold, by scope."""
    newest = select(func.max(settings.c.id)).where(settings.c.name == KEEP_DAYS).group_by(settings.c.scope)
    rows = db.execute(select(settings.c.scope, settings.c.value).where(settings.c.id.in_(newest)))
    return {row.scope: int(row.value) for row in rows if row.value}
