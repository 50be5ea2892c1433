"""Tables for whoever watches over all rooms. Each is a window: what is newest, found by an index and bounded;
it is ordered, searched and paged within that. Rooms of one person alone are left out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
)

from bot.messages import ChannelKey, Person
from bot.messages.people import ALONE
from bot.records import Audited
from bot.records.overseeing import AlertSeen, AuditSeen, KeptSeen, RunSeen, Sheet, View
from bot.store.moderating import QUOTED
from bot.store.places import place_of, private, space_of, title_of
from bot.store.runs import answers
from bot.store.tables import alerts, audit, calls, messages, rooms, runs, settings

WINDOW: Final = 10_000
"""Rows of a table that are looked at."""
COUNTED: Final = 10_000
"""Up to so many are counted; more are "at least so many"."""
FEW: Final = 100
"""Versions of a setting that are counted."""


def _newest(table: Any) -> Any:
    """The rows with the largest ids."""
    first = select(func.max(table.c.id) - WINDOW).scalar_subquery()
    return select(table).where(table.c.id > first).limit(WINDOW)


_newest_runs = _newest(runs).subquery()
_RUNS = (
    select(
        _newest_runs,
        rooms.c.key,
        func.coalesce(func.nullif(title_of(rooms), ""), func.nullif(rooms.c.name, ""), "").label("room"),
    )
    .outerjoin(rooms, rooms.c.id == _newest_runs.c.room_id)
    .where(not_(private(rooms)))
)
_UNENDED = (
    select(runs, rooms.c.key, literal("").label("room"))
    .join(rooms, rooms.c.id == runs.c.room_id)
    .where(runs.c.ended_at.is_(None))
    .order_by(runs.c.id)
    .limit(FEW)
)
_TOKENS = func.sum(calls.c.prompt_tokens + calls.c.completion_tokens)
_COST = func.sum(calls.c.cost)
_MADE = calls.c.outcome != "skipped"
_USED = (
    select(calls.c.run_id, _TOKENS.label("tokens"), _COST.label("cost")).where(_MADE).group_by(calls.c.run_id)
)

_newest_alerts = select(alerts).order_by(alerts.c.run_id.desc()).limit(WINDOW).subquery()
_of = runs.alias("of")
_ALERTS = (
    select(
        _newest_alerts,
        rooms.c.key,
        func.coalesce(func.nullif(title_of(rooms), ""), rooms.c.name).label("room"),
        _of.c.person_name,
        runs.c.created_at,
        runs.c.incomplete,
        answers.c.notice,
    )
    .select_from(_newest_alerts)
    .join(runs, runs.c.id == _newest_alerts.c.run_id)
    .join(_of, _of.c.id == _newest_alerts.c.of_run)
    .outerjoin(rooms, rooms.c.id == _of.c.room_id)
    .outerjoin(answers, and_(answers.c.question_id == runs.c.question_id, answers.c.deleted_at.is_(None)))
    .where(not_(private(rooms)))
)

_others = settings.alias("others")
_versions = (
    select(func.count())
    .select_from(
        select(_others.c.id)
        .where(_others.c.scope == settings.c.scope, _others.c.name == settings.c.name)
        .limit(FEW)
        .correlate(settings)
        .subquery()
    )
    .scalar_subquery()
)
_place = place_of(settings.c.scope)


def _kept_as(named: Callable[[Any], ColumnElement[bool]]) -> Select[Any]:
    """The newest versions of settings of these names: what is set in private is left out."""
    lately = select(settings).where(named(settings.c.name)).order_by(settings.c.id.desc()).limit(WINDOW)
    its = lately.subquery().c
    newest = select(func.max(its.id).label("id")).group_by(its.scope, its.name).subquery()
    return (
        select(settings, _versions.label("versions"), _place.label("place"))
        .join(newest, newest.c.id == settings.c.id)
        .where(settings.c.scope.not_like("person/%"), space_of(settings.c.scope).not_in(sorted(ALONE)))
    )


BUDGETS: Final = _kept_as(lambda name: name.in_(("budget.channel", "budget.server")))
PERSONAS: Final = _kept_as(lambda name: or_(name == "persona", and_(name >= "persona:", name < "persona;")))
_newest_audit = _newest(audit).subquery()
_audited_at = place_of(_newest_audit.c.scope)
_AUDIT = select(_newest_audit, _audited_at.label("place"))

Columns = Mapping[str, Any]


def paged(
    db: Connection, query: Select[Any], view: View, columns: Columns, found_in: Sequence[ColumnElement[Any]]
) -> tuple[Sequence[Row[Any]], bool]:
    """A page of a window, and whether there is another. Unknown columns order and choose nothing."""
    for name, wanted in view.where.items():
        if name in columns:
            query = query.where(cast(columns[name], Text) == wanted)
    if view.find:
        query = query.where(
            or_(*(func.lower(each).contains(view.find.lower(), autoescape=True) for each in found_in))
        )
    first = next(iter(columns.values()))
    ordered = columns.get(view.sort, first)
    turned = [each.desc() if view.descending else each.asc() for each in (ordered, first)]
    rows = db.execute(query.order_by(*turned).limit(view.size + 1).offset((view.page - 1) * view.size)).all()
    return rows[: view.size], len(rows) > view.size


def _of_its_calls(summed: ColumnElement[Any]) -> ColumnElement[Any]:
    """A sum of a run's calls."""
    its = select(summed).where(_MADE, calls.c.run_id == _newest_runs.c.id)
    return func.coalesce(its.correlate(_newest_runs).scalar_subquery(), 0)


