"""What was spent, of which purse and in which span."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Purse(StrEnum):
    """Whose money a call is. It is always in several purses at once."""

    PERSON = "person"
    CHANNEL = "channel"
    SERVER = "server"
    ALL = "all"
    IN_CHANNEL = "person in channel"
    """What one person spends in one channel, its threads included."""
    IN_SERVER = "person in server"


class Span(StrEnum):
    """How long a limit holds: the last 60 seconds, or a day or a month of UTC."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Spent:
    """How many questions, and US dollars, reservations included. `opens`: of a minute, after how many seconds
    the oldest of it is over."""

    requests: int = 0
    cost: Decimal = Decimal(0)
    opens: float = 0.0


NOTHING = Spent()


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent of the purses that a call would be in.

    `given`: what the moderators of its channel and its server have set, as it is kept. `zone`: the person's
    time zone, or nothing. `day`: the day (UTC) it is of, unless a clock's mistake made that one.
    """

    sums: Mapping[tuple[Purse, Span], Spent] = field(default_factory=dict)
    given: Mapping[Purse, str] = field(default_factory=dict)
    zone: str = ""
    day: date | None = None

    def of(self, purse: Purse, span: Span = Span.DAY) -> Spent:
        """The sum of a purse in a span."""
        return self.sums.get((purse, span), NOTHING)
