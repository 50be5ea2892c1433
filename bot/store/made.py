"""The files that answers bring: their names for people who look, their words for whoever takes one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, LargeBinary, bindparam, cast, delete, func, insert, select

from bot.errors import NotFound
from bot.messages import ChannelKey, Made, MadeRef
from bot.store.database.prepared import prepared
from bot.store.tables import made_files, messages, rooms

_OF_MESSAGES = made_files.c.message_id.in_(bindparam("ids", expanding=True))
_IN_ORDER = (made_files.c.message_id, made_files.c.position)
_WHOLE = prepared(select(made_files).where(_OF_MESSAGES).order_by(*_IN_ORDER))
_NAMED = prepared(
    select(
        made_files.c.message_id,
        made_files.c.name,
        made_files.c.media_type,
        func.length(cast(made_files.c.text, LargeBinary)).label("size"),
    )
    .where(_OF_MESSAGES)
    .order_by(*_IN_ORDER)
)
_ONE = prepared(
    select(made_files)
    .join(messages, messages.c.id == made_files.c.message_id)
    .join(rooms, rooms.c.id == messages.c.room_id)
    .where(
        rooms.c.key == bindparam("room_key"),
        made_files.c.message_id == bindparam("message"),
        made_files.c.position == bindparam("place"),
    )
)
_FORGET = prepared(delete(made_files).where(made_files.c.message_id == bindparam("message")))
_INSERT = prepared(insert(made_files))


def keep_made(db: Connection, message_id: int, files: Sequence[Made]) -> None:
    """Let an answer bring these files and no others."""
    db.execute(_FORGET, {"message": message_id})
    for position, one in enumerate(files):
        row = {"message_id": message_id, "position": position}
        db.execute(_INSERT, row | {"name": one.name, "media_type": one.media_type, "text": one.text})


def made_of(db: Connection, message_ids: Iterable[int]) -> Mapping[int, tuple[Made, ...]]:
    """The files of certain answers, each answer's in order."""
    found: defaultdict[int, tuple[Made, ...]] = defaultdict(tuple)
    for row in db.execute(_WHOLE, {"ids": list(message_ids)}):
        found[row.message_id] += (Made(row.name, row.media_type, row.text),)
    return found


def made_named(db: Connection, message_ids: Iterable[int]) -> Mapping[int, tuple[MadeRef, ...]]:
    """What they are called, and how large they are."""
    found: defaultdict[int, tuple[MadeRef, ...]] = defaultdict(tuple)
    for row in db.execute(_NAMED, {"ids": list(message_ids)}):
        found[row.message_id] += (MadeRef(row.name, row.media_type, row.size),)
    return found


def made_file(db: Connection, key: ChannelKey, message_id: int, position: int) -> Made:
    """One file of an answer in this room. Raises NotFound."""
    given = {"room_key": str(key), "message": message_id, "place": position}
    row = db.execute(_ONE, given).one_or_none()
    if row is None:
        raise NotFound("There is no such file in this room.")
    return Made(row.name, row.media_type, row.text)
