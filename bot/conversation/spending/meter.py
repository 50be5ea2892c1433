"""Every attempt at an answer is composed for its model, reserved before it is made, and paid for after."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from bot import metrics
from bot.conversation.prompt.window import Asked
from bot.errors import ProviderRefused, TooLarge
from bot.governance.budgets import actual, check, worst_case
from bot.messages import ModelFacts, Usage
from bot.ports import Clock, Store
from bot.records import Reservation, Settlement
from bot.runs import RunKind
from bot.settings import SpendLimits
from bot.text import estimate_tokens

UNCHARGED = frozenset({"busy", "refused", "key", "down"})
"""Outcomes for which a service charges nothing when it wrote nothing."""


MOST_TOKENS = 100_000_000
"""Of one call: a service that reports more is mistaken."""

OPERATIONS = {RunKind.COMPLETE: "text_completion", RunKind.IMAGINE: "image_generation"}
"""What OpenTelemetry calls a kind of call; the others are `chat`."""


@dataclass(slots=True)
class Attempt:
    """One call in the making."""

    call_id: int
    model: ModelFacts
    asked: Asked
    began: float
    first: float | None = None
    ended: float | None = None
    outcome: str = "lost"
    usage: Usage | None = None
    pieces: list[str] = field(default_factory=list, repr=False)
    pictures: int = 0


class Meter:
    """Follows one run's attempts: the `Meter` that `bot.routes` speaks to."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        limits: SpendLimits,
        compose: Callable[[ModelFacts], Asked],
        *,
        kind: RunKind,
        run_id: int,
        call_id: int = 0,
        reserved: str = "",
    ) -> None:
        """`call_id` was reserved for the model `reserved` when the run started; 0: none was."""
        self._operation = OPERATIONS.get(kind, "chat")
        self._store = store
        self._clock = clock
        self._limits = limits
        self.compose = compose
        """What a model is asked; whoever has found out more puts another in its place."""
        self._run_id = run_id
        self._spare: tuple[int, str] = (call_id, reserved)
        self.attempt: Attempt | None = None

    @property
    def asked(self) -> Asked:
        """What the attempt now being made sends."""
        if self.attempt is None:
            raise RuntimeError("begin() comes before every call")
        return self.attempt.asked

    async def begin(self, model: ModelFacts) -> None:
        """A call is about to be made: its worst case is reserved, the one before is settled. Raises
        BudgetSpent: the first call was allowed, not all that may follow."""
        try:
            asked = self.compose(model)
        except TooLarge as exc:
            raise ProviderRefused(f"too long for {model.id}") from exc
        call_id, reserved = self._spare
        if self.attempt is not None or reserved != model.id:
            reservation, now = Reservation(model.id, priced(model, asked, self._limits)), self._clock.now()
            allow = partial(check, reservation=reservation.cost, limits=self._limits, now=now)
            call_id = await self._store.reserve(
                self._run_id, reservation, self.settlement(), at=now, allow=allow
            )
        self.attempt = Attempt(call_id, model, asked, self._clock.monotonic())

    def renew(self, compose: Callable[[ModelFacts], Asked]) -> None:
        """Another question than the one for which the first call was reserved is asked."""
        self.compose, self._spare = compose, (self._spare[0], "")

    def first(self) -> None:
        """The first piece of the answer has come."""
        if self.attempt:
            self.attempt.first = self._clock.monotonic()

    def wrote(self, text: str) -> None:
        """A piece of the answer has come."""
        if self.attempt:
            self.attempt.pieces.append(text)

    def drew(self) -> None:
        """A picture has come."""
        if self.attempt:
            self.attempt.pictures += 1

    def ended(self, outcome: str, usage: Usage | None) -> None:
        """The attempt is over."""
        if self.attempt:
            self.attempt.outcome, self.attempt.usage = outcome, _believed(usage, self.attempt)
            self.attempt.ended = self._clock.monotonic()
            metrics.call_ended(self.attempt.model.id, self._operation, self.settlement())

    def settlement(self) -> Settlement:
        """What the last attempt came to; where none was made, what was reserved for it is free again."""
        done = self.attempt
        if done is None:
            return Settlement(self._spare[0], "skipped", cost=Decimal(0))
        usage = done.usage or _estimated(done)
        ended = self._clock.monotonic() if done.ended is None else done.ended
        return Settlement(
            call_id=done.call_id,
            outcome=done.outcome,
            usage=usage,
            cost=actual(done.model, usage, self._limits, pictures=_charged(done)),
            latency_ms=round((ended - done.began) * 1000),
            first_token_ms=None if done.first is None else round((done.first - done.began) * 1000),
            calibration=_calibration(done),
            pictures=done.pictures,
            price=done.model.price,
        )


def _charged(attempt: Attempt) -> int:
    """Pictures that are paid for: those that came, and, when we left, those that were being made."""
    left = attempt.outcome == "cancelled"
    return max(attempt.pictures, attempt.asked.pictures) if left else attempt.pictures


def priced(model: ModelFacts, asked: Asked, limits: SpendLimits) -> Decimal:
    """What asking this could cost at worst."""
    return worst_case(model, asked.prompt_tokens, asked.max_tokens, limits, pictures=asked.pictures)


def _believed(usage: Usage | None, attempt: Attempt) -> Usage | None:
    """What a service reports, unless it cannot be: less than nothing, more than any model takes, or nothing
    at all for an answer."""
    if usage is None or not all(
        0 <= count <= MOST_TOKENS for count in (usage.prompt_tokens, usage.completion_tokens)
    ):
        return None
    return usage if usage.total_tokens or not attempt.pieces else None


def _estimated(attempt: Attempt) -> Usage:
    """Tokens of a call that reported none: nothing when it was turned away, else what passed."""
    if attempt.outcome in UNCHARGED and not attempt.pieces:
        return Usage(estimated=True)
    return Usage(attempt.asked.prompt_tokens, estimate_tokens("".join(attempt.pieces)), estimated=True)


def _calibration(attempt: Attempt) -> float | None:
    """Real tokens per estimated one, when the service said and the sample is worth it."""
    if attempt.usage is None or attempt.usage.estimated or attempt.asked.plain_tokens < 100:
        return None
    return attempt.usage.prompt_tokens / attempt.asked.plain_tokens
