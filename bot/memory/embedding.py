"""Texts are placed in a space in which likeness is nearness, by the models of the route `embedding`."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.errors import ProviderGarbled
from bot.memory.paying import Bill
from bot.memory.vectors import DIMS, packed
from bot.messages import Embedded, ModelFacts, Need, TextsRequest
from bot.ports import Clock, Store
from bot.routes import Routes
from bot.settings import SpendLimits
from bot.text import estimate_tokens
from bot.unseen import seen

AT_ONCE = 64
"""Texts in one request."""

TOKENS = 400
"""Of one text, about: small models take 512. What follows is found by its words alone."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where texts lie: a vector each, in order, as `bot.memory.vectors` packs them. `space`: whose vectors
    they can be compared with; empty when there were no texts."""

    space: str = ""
    vectors: tuple[bytes, ...] = field(default=(), repr=False)


class Embedder:
    """Has texts placed. Every call is reserved and settled under a run, within its person's budget."""

    def __init__(self, routes: Routes, store: Store, clock: Clock, limits: SpendLimits) -> None:
        self._routes = routes
        self._store = store
        self._clock = clock
        self._limits = limits
        self._rests_until = 0.0

    @property
    def rests(self) -> bool:
        """Whether whoever waits for an answer does without it for now."""
        return self._clock.monotonic() < self._rests_until

    def rest(self, seconds: float) -> None:
        """Have them do without it for so long."""
        self._rests_until = self._clock.monotonic() + seconds

    @property
    def space(self) -> str:
        """Where texts are placed now. Raises UnknownModel when no model can do it."""
        return space_of(self._candidates()[0])

    async def embed(self, run_id: int, texts: Sequence[str], *, seconds: float = 60.0) -> Placed:
        """Place texts, of each its beginning, for a run that goes on or has ended; `seconds`: how long that
        may take at most. Raises ProviderError, UnknownModel, BudgetSpent, StorageError, TimeoutError."""
        models, vectors, left = self._candidates(), list[bytes](), iter(texts)
        async with asyncio.timeout(seconds):
            while some := tuple(beginning(text) for text in islice(left, AT_ONCE)):
                vectors += await self._some(run_id, models, some)
        return Placed(space_of(models[0]) if vectors else "", tuple(vectors))

    async def _some(
        self, run_id: int, models: Sequence[ModelFacts], texts: tuple[str, ...]
    ) -> Sequence[bytes]:
        """One request, made again or at another account where that helps."""
        tokens = sum(map(estimate_tokens, texts))
        bill = Bill(self._store, self._clock, self._limits, run_id, tokens)

        async def ask(model: ModelFacts) -> Embedded:
            answer = await self._routes.embeds(model).embed(TextsRequest(model.name, texts, DIMS))
            if len(answer.vectors) != len(texts):
                raise ProviderGarbled("not one vector for each text")
            return answer

        try:
            answer = await self._routes.embed(models, ask, bill)
        finally:
            await bill.settle()
        return await asyncio.to_thread(packed, answer.vectors)

    def _candidates(self) -> tuple[ModelFacts, ...]:
        """The route's first model, and the accounts that have the same one: others have other spaces."""
        first, *others = self._routes.candidates(Need.EMBEDDING)
        return (first, *(model for model in others if space_of(model) == space_of(first)))


def space_of(model: ModelFacts) -> str:
    """What the vectors of a model can be compared with: those of a model of the same name at any account."""
    return model.name.rpartition("/")[2].lower()


def beginning(text: str) -> str:
    """As much of a text as is placed. Some services refuse an empty one: that is a blank."""
    shown = seen(text).strip()
    if (tokens := estimate_tokens(shown[:8000])) > TOKENS:
        shown = shown[: min(len(shown), 8000) * TOKENS // tokens]
    return shown or " "
