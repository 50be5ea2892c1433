"""What rooms, channels and servers are called, and which are one person's: parts of statements."""

from typing import Any

from sqlalchemy import and_, case, func, or_, select

from bot.messages.people import ALONE
from bot.store.tables import rooms, settings


def space_of(key: Any) -> Any:
    """The third part of a key or a scope: the server."""
    rest = func.substr(key, func.instr(key, "/") + 1)
    rest = func.substr(rest, func.instr(rest, "/") + 1)
    return case((func.instr(rest, "/") > 0, func.substr(rest, 1, func.instr(rest, "/") - 1)), else_=rest)


def channel_of(key: Any) -> Any:
    """The scope of a key's channel: its first four parts."""
    rest = key
    for _ in range(3):
        rest = func.substr(rest, func.instr(rest, "/") + 1)
    return func.substr(key, 1, func.length(key) - func.length(rest) + func.instr(rest, "/") - 1)


def private(room: Any) -> Any:
    """Whether a room is one person's alone with Parley. As a function of its columns: what follows may not
    let SQLite begin with all rooms."""
    return or_(func.coalesce(room.c.person, "") != "", space_of(room.c.key).in_(sorted(ALONE)))


def title_of(room: Any) -> Any:
    """What a room is called."""
    return (
        select(settings.c.value)
        .where(settings.c.scope == func.rtrim(room.c.key, "/"), settings.c.name == "title")
        .order_by(settings.c.id.desc())
        .limit(1)
        .correlate(room)
        .scalar_subquery()
    )


def place_of(scope: Any) -> Any:
    """What a scope is called: a room with its server, or a server; nothing where nobody has told us."""
    called = func.coalesce(func.nullif(title_of(rooms), ""), rooms.c.name)
    room = select(called).where(rooms.c.key.in_((scope + "//", scope + "/"))).limit(1).scalar_subquery()
    under = and_(rooms.c.key >= scope + "/", rooms.c.key < scope + "0", rooms.c.space_name != "")
    server = select(rooms.c.space_name).where(under).limit(1).scalar_subquery()
    return func.trim(func.coalesce(room, "") + " · " + func.coalesce(server, ""), " ·")
