"""Calls of AI services: reserved at their worst case, settled when they end, added up as they happen."""

from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, literal_column, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.messages import ChannelKey, Price, Usage
from bot.records import Call, Reservation, Settlement
from bot.store.database.prepared import prepared
from bot.store.recent import recent_of
from bot.store.spending import add, today
from bot.store.tables import calibrations, calls, rooms

RESERVED, LOST = "reserved", "lost"
"""The outcome of a call that goes on, and of one that the process did not live to see the end of."""

_WEIGHT = 0.2
_LEAST, _MOST = 0.25, 4.0
_PRICE = tuple(field.name for field in fields(Price))
_INSERT = prepared(insert(calls).returning(calls.c.id))
_OF_RUN = prepared(select(calls).where(calls.c.run_id == bindparam("run")).order_by(calls.c.id))
_BEFORE = prepared(
    select(calls.c.person_id, calls.c.day, calls.c.cost, rooms.c.key)
    .join(rooms, rooms.c.id == calls.c.room_id)
    .where(calls.c.id == bindparam("call"))
)
_SETTLE = prepared(update(calls).where(calls.c.id == bindparam("call")).returning(calls.c.model))
_LOSE = prepared(  # the outcome as the index names it
    update(calls).where(calls.c.outcome == literal_column(f"'{RESERVED}'")).values(outcome=LOST)
)
_FACTOR = prepared(select(calibrations.c.factor).where(calibrations.c.model == bindparam("m")))
_KNOWN = prepared(select(calibrations))
_FACTORS = upsert(calibrations)
_REMEMBER = prepared(
    _FACTORS.on_conflict_do_update(index_elements=["model"], set_={"factor": _FACTORS.excluded.factor})
)


def reserve(db: Connection, run: Row[Any], reservation: Reservation, *, at: datetime) -> int:
    """Keep a call at its worst case before it is made: the call's id."""
    day = today(db, at)
    row = {
        "run_id": run.id,
        "room_id": run.room_id,
        "person_id": run.person_id,
        "day": day,
        "model": reservation.model,
        "outcome": RESERVED,
        "cost": reservation.cost,
        "at": at,
    }
    call_id, key = int(db.execute(_INSERT, row).scalar_one()), ChannelKey.parse(run.key)
    requests = int(reservation.request)
    scopes = add(db, key, run.person_id, day, requests=requests, cost=reservation.cost)
    if recent := recent_of(db):
        recent.add(call_id, scopes, requests, reservation.cost)
    return call_id


def settle(db: Connection, settled: Settlement | None) -> None:
    """Record how a call ended, and what it teaches about its model's tokens."""
    if settled is None:
        return
    values = {
        "outcome": settled.outcome,
        "prompt_tokens": settled.usage.prompt_tokens,
        "completion_tokens": settled.usage.completion_tokens,
        "estimated": settled.usage.estimated,
        "pictures": settled.pictures,
        "price": _price_json(settled.price),
        "latency_ms": settled.latency_ms,
        "first_token_ms": settled.first_token_ms,
    }
    if settled.cost is not None:
        values["cost"] = settled.cost
        _repay(db, settled.call_id, settled.cost)
    model = db.execute(_SETTLE, {"call": settled.call_id, **values}).scalar_one_or_none()
    if model is not None and settled.calibration is not None:
        _calibrate(db, model, settled.calibration)


def _repay(db: Connection, call_id: int, cost: Decimal) -> None:
    """What was reserved and not used is free again, on the day of the call."""
    before = db.execute(_BEFORE, {"call": call_id}).one_or_none()
    if before is None or before.cost == cost:
        return
    add(db, ChannelKey.parse(before.key), before.person_id, before.day, cost=cost - before.cost)
    if recent := recent_of(db):
        recent.settle(call_id, cost)


def lose(db: Connection) -> None:
    """Settle every call that is still only reserved, at its reservation."""
    db.execute(_LOSE)


def _calibrate(db: Connection, model: str, sample: float) -> None:
    """Move the model's factor, 1 at first, a fifth of the way: one odd call decides nothing, however odd."""
    before = db.execute(_FACTOR, {"m": model}).scalar_one_or_none() or 1.0
    factor = (1 - _WEIGHT) * before + _WEIGHT * min(_MOST, max(_LEAST, sample))
    db.execute(_REMEMBER, {"model": model, "factor": factor})


def calibration(db: Connection) -> dict[str, float]:
    """How many real tokens one estimated token was, by model."""
    return {row.model: row.factor for row in db.execute(_KNOWN)}


def calls_of(db: Connection, run_id: int) -> tuple[Call, ...]:
    """A run's calls, in order."""
    return tuple(_call(row) for row in db.execute(_OF_RUN, {"run": run_id}))


def _call(row: Row[Any]) -> Call:
    return Call(
        id=row.id,
        model=row.model,
        outcome=row.outcome,
        usage=Usage(row.prompt_tokens, row.completion_tokens, row.estimated),
        cost=row.cost,
        latency_ms=row.latency_ms,
        first_token_ms=row.first_token_ms,
        at=row.at,
        pictures=row.pictures,
        price=_price(row.price),
    )


def _price_json(price: Price | None) -> dict[str, str] | None:
    """Decimals as text: exact."""
    return None if price is None else {name: f"{getattr(price, name):f}" for name in _PRICE}


def _price(stored: dict[str, str] | None) -> Price | None:
    return None if stored is None else Price(**{name: Decimal(value) for name, value in stored.items()})
