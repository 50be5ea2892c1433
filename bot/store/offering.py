"""What buttons give whose names have no room for it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.tables import offered


def keep_offer(db: Connection, token: str, options: Mapping[str, str], *, at: datetime) -> None:
    """Keep it under a name; the same again is as young as it."""
    row = {"token": token, "options": dict(options), "at": at}
    db.execute(insert(offered).values(row).on_conflict_do_update(index_elements=["token"], set_={"at": at}))


def offer(db: Connection, token: str) -> Mapping[str, str] | None:
    """What is kept under a name; None: nothing any more."""
    found = db.execute(select(offered.c.options).where(offered.c.token == token)).scalar_one_or_none()
    return None if found is None else dict(found)


def prune_offers(db: Connection, before: datetime) -> None:
    """Let go of what was last offered before then."""
    db.execute(delete(offered).where(offered.c.at < before))
