"""What the operator's page shows: rows of tables, without anybody's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bot.messages import ChannelKey, Person
from bot.records.auditing import Audited

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a table: ordered by a column, what contains `find`, what equals `where`, which page of
    how many rows. An empty `sort`: as the table has it."""

    sort: str = ""
    descending: bool = True
    find: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    size: int = 25


@dataclass(frozen=True, slots=True)
class Sheet(Generic[R]):
    """A page of a table; `more`: there is another one."""

    rows: Sequence[R]
    more: bool = False


@dataclass(frozen=True, slots=True)
class RoomSeen:
    """A room. `messages`: how many people wrote, up to a bound; `spent`: by its channel this month."""

    id: int
    key: ChannelKey
    title: str
    name: str
    server: str
    created_at: datetime
    last_at: datetime
    messages: int = 0
    spent: Decimal = Decimal(0)
    persona: str | None = field(default=None, repr=False)
    model: str = ""


@dataclass(frozen=True, slots=True)
class RunSeen:
    """An answer, and what all its calls used."""

    id: int
    room_id: int
    key: ChannelKey
    room: str
    kind: str
    status: str
    model: str
    person: Person
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    last_error: str
    tokens: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """Something that moderators were told. `told`: without what it repeats of a message."""

    id: int
    of_run: int
    key: ChannelKey
    room: str
    person: Person
    at: datetime
    closed_at: datetime | None
    done: tuple[str, ...]
    told: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptSeen:
    """The newest version of a setting, and how many there are, counted up to a bound. `place`: what its scope
    is called, as far as it is known."""

    scope: str
    name: str
    value: str | None = field(repr=False)
    by: Person
    at: datetime
    reason: str = field(repr=False)
    versions: int = 1
    place: str = ""


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """An entry, and what its scope is called."""

    entry: Audited
    place: str = ""


@dataclass(frozen=True, slots=True)
class DaySpent:
    """What was spent of a purse in a day or month of UTC, reservations included."""

    period: str
    requests: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """What was used on one day of one model by one person."""

    day: date
    model: str
    person: Person
    calls: int
    tokens: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class CallSeen:
    """One call of a model, as its speed and its outcome go."""

    model: str
    outcome: str
    at: datetime
    latency_ms: int
    first_token_ms: int | None
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Counts:
    """Rooms among those that were used last, counted up to a bound: of many, and of one person alone."""

    rooms: int
    private: int
    private_today: int
    alerts: int