RUN_COLUMNS: Final[Columns] = {
    "id": _newest_runs.c.id,
    "status": _newest_runs.c.status,
    "kind": _newest_runs.c.kind,
    "model": _newest_runs.c.model,
    "person": _newest_runs.c.person_name,
    "room": rooms.c.key,
    "room_id": _newest_runs.c.room_id,
    "created_at": _newest_runs.c.created_at,
    "ended_at": _newest_runs.c.ended_at,
    "took": func.julianday(_newest_runs.c.ended_at) - func.julianday(_newest_runs.c.started_at),
    "tokens": _of_its_calls(_TOKENS),
    "cost": _of_its_calls(_COST),
    "last_error": _newest_runs.c.last_error,
}
ALERT_COLUMNS: Final[Columns] = {
    "id": _newest_alerts.c.run_id,
    "state": case((_newest_alerts.c.closed_at.is_(None), "open"), else_="closed"),
    "person": _of.c.person_name,
    "room": rooms.c.key,
    "at": runs.c.created_at,
}
SETTING_COLUMNS: Final[Columns] = {
    "id": settings.c.id,
    "at": settings.c.at,
    "scope": settings.c.scope,
    "name": settings.c.name,
    "by": settings.c.person_name,
    "versions": _versions,
}
AUDIT_COLUMNS: Final[Columns] = {
    "id": _newest_audit.c.id,
    "at": _newest_audit.c.at,
    "person": _newest_audit.c.person_name,
    "act": _newest_audit.c.act,
    "decision": _newest_audit.c.decision,
    "door": _newest_audit.c.door,
    "scope": _newest_audit.c.scope,
}


def runs_seen(db: Connection, view: View) -> Sheet[RunSeen]:
    """Answers, the newest first unless another order is asked for."""
    within = (_newest_runs.c.person_name, _newest_runs.c.model, rooms.c.key, rooms.c.name)
    rows, more = paged(db, _RUNS, view, RUN_COLUMNS, within)
    used = _used(db, [row.id for row in rows])
    return Sheet([_run(row, used.get(row.id)) for row in rows], more)


def unended_seen(db: Connection) -> Sequence[RunSeen]:
    """Runs that wait or are worked on, wherever."""
    rows = db.execute(_UNENDED).all()
    used = _used(db, [row.id for row in rows])
    return [_run(row, used.get(row.id)) for row in rows]


def alerts_seen(db: Connection, view: View) -> Sheet[AlertSeen]:
    """What moderators were told, without what it repeats of messages."""
    rows, more = paged(db, _ALERTS, view, ALERT_COLUMNS, (_of.c.person_name, rooms.c.key, rooms.c.name))
    return Sheet([_alert(row) for row in rows], more)


def kept_seen(db: Connection, query: Select[Any], view: View) -> Sheet[KeptSeen]:
    """Settings as they are now."""
    within = (settings.c.scope, settings.c.name, settings.c.person_name, _place)
    rows, more = paged(db, query, view, SETTING_COLUMNS, within)
    return Sheet([_kept(row) for row in rows], more)


def audit_seen(db: Connection, view: View) -> Sheet[AuditSeen]:
    """Who did what."""
    its = _newest_audit.c
    within = (its.person_name, its.act, its.scope, its.subject, its.door, _audited_at)
    rows, more = paged(db, _AUDIT, view, AUDIT_COLUMNS, within)
    return Sheet([AuditSeen(_audited(row), row.place) for row in rows], more)


def _used(db: Connection, run_ids: Sequence[int]) -> dict[int, Any]:
    """What the calls of some runs used."""
    return {row.run_id: row for row in db.execute(_USED.where(calls.c.run_id.in_(run_ids)))}


def _run(row: Row[Any], used: Any) -> RunSeen:
    return RunSeen(
        row.id,
        row.room_id,
        ChannelKey.parse(row.key),
        row.room or "",
        row.kind,
        row.status,
        row.model,
        Person(row.person_id, row.person_name, row.person_bot),
        row.created_at,
        row.started_at,
        row.ended_at,
        row.last_error,
        *((used.tokens, used.cost) if used else ()),
    )


def _alert(row: Row[Any]) -> AlertSeen:
    told = (row.notice or "").partition(QUOTED)[0]
    done = tuple(filter(None, row.incomplete.split(",")))
    person = Person(row.person_id, row.person_name)
    key = ChannelKey.parse(row.key)
    return AlertSeen(
        row.run_id, row.of_run, key, row.room or "", person, row.created_at, row.closed_at, done, told
    )


def _kept(row: Row[Any]) -> KeptSeen:
    by = Person(row.person_id, row.person_name, row.person_bot)
    return KeptSeen(row.scope, row.name, row.value, by, row.at, row.reason, row.versions, row.place)


def _audited(row: Any) -> Audited:
    person = Person(row.person_id, row.person_name)
    rest = (row.scope, row.door, row.subject, row.target, row.before, row.after, row.count, row.id)
    return Audited(row.at, person, row.act, row.decision, *rest)


def spoken_in(room_id: Any) -> Any:
    """How much people said in a room, counted up to a bound."""
    said = select(messages.c.id).where(messages.c.room_id == room_id, messages.c.role == "user")
    return select(func.count()).select_from(said.limit(COUNTED).subquery())
