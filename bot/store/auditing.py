"""The audit: which changes are written down, and how, in the same commit as the change.

A unit that is named in `TOLD` gets an entry; everything else about it stays in its own module.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import unquote

from sqlalchemy import Connection, Row, and_, false, func, insert, or_, select

from bot import acting
from bot.messages import ChannelKey, Person
from bot.messages.people import ALONE
from bot.records import Audited, Bar, Deed, Erasure, Order, Setting
from bot.runs import RunKind
from bot.store import accepting, ending, knowledge, moderating, rooms, settings
from bot.store.database.prepared import prepared
from bot.store.privacy import deleting, erasing
from bot.store.tables import audit
from bot.store.tables import settings as versions

T = TypeVar("T")
A = ParamSpec("A")

PLAIN: Final = frozenset(
    {
        "model",
        "style",
        "tools",
        "listen",
        "keep_days",
        "tuning",
        "budget.channel",
        "budget.server",
        "moderation",
        "moderation_alerts",
        "moderation_thresholds",
        "moderation_unavailable",
    }
)
"""Settings whose values are nobody's words: they are written out. Of others the version's number is."""

LONGEST: Final = 500
"""Characters of a value that is written out."""

PRIVATE: Final = "private"
"""Where something was when a room of one person has no number yet: it may be anybody's."""

_REST: Final = ("scope", "door", "subject", "target", "before", "after", "count", "id")
_INSERT = prepared(insert(audit))


@dataclass(frozen=True, slots=True)
class Told:
    """`acts`: whose doing a unit may be, any when there are none; `entry`: what is written down after it,
    given what was asked of it and what came of it. None: nothing."""

    entry: Callable[[Connection, Deed | None, Mapping[str, Any], Any], Audited | None]
    names: tuple[str, ...]
    acts: frozenset[str] = frozenset()


def unit_with_entry(
    unit: Callable[Concatenate[Connection, A], T], *args: A.args, **kwargs: A.kwargs
) -> Callable[[Connection], T]:
    """The unit with its arguments; when it is told of, with its entry. Called by who does it, not by the
    thread that writes: it asks who that is."""
    about = TOLD.get(unit)
    if about is None:
        return lambda db: unit(db, *args, **kwargs)
    deed = acting.taken(about.acts)
    given = {**dict(zip(about.names, args, strict=False)), **kwargs}

    def both(db: Connection) -> T:
        result = unit(db, *args, **kwargs)
        if entry := about.entry(db, deed, given, result):
            write(db, entry)
        return result

    return both


def write(db: Connection, entry: Audited) -> None:
    """Add an entry."""
    db.execute(_INSERT, entry.columns)


def note(
    db: Connection,
    deed: Deed,
    decision: str,
    *,
    at: datetime,
    subject: str = "",
    count: int = 1,
    after: str = "",
) -> None:
    """Write down what changes nothing else."""
    scope = scope_of(db, deed.key)
    entry = Audited(at, deed.person, deed.act, decision, scope, deed.door, subject)
    write(db, replace(entry, count=count, after=after or None))


