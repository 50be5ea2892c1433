"""Whose money a call is, and what was spent of it: sums by day and month that are kept while it is spent.

A sum is kept under its scope and its period: `all`, `person/P`, `in/SCOPE` of a channel or a server, and
`by/SCOPE/P` of one person in it, in `2026-11-21` or `2026-11`. A call belongs to the day (UTC) on which it
was reserved, whatever the clock says when it is settled. A clock that is set back opens no day that is over:
`today` goes on from the newest that was written to. What somebody asks in private is theirs and of all:
no channel or server pays for it. A chat with one person alone belongs to no server.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Text, bindparam, delete, func, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.messages import ChannelKey
from bot.records import Purse, Span, Spending, Spent
from bot.store.database.prepared import prepared
from bot.store.recent import WINDOW, Recent, keep, recent_of
from bot.store.tables import calls, rooms, settings, spent

GIVEN: Final[Mapping[str, Purse]] = {"budget.channel": Purse.CHANNEL, "budget.server": Purse.SERVER}
"""The settings with which moderators give less, and of which purse."""

ZONE: Final = "zone"

MISTAKEN: Final = timedelta(days=31)
"""So far before what was written no clock is set back, unless it was wrong before."""

_SUMS = prepared(
    select(spent).where(
        spent.c.scope.in_(bindparam("scopes", expanding=True)),
        spent.c.period.in_(bindparam("periods", expanding=True)),
    )
)
_SCOPES = func.json_each(bindparam("scopes", type_=Text)).table_valued("value", name="scopes")
_PERIODS = func.json_each(bindparam("periods", type_=Text)).table_valued("value", name="periods")
_EACH = select(
    _SCOPES.c.value,
    _PERIODS.c.value,
    bindparam("more_requests", type_=spent.c.requests.type),
    bindparam("more_cost", type_=spent.c.cost.type),
).where(text("true"))  # without which SQLite takes what follows for a join
_NEW = upsert(spent).from_select(["scope", "period", "requests", "cost"], _EACH)
_ADD = prepared(
    _NEW.on_conflict_do_update(
        index_elements=["scope", "period"],
        set_={
            "requests": spent.c.requests + _NEW.excluded.requests,
            "cost": spent.c.cost + _NEW.excluded.cost,
        },
    )
)
_NEWEST = prepared(  # every call is of all, and a day stands behind its month
    select(func.max(spent.c.period)).where(spent.c.scope == "all")
)
_SET = prepared(
    select(settings.c.name, settings.c.value).where(
        settings.c.id.in_(
            select(func.max(settings.c.id))
            .where(
                settings.c.scope.in_(bindparam("scopes", expanding=True)),
                settings.c.name.in_((*GIVEN, ZONE)),
            )
            .group_by(settings.c.scope, settings.c.name)
        )
    )
)
_LATELY = (
    select(calls.c.id, calls.c.run_id, calls.c.person_id, calls.c.cost, rooms.c.key)
    .join(rooms, rooms.c.id == calls.c.room_id)
    .order_by(calls.c.id.desc())
    .limit(10_000)
)


@lru_cache(maxsize=1024)
def purses(key: ChannelKey, person_id: str) -> Mapping[Purse, str]:
    """The scopes that a person's call in a room is added to."""
    person = quote(person_id, safe="")
    found = {Purse.PERSON: f"person/{person}", Purse.ALL: "all"}
    if key.person:
        return found
    server, channel, *_ = key.scopes()
    found |= {Purse.CHANNEL: f"in/{channel}", Purse.IN_CHANNEL: f"by/{channel}/{person}"}
    if not key.direct:
        found |= {Purse.SERVER: f"in/{server}", Purse.IN_SERVER: f"by/{server}/{person}"}
    return found


def today(db: Connection, at: datetime) -> date:
    """The day that calls belong to now: that of the clock, or the newest that anything was spent on, should
    that be later. One that is more than a month ahead was a clock's mistake: from it on, each day that goes
    by on the clock that nobody sets opens one."""
    day = at.astimezone(UTC).date()
    written: str | None = db.execute(_NEWEST).scalar_one()
    newest = date.fromisoformat(written) if written else day
    if newest <= day:
        return day
    recent = recent_of(db)
    return recent.after(newest) if recent and newest - day > MISTAKEN else newest


