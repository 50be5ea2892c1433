"""What a model placed that places nothing now: it is found by its words alone until it is placed anew."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, exists, func, select

from bot.messages import ChannelKey
from bot.records import KnownFile
from bot.store.database.prepared import prepared
from bot.store.knowledge import known_file
from bot.store.tables import knowledge_chunks as chunks
from bot.store.tables import knowledge_files as files
from bot.store.tables import rooms, runs, vectors

_ELSEWHERE = exists().where(
    chunks.c.file_id == files.c.id, (chunks.c.model != bindparam("space")) | chunks.c.vector.is_(None)
)
_FILES = prepared(
    select(files.c.id)
    .join(runs, runs.c.id == files.c.run_id)
    .where(runs.c.ended_at.is_not(None), _ELSEWHERE)
    .order_by(files.c.id.desc())
    .limit(bindparam("most"))
)
_PLACED = prepared(
    select(files.c.id, func.count(chunks.c.id).label("lie"))
    .join(chunks, chunks.c.file_id == files.c.id)
    .where(
        files.c.scope.in_(bindparam("scopes", expanding=True)),
        chunks.c.model == bindparam("space"),
        chunks.c.vector.is_not(None),
    )
    .group_by(files.c.id)
)
_OLDEST = (
    select(vectors.c.model)
    .where(vectors.c.room_id == rooms.c.id, vectors.c.message_id > rooms.c.starts_after)
    .order_by(vectors.c.message_id)
    .limit(1)
    .scalar_subquery()
)
"""A room's newest messages are placed first: where its oldest one lies, all do."""

_ROOMS = prepared(
    select(rooms.c.key, select(func.max(runs.c.id)).where(runs.c.room_id == rooms.c.id).scalar_subquery())
    .where(bindparam("space") != _OLDEST)
    .order_by(rooms.c.last_at.desc())
    .limit(bindparam("most"))
)


def misplaced_files(db: Connection, space: str, limit: int) -> Sequence[KnownFile]:
    """Files of which some pieces have no place in a space, the newest first; none that is being read."""
    rows = db.execute(_FILES, {"space": space, "most": limit}).all()
    return [known_file(db, row.id) for row in rows]


def misplaced_rooms(db: Connection, space: str, limit: int) -> Sequence[tuple[ChannelKey, int]]:
    """Rooms whose past lies in another space, with their last runs; those in which people talk first."""
    rows = db.execute(_ROOMS, {"space": space, "most": limit}).all()
    return [(ChannelKey.parse(row[0]), row[1]) for row in rows if row[1] is not None]


def pieces_in(db: Connection, key: ChannelKey, space: str) -> Mapping[int, int]:
    """How many pieces of the files that a room knows lie in a space, by file."""
    rows = db.execute(_PLACED, {"scopes": key.scopes(), "space": space})
    return {row.id: row.lie for row in rows}