def audited(
    db: Connection,
    key: ChannelKey | None = None,
    *,
    since: datetime | None = None,
    who: str = "",
    before: int | None = None,
    limit: int,
) -> Sequence[Audited]:
    """The newest first."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if key is not None:
        query = query.where(_within(db, key))
    if since is not None:
        query = query.where(audit.c.at >= since)
    if before is not None:
        query = query.where(audit.c.id < before)
    if who:
        named = func.lower(audit.c.person_name).contains(who.lower(), autoescape=True)
        query = query.where(or_(audit.c.person_id == who, audit.c.target == who, named))
    return [told(row) for row in db.execute(query)]


def _within(db: Connection, key: ChannelKey) -> Any:
    """What concerns a room: itself, its channel with all threads, its server."""
    if _hidden(key):
        scope = scope_of(db, key)
        return false() if scope == PRIVATE else audit.c.scope == scope
    channel = key.scopes()[1]
    threads = and_(audit.c.scope >= f"{channel}/", audit.c.scope < f"{channel}0")
    return or_(audit.c.scope.in_(key.scopes()), threads)


def told(row: Row[Any]) -> Audited:
    """A row as an entry."""
    person = Person(row.person_id, row.person_name)
    rest = {name: row._mapping[name] for name in _REST}  # noqa: SLF001  # SQLAlchemy's public name
    return Audited(row.at, person, row.act, row.decision, **rest)


def scope_of(db: Connection, key: ChannelKey | None) -> str:
    """Where something was: of a room that is one person's, its number alone, which is nobody's name."""
    if key is None:
        return ""
    if not _hidden(key):
        return key.scope
    number = rooms.room_id(db, key)
    return PRIVATE if number is None else f"room/{number}"


def _hidden(key: ChannelKey) -> bool:
    return bool(key.person) or key.direct


# What the units say.


def _deed(db: Connection, deed: Deed | None, given: Mapping[str, Any], **told: Any) -> Audited | None:
    """Somebody's deed. What nobody did, as far as it is known, is the platform's, or follows from a deed."""
    if deed is None:
        return None
    at = given.get("at") or datetime.now(UTC)
    return Audited(at, deed.person, deed.act, scope=scope_of(db, deed.key), door=deed.door, **told)


def _setting(
    db: Connection, deed: Deed | None, given: Mapping[str, Any], made: Setting | None
) -> Audited | None:
    scope, name = given["scope"], given["name"]
    by = deed.person if deed else given["by"]
    if made is None or by.bot or (deed is None and (scope.startswith("person/") or name == "title")):
        return None
    same = (versions.c.scope == scope) & (versions.c.name == name) & (versions.c.id < made.version)
    last = db.execute(select(versions).where(same).order_by(versions.c.id.desc()).limit(1)).one_or_none()
    old = _value(name, last.id, last.value) if last else None
    told = {"subject": name, "before": old, "after": _value(name, made.version, made.value)}
    act, door = (deed.act, deed.door) if deed else ("change", "")
    where = _where(db, scope, deed.key if deed else None)
    return Audited(given["at"], by, act, scope=where, door=door, **told)


def _where(db: Connection, scope: str, key: ChannelKey | None) -> str:
    """Where a setting is kept, without the name of a person in it."""
    if scope.startswith("person/"):
        return "person"
    if key is not None and _hidden(key):
        return scope_of(db, key)
    space = scope.split("/")[2:3]
    return "private" if space and unquote(space[0]) in ALONE else scope


def _value(name: str, version: int, value: str | None) -> str | None:
    """A value as it is written down; None: it was cleared."""
    if value is None:
        return None
    return value[:LONGEST] if name in PLAIN else f"version {version}"


def _accepted(db: Connection, deed: Deed | None, given: Mapping[str, Any], made: Any) -> Audited | None:
    order: Order = given["order"]
    if order.kind is not RunKind.LEARN or made.duplicate:
        return None
    return _deed(db, deed, given, subject="file", after=f"message {made.message_id}")


def _unlearned(db: Connection, deed: Deed | None, given: Mapping[str, Any], gone: bool) -> Audited | None:
    return _deed(db, deed, given, subject=f"file {given['file_id']}") if gone else None


def _message(db: Connection, deed: Deed | None, given: Mapping[str, Any], _: Any) -> Audited | None:
    return _deed(db, deed, given, subject=f"message {given['message_id']}")


def _stopped(db: Connection, deed: Deed | None, given: Mapping[str, Any], _: Any) -> Audited | None:
    return _deed(db, deed, given, subject=f"answer {given['run_id']}")


def _anew(db: Connection, deed: Deed | None, given: Mapping[str, Any], done: bool) -> Audited | None:
    return _deed(db, deed, given, subject="conversation") if done else None


def _barred(db: Connection, deed: Deed | None, given: Mapping[str, Any], _: None) -> Audited | None:
    made: Bar = given["made"]
    told = {"subject": "person", "target": made.person_id, "after": f"out until {made.until:%Y-%m-%d %H:%M}"}
    return _deed(db, deed, given, **told)


def _alert(db: Connection, deed: Deed | None, given: Mapping[str, Any], _: None) -> Audited | None:
    alert = given["alert"]
    told = {"subject": f"alert {alert.run_id}", "after": ", ".join(alert.done) or None}
    return _deed(db, deed, given, target=alert.person_id, **told)


def _forgotten(db: Connection, deed: Deed | None, given: Mapping[str, Any], made: Erasure) -> Audited | None:
    return _deed(db, deed, given, subject="person") if made.asked_at == given["at"] else None


_MODERATED: Final = frozenset({"delete", "moderate"})

TOLD: Final[Mapping[Callable[..., Any], Told]] = {
    settings.change_setting: Told(_setting, ("scope", "name", "value", "by")),
    accepting.accept: Told(_accepted, ("said", "order"), frozenset({"change_knowledge"})),
    knowledge.unlearn: Told(_unlearned, ("scope", "file_id"), frozenset({"change_knowledge"})),
    deleting.delete: Told(_message, ("message_id",), _MODERATED),
    ending.cancel: Told(_stopped, ("run_id",), frozenset({"stop"})),
    rooms.forget: Told(_anew, ("key",), frozenset({"start_anew"})),
    moderating.bar: Told(_barred, ("made",), frozenset({"moderate"})),
    moderating.write_alert: Told(_alert, ("alert",), frozenset({"moderate"})),
    erasing.begin: Told(_forgotten, ("person_id",), frozenset({"be_forgotten"})),
}
"""Every unit that is told of."""
