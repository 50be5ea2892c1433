"""What calls of AI services cost, before and after."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bot.messages import Price, Usage


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call about to be made, at its worst case in US dollars."""

    model: str
    cost: Decimal
    request: bool = False
    """Whether somebody's question begins with it."""


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of one model, in US dollars. `estimated` counts the calls of which nobody said what they
    used, and `estimated_cost` is their part of the cost."""

    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    estimated: int = 0
    estimated_cost: Decimal = Decimal(0)
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class DayUsed:
    """What one person used of one model on one day (UTC), in US dollars."""

    day: date
    model: str
    person_id: str
    person_name: str
    calls: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a reserved call ended. `cost` None: keep the reservation. Times in milliseconds."""

    call_id: int
    outcome: str
    usage: Usage = Usage()
    cost: Decimal | None = None
    latency_ms: int = 0
    first_token_ms: int | None = None
    calibration: float | None = None
    """Real tokens per estimated one, to be remembered for the model."""
    pictures: int = 0
    price: Price | None = None
    """What the model's price was; None: unknown."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an AI service, as it is accounted for."""

    id: int
    model: str
    outcome: str
    usage: Usage
    cost: Decimal
    latency_ms: int
    first_token_ms: int | None
    at: datetime
    pictures: int = 0
    price: Price | None = None
