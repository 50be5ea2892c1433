"""Settings: every version is kept, the newest of the nearest scope holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, func, insert, or_, select

from bot.messages import ChannelKey, Person
from bot.records import RoomSettings, Setting, Version
from bot.store.changes import record
from bot.store.database.prepared import prepared
from bot.store.rooms import Event, remember, seen
from bot.store.tables import rooms, settings

_HOLDING = prepared(
    select(settings).where(
        settings.c.id.in_(
            select(func.max(settings.c.id))
            .where(settings.c.scope.in_(bindparam("scopes", expanding=True)))
            .group_by(settings.c.scope, settings.c.name)
        ),
        settings.c.value.is_not(None),
    )
)

_NAMED = prepared(
    select(settings.c.scope, settings.c.value).where(
        settings.c.id.in_(
            select(func.max(settings.c.id))
            .where(settings.c.name == bindparam("name"))
            .group_by(settings.c.scope)
        ),
        settings.c.value.is_not(None),
    )
)
_VERSIONS = prepared(select(settings).where(settings.c.id.in_(bindparam("ids", expanding=True))))
_counted = (
    select(settings, func.row_number().over(order_by=settings.c.id).label("number"))
    .where(settings.c.scope == bindparam("scope"), settings.c.name == bindparam("name"))
    .subquery()
)
_NUMBERED = prepared(
    select(_counted)
    .where(or_(bindparam("before", type_=Integer).is_(None), _counted.c.number < bindparam("before")))
    .order_by(_counted.c.number.desc())
    .limit(bindparam("limit"))
)
_WITHIN = prepared(
    select(rooms.c.id).where(rooms.c.key >= bindparam("first"), rooms.c.key < bindparam("last"))
)
"""The rooms of a scope: their keys begin with it and a slash, and `0` is what follows a slash."""


def settings_of(db: Connection, key: ChannelKey) -> RoomSettings:
    """What holds in a room. A cleared setting lets the wider scope's through."""
    scopes = key.scopes()
    rows = db.execute(_HOLDING, {"scopes": scopes}).all()
    return _room_settings(sorted(rows, key=lambda row: scopes.index(row.scope)))


def settings_of_person(db: Connection, person: Person) -> RoomSettings:
    """What a person has set for themselves."""
    return _room_settings(db.execute(_HOLDING, {"scopes": [person.scope]}).all())


def settings_named(db: Connection, name: str) -> dict[str, str]:
    """What holds by this name, by scope."""
    return {row.scope: row.value for row in db.execute(_NAMED, {"name": name})}


def settings_at(db: Connection, versions: Mapping[str, int]) -> RoomSettings:
    """Certain versions, whatever holds by now."""
    return _room_settings(db.execute(_VERSIONS, {"ids": list(versions.values())}).all())


def _room_settings(rows: Sequence[Row[Any]]) -> RoomSettings:
    """Later rows stand over earlier ones."""
    found: dict[str, Setting] = {}
    for row in rows:
        found[row.name] = _setting(row)
    return RoomSettings(found)


def _setting(row: Row[Any]) -> Setting:
    by = Person(row.person_id, row.person_name, row.person_bot)
    return Setting(row.id, row.name, row.value, by, row.at, row.scope, row.reason)


def versions(
    db: Connection, scope: str, name: str, *, limit: int, before: int | None = None
) -> Sequence[Version]:
    """What a setting has been in a scope, the newest first; `before` a number."""
    given = {"scope": scope, "name": name, "limit": limit, "before": before}
    return [Version(row.number, _setting(row)) for row in db.execute(_NUMBERED, given)]


def change_setting(
    db: Connection,
    scope: str,
    name: str,
    value: str | None,
    by: Person,
    *,
    at: datetime,
    event_id: str,
    reason: str = "",
) -> Setting | None:
    """Keep a new version; None when the event was seen."""
    event = Event.of_scope(scope, event_id)
    if seen(db, event):
        return None
    remember(db, event, at=at)
    row = {
        "scope": scope,
        "name": name,
        "value": value,
        "person_id": by.id,
        "person_name": by.name,
        "person_bot": by.bot,
        "at": at,
        "reason": reason,
    }
    version = int(db.execute(insert(settings).returning(settings.c.id), row).scalar_one())
    for room_id in db.execute(_WITHIN, {"first": f"{scope}/", "last": f"{scope}0"}).scalars().all():
        record(db, room_id, ("room.updated", room_id))
    return Setting(version, name, value, by, at, scope, reason)
