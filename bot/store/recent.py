"""What was spent within the last minute, by a clock that nobody sets: one that jumps opens nothing."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from bot.records import Spent

NOTHING: Final = Spent()

WINDOW: Final = 60.0
"""Seconds that a minute has."""

DAY: Final = 86_400.0
"""And a day."""


@dataclass(slots=True)
class _Call:
    id: int
    at: float
    scopes: tuple[str, ...]
    requests: int
    cost: Decimal


@dataclass(slots=True)
class _Sum:
    began: deque[float] = field(default_factory=deque)
    requests: int = 0
    cost: Decimal = Decimal(0)


class Recent:
    """The calls of the last minute, added up by scope. Used by the thread that writes alone."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._calls: deque[_Call] = deque()
        self._by_id: dict[int, _Call] = {}
        self._sums: defaultdict[str, _Sum] = defaultdict(_Sum)
        self._day = (date.min, 0.0)

    def add(self, call_id: int, scopes: Sequence[str], requests: int, cost: Decimal) -> None:
        """A call is reserved."""
        self._expire()
        call = _Call(call_id, self._monotonic(), tuple(scopes), requests, cost)
        self._calls.append(call)
        self._by_id[call_id] = call
        for scope in call.scopes:
            kept = self._sums[scope]
            kept.began.append(call.at)
            kept.requests += requests
            kept.cost += cost

    def settle(self, call_id: int, cost: Decimal) -> None:
        """What it did cost, if it began within the minute."""
        if call := self._by_id.get(call_id):
            for scope in call.scopes:
                self._sums[scope].cost += cost - call.cost
            call.cost = cost

    def spent(self, scope: str) -> Spent:
        """What was spent there."""
        self._expire()
        if (kept := self._sums.get(scope)) is None:
            return NOTHING
        return Spent(kept.requests, kept.cost, max(0.0, kept.began[0] + WINDOW - self._monotonic()))

    def after(self, newest: date) -> date:
        """The newest day that was written to; the next when it has been that for as long as a day is."""
        if newest != self._day[0]:
            self._day = (newest, self._monotonic())
        return newest + timedelta(days=int(self._monotonic() - self._day[1] >= DAY))

    def _expire(self) -> None:
        """Let go of what is older."""
        oldest = self._monotonic() - WINDOW
        while self._calls and self._calls[0].at <= oldest:
            call = self._calls.popleft()
            if self._by_id.get(call.id) is call:
                del self._by_id[call.id]
            for scope in call.scopes:
                self._leave(scope, call)

    def _leave(self, scope: str, call: _Call) -> None:
        kept = self._sums[scope]
        kept.began.popleft()
        kept.requests -= call.requests
        kept.cost -= call.cost
        if not kept.began:
            del self._sums[scope]


_KEPT: "WeakKeyDictionary[Connection, Recent]" = WeakKeyDictionary()


def keep(db: Connection, recent: Recent) -> None:
    """From now on the calls that this connection writes are remembered."""
    _KEPT[db] = recent


def recent_of(db: Connection) -> Recent | None:
    """What this connection wrote within the last minute; None: it does not write."""
    return _KEPT.get(db)
