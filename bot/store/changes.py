"""What happened in the rooms, in order: the table that everybody who watches a room reads."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, select

from bot.messages import ChannelKey
from bot.records import Change
from bot.store.database.prepared import prepared
from bot.store.tables import changes, rooms

_INSERT = prepared(insert(changes))
_NEWEST = prepared(select(func.coalesce(func.max(changes.c.id), 0)))
_SINCE = prepared(
    select(func.max(changes.c.id), rooms.c.key)
    .join(rooms, rooms.c.id == changes.c.room_id)
    .where(changes.c.id > bindparam("since"))
    .group_by(rooms.c.key)
)
_OF_ROOM = prepared(
    select(changes.c.id, changes.c.kind, changes.c.subject)
    .join(rooms, rooms.c.id == changes.c.room_id)
    .where(rooms.c.key == bindparam("room_key"), changes.c.id > bindparam("since"))
    .order_by(changes.c.id)
    .limit(bindparam("most"))
)
_LAST = prepared(
    select(changes.c.id)
    .join(rooms, rooms.c.id == changes.c.room_id)
    .where(rooms.c.key == bindparam("room_key"))
    .order_by(changes.c.id.desc())
    .limit(1)
)


def record(db: Connection, room_id: int, *happened: tuple[str, int]) -> None:
    """Write down what the unit has changed: (kind, subject) in order."""
    db.execute(
        _INSERT, [{"room_id": room_id, "kind": kind, "subject": subject} for kind, subject in happened]
    )


def of_run(run_id: int, answer_id: int | None) -> list[tuple[str, int]]:
    """What changes when a run begins to wait or ends: its answer's buttons, too, where there is one."""
    answer = [] if answer_id is None else [("message.updated", answer_id)]
    return [*answer, ("run.updated", run_id)]


def newest(db: Connection) -> int:
    """The newest change of all rooms."""
    return int(db.execute(_NEWEST).scalar_one())


def changed_since(db: Connection, since: int) -> tuple[int, Sequence[ChannelKey]]:
    """The newest change, and the rooms that changed after `since`."""
    found = db.execute(_SINCE, {"since": since}).all()
    return max((last for last, _ in found), default=since), [ChannelKey.parse(key) for _, key in found]


def changes_of(db: Connection, key: ChannelKey, after: int, limit: int) -> Sequence[Change]:
    """A room's changes after one of them, in order."""
    found = db.execute(_OF_ROOM, {"room_key": str(key), "since": after, "most": limit})
    return [Change(*row) for row in found]


def last_change(db: Connection, key: ChannelKey) -> int:
    """A room's newest change, 0 when there is none."""
    return int(db.execute(_LAST, {"room_key": str(key)}).scalar_one_or_none() or 0)
