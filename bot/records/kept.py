"""What else is kept: facts, timers, lists of models, what platforms told."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import ModelFacts


@dataclass(frozen=True, slots=True)
class Fact:
    """What a person has asked to be remembered in a room. `number`: of their own there, never used twice."""

    number: int
    text: str = field(repr=False)
    created_at: datetime
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due later. `payload` is JSON."""

    id: int
    due: datetime
    kind: str
    payload: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """What an account listed, and when. `source`: the wire format and the address that were asked."""

    source: str
    models: tuple[ModelFacts, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Something a platform told us, as it told it. `id` is ours, `update_id` the platform's, `body` JSON."""

    id: int
    update_id: int
    body: str = field(repr=False)
