"""What the operator's page asks of the store: rooms, sums and calls; other tables are in `overview`."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, not_, select

from bot.messages import ChannelKey, Person
from bot.messages.people import ALONE
from bot.records import Version
from bot.records.overseeing import (
    AlertSeen,
    AuditSeen,
    CallSeen,
    Counts,
    DaySpent,
    KeptSeen,
    RoomSeen,
    RunSeen,
    Share,
    Sheet,
    View,
)
from bot.store import overview
from bot.store.database.prepared import prepared
from bot.store.overview import COUNTED, WINDOW, paged, spoken_in
from bot.store.places import channel_of, private, title_of
from bot.store.promises.tooling import Tooling
from bot.store.settings import settings_of, versions
from bot.store.tables import alerts, calls, rooms, runs, spent

CALLS: Final = 50_000
"""The newest calls that are added up by model and person."""
LATELY: Final = 2_000
"""The newest calls that say how fast and how well models answer."""

_newest_rooms = select(rooms).order_by(rooms.c.last_at.desc()).limit(WINDOW).subquery()
_title, _private = title_of(_newest_rooms), private(_newest_rooms)
_ROOMS = select(_newest_rooms, _title.label("title")).where(not_(_private))
_COLUMNS = {
    "last_at": _newest_rooms.c.last_at,
    "created_at": _newest_rooms.c.created_at,
    "platform": _newest_rooms.c.platform,
    "name": func.coalesce(
        func.nullif(_title, ""), func.nullif(_newest_rooms.c.name, ""), _newest_rooms.c.key
    ),
    "server": _newest_rooms.c.space_name,
    "id": _newest_rooms.c.id,
}
_SUMS = prepared(
    select(spent).where(
        spent.c.scope.in_(bindparam("scopes", expanding=True)),
        spent.c.period.in_(bindparam("periods", expanding=True)),
    )
)
_shared = (
    select(
        calls.c.day,
        calls.c.model,
        calls.c.person_id,
        func.max(calls.c.run_id).label("run_id"),
        func.count().label("calls"),
        func.sum(calls.c.prompt_tokens + calls.c.completion_tokens).label("tokens"),
        func.sum(calls.c.cost).label("cost"),
    )
    .where(
        calls.c.id > select(func.max(calls.c.id) - CALLS).scalar_subquery(),
        calls.c.day >= bindparam("since"),
        calls.c.outcome != "skipped",
    )
    .group_by(calls.c.day, calls.c.model, calls.c.person_id)
    .order_by(func.sum(calls.c.cost).desc())
    .limit(WINDOW)
    .subquery()
)
_SHARES = prepared(select(_shared, runs.c.person_name).join(runs, runs.c.id == _shared.c.run_id))
_LATELY = prepared(
    select(
        calls.c.model,
        calls.c.outcome,
        calls.c.at,
        calls.c.latency_ms,
        calls.c.first_token_ms,
        calls.c.prompt_tokens,
        calls.c.completion_tokens,
        calls.c.cost,
    )
    .order_by(calls.c.id.desc())
    .limit(LATELY)
)
_COUNTED = select(
    func.count().label("rooms"),
    func.count().filter(_private).label("private"),
    func.count().filter(_private, _newest_rooms.c.last_at >= bindparam("today")).label("private_today"),
)
_newest_alerts = select(alerts.c.closed_at).order_by(alerts.c.run_id.desc()).limit(COUNTED).subquery()
_OPEN = select(func.count()).where(_newest_alerts.c.closed_at.is_(None))


class Overseen(Tooling):
    """`bot.ports.overseeing`."""

    async def rooms_seen(self, view: View, *, at: datetime) -> Sheet[RoomSeen]:
        """Rooms, the last used first."""
        return await self._read(rooms_seen, view, f"{at:%Y-%m}")

    async def runs_seen(self, view: View) -> Sheet[RunSeen]:
        """Answers."""
        return await self._read(overview.runs_seen, view)

    async def unended_seen(self) -> Sequence[RunSeen]:
        """What waits or is worked on."""
        return await self._read(overview.unended_seen)

    async def alerts_seen(self, view: View) -> Sheet[AlertSeen]:
        """What moderators were told."""
        return await self._read(overview.alerts_seen, view)

    async def budgets_seen(self, view: View) -> Sheet[KeptSeen]:
        """What moderators gave."""
        return await self._read(overview.kept_seen, overview.BUDGETS, view)

    async def personas_seen(self, view: View) -> Sheet[KeptSeen]:
        """Personas of rooms and servers."""
        return await self._read(overview.kept_seen, overview.PERSONAS, view)

    async def audit_seen(self, view: View) -> Sheet[AuditSeen]:
        """Who did what."""
        return await self._read(overview.audit_seen, view)

    async def sums(self, scopes: Sequence[str], periods: Sequence[str]) -> dict[str, list[DaySpent]]:
        """What was spent of some purses."""
        return await self._read(sums, scopes, periods)

    async def shares(self, *, since: date) -> Sequence[Share]:
        """Who used what."""
        return await self._read(shares, since)

    async def calls_seen(self) -> Sequence[CallSeen]:
        """The newest calls."""
        return await self._read(lambda db: [CallSeen(*row) for row in db.execute(_LATELY)])

    async def counts(self, *, today: datetime) -> Counts:
        """How many rooms there are."""
        return await self._read(counts, today)

    async def versions_seen(self, scope: str, name: str, *, limit: int) -> Sequence[Version]:
        """What a setting of a room or a server has been."""
        if scope.startswith("person/") or "".join(scope.split("/")[2:3]) in ALONE:
            return []
        return await self._read(versions, scope, name, limit=limit)


def rooms_seen(db: Connection, view: View, month: str) -> Sheet[RoomSeen]:
    """A page of rooms; what is counted is so for these alone."""
    its = _newest_rooms.c
    within = (its.key, its.name, its.space_name, func.coalesce(_title, ""))
    rows, more = paged(db, _ROOMS, view, {**_COLUMNS, "spent": _spent_in(month)}, within)
    scopes = [f"in/{ChannelKey.parse(row.key).scopes()[1]}" for row in rows]
    costs = {scope: days[0].cost for scope, days in sums(db, scopes, [month]).items()}
    return Sheet(
        [_room(db, row, costs.get(scope, Decimal(0))) for row, scope in zip(rows, scopes, strict=True)], more
    )


def _spent_in(month: str) -> Any:
    """What a room's channel spent in a month."""
    its = select(spent.c.cost).where(
        spent.c.scope == "in/" + channel_of(_newest_rooms.c.key), spent.c.period == month
    )
    return func.coalesce(its.correlate(_newest_rooms).scalar_subquery(), 0)


