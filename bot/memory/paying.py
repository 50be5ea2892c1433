"""What is placed for a run is reserved before the call, and paid for after it."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from bot import metrics
from bot.governance.budgets import actual, check, worst_case
from bot.messages import ModelFacts, Usage
from bot.ports import Clock, Store
from bot.records import Reservation, Settlement
from bot.settings import SpendLimits

OPERATION = "embeddings"
"""What OpenTelemetry calls it."""

FREE = frozenset({"busy", "refused", "key", "down"})
"""Outcomes for which a service charges nothing."""


@dataclass(slots=True)
class Bill:
    """Follows the calls of one request: the `Meter` that `bot.routes` speaks to. `tokens`: what is placed, or
    judged, as estimated."""

    store: Store
    clock: Clock
    limits: SpendLimits
    run_id: int
    tokens: int
    operation: str = OPERATION
    _call_id: int = 0
    _model: ModelFacts = field(default=ModelFacts(""))
    _began: float = 0.0
    _left: Settlement | None = None

    async def begin(self, model: ModelFacts) -> None:
        """A call is about to be made. Raises BudgetSpent, StorageError."""
        cost, now = self._cost(model), self.clock.now()
        allow = partial(check, reservation=cost, limits=self.limits, now=now)
        settled, self._left = self._left, None
        reservation = Reservation(model.id, cost)
        self._call_id = await self.store.reserve(self.run_id, reservation, settled, at=now, allow=allow)
        self._model, self._began = model, self.clock.monotonic()

    def first(self) -> None:
        """An answer has come: there are no pieces of it."""

    def ended(self, outcome: str, usage: Usage | None) -> None:
        """The call is over."""
        used = usage if usage and usage.prompt_tokens > 0 else self._estimated(outcome)
        self._left = Settlement(
            call_id=self._call_id,
            outcome=outcome,
            usage=used,
            cost=actual(self._model, used, self.limits),
            latency_ms=round((self.clock.monotonic() - self._began) * 1000),
            price=self._model.price,
        )
        metrics.call_ended(self._model.id, self.operation, self._left)

    async def settle(self) -> None:
        """Keep how the last call ended. Raises StorageError."""
        settled, self._left = self._left, None
        if settled is not None:
            await self.store.settle(settled)

    def _cost(self, model: ModelFacts) -> Decimal:
        return worst_case(model, self.tokens, 0, self.limits)

    def _estimated(self, outcome: str) -> Usage:
        return Usage(estimated=True) if outcome in FREE else Usage(self.tokens, 0, estimated=True)