def spending(db: Connection, key: ChannelKey, person_id: str, *, at: datetime) -> Spending:
    """What was spent of every purse that a call would be in, and what its moderators have set. The last
    minute is known to the connection that writes."""
    scopes, day = purses(key, person_id), today(db, at)
    spans = _periods(day)
    which = {scope: purse for purse, scope in scopes.items()}
    sums: dict[tuple[Purse, Span], Spent] = {}
    for row in db.execute(_SUMS, {"scopes": list(which), "periods": list(spans)}):
        sums[which[row.scope], spans[row.period]] = Spent(row.requests, row.cost)
    if recent := recent_of(db):
        sums |= {(purse, Span.MINUTE): recent.spent(scope) for purse, scope in scopes.items()}
    within = [scopes[Purse.PERSON], *(() if key.person else key.scopes()[int(key.direct) : 2])]
    found = {row.name: row.value for row in db.execute(_SET, {"scopes": within}) if row.value}
    given = {purse: found[name] for name, purse in GIVEN.items() if name in found}
    mistaken = day - at.astimezone(UTC).date() > MISTAKEN
    return Spending(sums, given, found.get(ZONE, ""), None if mistaken else day)


def add(
    db: Connection, key: ChannelKey, person_id: str, day: date, *, requests: int = 0, cost: Decimal
) -> Sequence[str]:
    """Add to the sums of a day and its month; less than nothing takes away. The scopes it was added to."""
    scopes = tuple(purses(key, person_id).values())
    if requests or cost:
        _add(db, scopes, tuple(_periods(day)), requests, cost)
    return scopes


def _add(
    db: Connection, scopes: tuple[str, ...], periods: tuple[str, ...], requests: int, cost: Decimal
) -> None:
    """Add to the sums of all these scopes in all these periods."""
    sums = {"scopes": _listed(scopes), "periods": _listed(periods)}
    db.execute(_ADD, {**sums, "more_requests": requests, "more_cost": cost})


@lru_cache(maxsize=1024)
def _listed(words: tuple[str, ...]) -> str:
    return json.dumps(words)


def remember_minute(db: Connection, monotonic: Callable[[], float]) -> None:
    """Know from now on what this connection writes within a minute. What the process before it has written
    counts as if it were written now: a start opens nothing."""
    recent, since = Recent(monotonic), datetime.now(UTC) - timedelta(seconds=WINDOW)
    runs: set[int] = set()
    for row in db.execute(_LATELY.where(calls.c.at > since)):
        scopes = tuple(purses(ChannelKey.parse(row.key), row.person_id).values())
        recent.add(row.id, scopes, int(row.run_id not in runs), row.cost)
        runs.add(row.run_id)
    keep(db, recent)


def move_spent(db: Connection, old: ChannelKey, new: ChannelKey) -> None:
    """A chat has another key: what was spent there was spent here; of its server, too, when it was that."""
    pairs = [(old.scopes()[1], new.scopes()[1])]
    if old.space == old.channel:
        pairs.append((old.scopes()[0], new.scopes()[0]))
    for was, is_ in pairs:
        for row in db.execute(select(spent).where(_of_scope(was))).all():
            if "/" in row.scope[len(f"by/{was}/") :]:
                continue  # of a channel in it
            scope = row.scope[:3] + is_ + row.scope[3 + len(was) :]
            _add(db, (scope,), (row.period,), row.requests, row.cost)
            db.execute(delete(spent).where(spent.c.scope == row.scope, spent.c.period == row.period))


def _of_scope(scope: str) -> Any:
    """Sums of a scope, and of people in it: `0` is what follows a slash."""
    people = (spent.c.scope >= f"by/{scope}/") & (spent.c.scope < f"by/{scope}0")
    return (spent.c.scope == f"in/{scope}") | people


@lru_cache(maxsize=8)
def _periods(day: date) -> Mapping[str, Span]:
    """A day and its month, as they are kept."""
    return {f"{day:%Y-%m-%d}": Span.DAY, f"{day:%Y-%m}": Span.MONTH}
