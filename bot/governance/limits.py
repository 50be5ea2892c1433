"""What may be spent: what the operator states, and what moderators give of it. Pure; US dollars."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Final

from bot.records import Purse, Span
from bot.settings import SpendLimits


class Unit(StrEnum):
    """What is counted: money, or questions, however many calls each takes."""

    DOLLARS = "dollars"
    REQUESTS = "requests"


Which = tuple[Purse, Span, Unit]


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of a purse in a span. `given`: moderators have set it."""

    purse: Purse
    span: Span
    unit: Unit
    most: Decimal
    given: bool = False

    @property
    def which(self) -> Which:
        """What it limits."""
        return self.purse, self.span, self.unit


STATED: Final = (Purse.PERSON, Purse.CHANNEL, Purse.SERVER, Purse.ALL)
"""The purses that the operator limits."""

INSIDE: Final[Mapping[Purse, Purse]] = {Purse.CHANNEL: Purse.IN_CHANNEL, Purse.SERVER: Purse.IN_SERVER}
"""What each person may spend of a purse that its moderators divide."""

WIDER: Final[Mapping[Purse, tuple[Purse, ...]]] = {
    Purse.IN_CHANNEL: (Purse.PERSON, Purse.IN_SERVER, Purse.CHANNEL, Purse.SERVER, Purse.ALL),
    Purse.IN_SERVER: (Purse.PERSON, Purse.SERVER, Purse.ALL),
    Purse.CHANNEL: (Purse.SERVER, Purse.ALL),
    Purse.SERVER: (Purse.ALL,),
}
"""Which limits bind a purse beside its own: nobody gives more than they were given."""


@lru_cache(maxsize=8)
def stated(limits: SpendLimits) -> tuple[Limit, ...]:
    """The operator's, of those that there are."""
    return tuple(_stated(limits))


def _stated(limits: SpendLimits) -> Iterator[Limit]:
    for purse in STATED:
        for span in Span:
            for unit, name in ((Unit.DOLLARS, "per"), (Unit.REQUESTS, "requests_per")):
                most = getattr(limits, f"{name}_{purse}_{span}")
                if most is not None:
                    yield Limit(purse, span, unit, Decimal(most))


def given(kept: Mapping[Purse, str]) -> tuple[Limit, ...]:
    """Those that the moderators of a channel and of its server have set."""
    return tuple(limit for purse, value in kept.items() for limit in read(purse, value))


@lru_cache(maxsize=1024)
def read(purse: Purse, value: str) -> tuple[Limit, ...]:
    """A setting as limits: of the purse, and of each person's part in it. What is none is left out."""
    try:
        table = json.loads(value or "{}")
    except ValueError:
        return ()
    found = table.items() if isinstance(table, dict) else ()
    return tuple(filter(None, (_read(purse, name, most) for name, most in found)))


def write(limits: Mapping[Which, Decimal]) -> str | None:
    """What `read` reads back; None: nothing."""
    table = {
        ".".join(("each" if purse in INSIDE.values() else "all", span, unit)): f"{most:f}"
        for (purse, span, unit), most in limits.items()
    }
    return json.dumps(table, sort_keys=True) if table else None


def _read(purse: Purse, name: str, most: object) -> Limit | None:
    try:
        whose, span, unit = name.split(".")
        inside = INSIDE[purse] if whose == "each" else purse
        limit = Limit(inside, Span(span), Unit(unit), Decimal(str(most)), given=True)
    except (ValueError, KeyError, InvalidOperation):
        return None
    return limit if limit.most.is_finite() and limit.most >= 0 else None


def holding(limits: SpendLimits, kept: Mapping[Purse, str]) -> tuple[Limit, ...]:
    """All that hold for a call."""
    return stated(limits) + given(kept) if kept else stated(limits)


def bound(which: Which, limits: SpendLimits, kept: Mapping[Purse, str]) -> Limit | None:
    """The tightest limit above a purse's own that moderators may not pass; None: there is none."""
    purse, span, unit = which
    above = [
        limit
        for limit in holding(limits, kept)
        if (limit.span, limit.unit) == (span, unit)
        and (limit.purse in WIDER[purse] or (limit.purse is purse and not limit.given))
    ]
    return min(above, key=lambda limit: limit.most, default=None)