def _room(db: Connection, row: Row[Any], cost: Decimal) -> RoomSeen:
    key = ChannelKey.parse(row.key)
    held = settings_of(db, key)
    return RoomSeen(
        row.id,
        key,
        row.title or "",
        row.name,
        row.space_name,
        row.created_at,
        row.last_at,
        db.execute(spoken_in(row.id)).scalar_one(),
        cost,
        held.value("persona"),
        held.value("model") or "",
    )


def sums(db: Connection, scopes: Sequence[str], periods: Sequence[str]) -> dict[str, list[DaySpent]]:
    """What was spent of some purses in some days or months, in their order."""
    found: dict[str, list[DaySpent]] = {}
    for row in db.execute(_SUMS, {"scopes": list(dict.fromkeys(scopes)), "periods": list(periods)}):
        found.setdefault(row.scope, []).append(DaySpent(row.period, row.requests, row.cost))
    return found


def shares(db: Connection, since: date) -> Sequence[Share]:
    """Who used what since a day, with the names that they had last."""
    return [
        Share(row.day, row.model, Person(row.person_id, row.person_name), row.calls, row.tokens, row.cost)
        for row in db.execute(_SHARES, {"since": since})
    ]


def counts(db: Connection, today: datetime) -> Counts:
    """Among the rooms that were used last, and of the newest alerts those that are open."""
    row = db.execute(_COUNTED, {"today": today}).one()
    opened = db.execute(_OPEN).scalar_one()
    return Counts(row.rooms - row.private, row.private, row.private_today, opened)
