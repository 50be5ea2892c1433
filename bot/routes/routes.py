"""The routes as the rest of Parley sees them."""

import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import cast

from bot.errors import ProviderError, ProviderRefused
from bot.messages import Embedded, ModelFacts, Need, Part
from bot.ports import Catalogues, Chats, Clock, Completes, Draws, Embeds, Moderates
from bot.ports.tuning import Tunes
from bot.routes.attempts import Attempts, Call, Meter, W
from bot.routes.breaker import Breakers
from bot.routes.catalogue import Catalogue
from bot.routes.choice import Choice
from bot.routes.learning import Learning
from bot.settings import Settings


class Routes:
    """Which models there are, which to ask, and the asking.

    `providers` makes an account's provider; it is called when the account is first used. `store` keeps what
    the accounts list; without one it is asked for at every start.
    """

    def __init__(
        self,
        settings: Settings,
        providers: Callable[[str], object],
        clock: Clock,
        store: Catalogues | None = None,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._provider = cache(providers)
        self._accounts = settings.accounts
        self._catalogue = Catalogue(settings)
        self._learning = Learning(settings.accounts, self._provider, self._catalogue, clock, store)
        self._choice = Choice(settings, self._catalogue)
        self.breakers = Breakers(clock)
        self._attempts = Attempts(self.breakers, clock, jitter)

    def candidates(self, need: Need, chosen: str = "", room: str = "") -> tuple[ModelFacts, ...]:
        """Whom to ask, in order; at least one. See `Choice.candidates`. Raises UnknownModel, whose sentence
        helps."""
        return self._choice.candidates(need, chosen, room)

    def gone(self, room: str, need: Need) -> bool:
        """Whether what was chosen in a room some day is not offered any more."""
        return self._choice.gone(room, need)

    def facts(self, model: str) -> ModelFacts | None:
        """A model by its full name. None: there is none as far as we know."""
        return self._catalogue.get(model)

    def models(self, need: Need | None = None) -> tuple[ModelFacts, ...]:
        """All that is known now, the operator's own first."""
        return self._catalogue.models(need)

    def stream(
        self, candidates: Sequence[ModelFacts], call: Call, meter: Meter
    ) -> AsyncGenerator[Part, None]:
        """The first whole answer; close it to stop. Raises the last ProviderError. See `Attempts.stream`."""
        return self._attempts.stream(candidates, call, meter)

    async def embed(
        self, candidates: Sequence[ModelFacts], ask: Callable[[ModelFacts], Awaitable[Embedded]], meter: Meter
    ) -> Embedded:
        """The first answer. Raises the last ProviderError. See `Attempts.once`."""
        return await self._attempts.once(candidates, ask, meter)

    async def judge(
        self, candidates: Sequence[ModelFacts], ask: Callable[[ModelFacts], Awaitable[W]], meter: Meter
    ) -> W:
        """The first verdict. Raises the last ProviderError. See `Attempts.once`."""
        return await self._attempts.once(candidates, ask, meter)

    def moderates(self, model: ModelFacts) -> Moderates:
        """Who judges texts with this model. Raises ProviderRefused."""
        return cast(Moderates, self._able(model, "moderate"))

    def embeds(self, model: ModelFacts) -> Embeds:
        """Who places texts with this model. Raises ProviderRefused."""
        return cast(Embeds, self._able(model, "embed"))

    def chats(self, model: ModelFacts) -> Chats:
        """Who continues a conversation with this model. Raises ProviderRefused."""
        return cast(Chats, self._able(model, "chat"))

    def draws(self, model: ModelFacts) -> Draws:
        """Who makes pictures with this model. Raises ProviderRefused."""
        return cast(Draws, self._able(model, "draw"))

    def completes(self, model: ModelFacts) -> Completes | None:
        """Who continues one prompt with this model; None: its service only knows conversations."""
        provider = self._provider(model.account)
        return cast(Completes, provider) if hasattr(provider, "complete") else None

    def tunes(self, account: str) -> Tunes | None:
        """Who tunes models for an account; None: nobody, or there is no such account."""
        provider = self._provider(account) if account in self._accounts else None
        return cast("Tunes | None", getattr(provider, "tuning", None))

    def tuned(self, model: str, base: str) -> None:
        """A model was made of another one: from now on it can be chosen."""
        self._catalogue.tuned(model, base)

    async def recall(self) -> None:
        """Learn what was kept of the accounts' lists. Raises StorageError."""
        await self._learning.recall()

    async def refresh(self) -> Mapping[str, ProviderError]:
        """Ask every account that can tell which models it offers: those that did not tell, and why."""
        return await self._learning.refresh()

    async def follow(self) -> None:
        """Ask them now, and every few hours again, for ever."""
        await self._learning.follow()

    def _able(self, model: ModelFacts, capability: str) -> object:
        provider = self._provider(model.account)
        if not hasattr(provider, capability):
            raise ProviderRefused(f"{model.account} cannot {capability}")
        return provider
