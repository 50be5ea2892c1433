"""The inbox: what a platform told us, until it is dealt with."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.records import Received
from bot.store.database.prepared import prepared
from bot.store.tables import inbox

_TAKE = prepared(
    insert(inbox)
    .on_conflict_do_nothing(index_elements=["platform", "account", "update_id"])
    .returning(inbox.c.id)
)
_UNDEALT = prepared(
    select(inbox.c.id, inbox.c.update_id, inbox.c.body)
    .where(inbox.c.platform == bindparam("p"), inbox.c.account == bindparam("a"), inbox.c.state == "new")
    .order_by(inbox.c.id)
)


def take_in(
    db: Connection, platform: str, account: str, updates: Mapping[int, str], *, at: datetime
) -> Sequence[Received]:
    """Keep updates that were never seen: these, in the order they came."""
    found = []
    for update_id, body in updates.items():
        row = {"platform": platform, "account": account, "update_id": update_id, "state": "new"}
        number = db.execute(_TAKE, {**row, "body": body, "at": at}).scalar_one_or_none()
        if number is not None:
            found.append(Received(number, update_id, body))
    return found


def dealt_with(db: Connection, ids: Sequence[int]) -> None:
    """Their words go, their ids stay until they are pruned."""
    db.execute(update(inbox).where(inbox.c.id.in_(ids)).values(state="dealt", body=""))


def set_aside(db: Connection, ids: Sequence[int]) -> None:
    """They stay as they are until they are pruned, and are not handed out again."""
    db.execute(update(inbox).where(inbox.c.id.in_(ids)).values(state="aside"))


def undealt(db: Connection, platform: str, account: str) -> Sequence[Received]:
    """What was not dealt with, oldest first."""
    rows = db.execute(_UNDEALT, {"p": platform, "a": account})
    return [Received(row.id, row.update_id, row.body) for row in rows]


def prune(db: Connection, before: datetime) -> None:
    """Forget what was dealt with, or set aside, before then."""
    db.execute(delete(inbox).where(inbox.c.at < before, inbox.c.state != "new"))
