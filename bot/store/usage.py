"""What was used, added up by model: of a person everywhere, or of everybody in a channel or server."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, Subquery, bindparam, func, or_, select

from bot.messages import ChannelKey
from bot.records import DayUsed, Used
from bot.store.calls import LOST, RESERVED
from bot.store.database.prepared import prepared
from bot.store.tables import calls, rooms, runs

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
_WITHIN = calls.c.room_id.in_(
    select(rooms.c.id).where(
        rooms.c.key >= bindparam("first"), rooms.c.key < bindparam("last"), rooms.c.person == ""
    )
)
"""The rooms of a scope: their keys begin with it and a slash, and `0` is what follows a slash."""
_OF_SCOPE = prepared(_USED.where(_WITHIN))
_summed = (
    select(
        calls.c.day,
        calls.c.model,
        calls.c.person_id,
        func.max(calls.c.run_id).label("run_id"),
        func.count().label("calls"),
        func.sum(calls.c.cost).label("cost"),
    )
    .where(calls.c.day >= bindparam("since"), _MADE)
    .group_by(calls.c.day, calls.c.model, calls.c.person_id)
)


def _daily(summed: Subquery) -> Select[Any]:
    """With the names that people had last."""
    columns = [summed.c[name] for name in ("day", "model", "person_id", "calls", "cost")]
    named = select(*columns, runs.c.person_name).join(runs, runs.c.id == summed.c.run_id)
    return named.order_by(summed.c.day, summed.c.model, summed.c.person_id)


_DAYS_OF_PERSON = prepared(_daily(_summed.where(calls.c.person_id == bindparam("person")).subquery()))
_DAYS_OF_SCOPE = prepared(_daily(_summed.where(_WITHIN).subquery()))


def used_by(db: Connection, person_id: str, *, since: date) -> Sequence[Used]:
    """What a person used in all rooms since a day (UTC), the dearest model first."""
    rows = db.execute(_OF_PERSON, {"person": person_id, "since": since})
    return [_used(row) for row in rows]


def used_in(db: Connection, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[Used]:
    """What everybody used in a channel, or in all of its server, since a day (UTC), the dearest model
    first."""
    rows = db.execute(_OF_SCOPE, {**_scope(key, server=server), "since": since})
    return [_used(row) for row in rows]


def days_by(db: Connection, person_id: str, *, since: date) -> Sequence[DayUsed]:
    """What a person used in all rooms on each day, by model."""
    return [_day(row) for row in db.execute(_DAYS_OF_PERSON, {"person": person_id, "since": since})]


def days_in(db: Connection, key: ChannelKey, *, since: date, server: bool = False) -> Sequence[DayUsed]:
    """What each person used in a channel or a server on each day, by model."""
    found = db.execute(_DAYS_OF_SCOPE, {**_scope(key, server=server), "since": since})
    return [_day(row) for row in found]


def _scope(key: ChannelKey, *, server: bool) -> dict[str, str]:
    scope = key.scopes()[0 if server else 1]
    return {"first": f"{scope}/", "last": f"{scope}0"}


def _day(row: Row[Any]) -> DayUsed:
    return DayUsed(row.day, row.model, row.person_id, row.person_name, row.calls, row.cost)


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
