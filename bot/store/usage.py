"""What was used, added up by model: of a person everywhere, or of everybody in a room."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select

from bot.messages import ChannelKey
from bot.records import Used
from bot.store.calls import LOST, RESERVED
from bot.store.prepared import prepared
from bot.store.rooms import room_id
from bot.store.tables import calls

_MADE = calls.c.outcome != "skipped"
"""A reservation whose model was not asked after all is no call."""
_GUESSED = or_(calls.c.estimated, calls.c.outcome == RESERVED, calls.c.outcome == LOST)
"""Nobody said what these used; those without an end stand at their worst case."""
_USED = (
    select(
        calls.c.model,
        func.count().label("calls"),
        func.sum(calls.c.prompt_tokens).label("prompt_tokens"),
        func.sum(calls.c.completion_tokens).label("completion_tokens"),
        func.sum(calls.c.pictures).label("pictures"),
        func.sum(calls.c.cost).label("cost"),
        func.count().filter(_GUESSED).label("estimated"),
        func.sum(calls.c.cost).filter(_GUESSED).label("estimated_cost"),
    )
    .where(calls.c.day >= bindparam("since"), _MADE)
    .group_by(calls.c.model)
    .order_by(func.sum(calls.c.cost).desc(), func.count().desc(), calls.c.model)
)
_OF_PERSON = prepared(_USED.where(calls.c.person_id == bindparam("person")))
_OF_ROOM = prepared(_USED.where(calls.c.room_id == bindparam("room")))


def used_by(db: Connection, person_id: str, *, since: date) -> Sequence[Used]:
    """What a person used in all rooms since a day (UTC), the dearest model first."""
    rows = db.execute(_OF_PERSON, {"person": person_id, "since": since})
    return [_used(row) for row in rows]


def used_in(db: Connection, key: ChannelKey, *, since: date) -> Sequence[Used]:
    """What everybody used in a room since a day (UTC), the dearest model first."""
    rows = db.execute(_OF_ROOM, {"room": room_id(db, key), "since": since})
    return [_used(row) for row in rows]


def _used(row: Row[Any]) -> Used:
    return Used(
        model=row.model,
        calls=row.calls,
        prompt_tokens=row.prompt_tokens,
        completion_tokens=row.completion_tokens,
        pictures=row.pictures,
        cost=row.cost,
        estimated=row.estimated,
        estimated_cost=row.estimated_cost or Decimal(0),
    )
