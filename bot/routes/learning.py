"""Asking the accounts what they offer, at the start and ever again, and remembering what they said."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import structlog

from bot.errors import KeyRefused, ProviderError, ProviderTimeout, StorageError
from bot.messages import ModelFacts
from bot.ports import Catalogues, Clock, Lists
from bot.routes.catalogue import Catalogue
from bot.routes.credible import credible
from bot.settings import Account
from bot.settings.kinds import KINDS

log = structlog.get_logger()

EVERY = 4 * 3600.0
"""Seconds until an account is asked again what it offers. An older list may lack what is new."""
AGAIN = 600.0
"""Seconds until one is asked again that did not tell."""
PATIENCE = 20.0
"""Seconds that an account may take to tell."""


class Learning:
    """Keeps the catalogue fresh, and in `store` what is learned, for when a service is down."""

    def __init__(
        self,
        accounts: Mapping[str, Account],
        provider: Callable[[str], object],
        catalogue: Catalogue,
        clock: Clock,
        store: Catalogues | None,
    ) -> None:
        self._accounts = accounts
        self._provider = provider
        self._catalogue = catalogue
        self._clock = clock
        self._store = store
        self._silent: set[str] = set()

    async def recall(self) -> None:
        """Learn what was kept, as far as the accounts are still the same. Raises StorageError."""
        kept = await self._store.kept_models() if self._store else {}
        for name, listed in kept.items():
            if name in self._accounts and listed.source == source(self._accounts[name]):
                age = (self._clock.now() - listed.at).total_seconds()
                self._catalogue.learn(name, credible(listed.models), now=age < EVERY)

    async def refresh(self) -> Mapping[str, ProviderError]:
        """Ask every account that can tell, once: those that did not tell, and why. Of these, what was known
        is still known."""
        async with asyncio.TaskGroup() as group:
            asked = {name: group.create_task(self._ask(name)) for name in self._accounts}
        answers = {name: task.result() for name, task in asked.items()}
        return {name: error for name, error in answers.items() if error}

    async def follow(self) -> None:
        """Ask every account now, and then again, for ever."""
        async with asyncio.TaskGroup() as group:
            for name in self._accounts:
                if hasattr(self._provider(name), "models"):
                    group.create_task(self._follow(name))

    async def _follow(self, name: str) -> None:
        while True:
            error = await self._ask(name)
            soon = error and not isinstance(error, KeyRefused)  # a key that was refused will be again
            await self._clock.sleep(AGAIN if soon else EVERY)

    async def _ask(self, name: str) -> ProviderError | None:
        """Ask one account: why it did not tell, or None."""
        provider = self._provider(name)
        if not hasattr(provider, "models"):
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                models = credible(await cast(Lists, provider).models())
        except TimeoutError:
            return self._untold(name, ProviderTimeout("no list of models in time"))
        except ProviderError as exc:
            return self._untold(name, exc)
        self._silent.discard(name)
        log.debug("models listed", account=name, count=len(models))
        if models:  # an empty list says nothing
            self._catalogue.learn(name, models)
            await self._keep(name, models)
        return None

    def _untold(self, name: str, error: ProviderError) -> ProviderError:
        """The log hears of it once, until the account tells again."""
        if name not in self._silent:
            self._silent.add(name)
            log.warning("models not listed", account=name, error=type(error).__name__)
        return error

    async def _keep(self, name: str, models: Sequence[ModelFacts]) -> None:
        account = self._accounts[name]
        if self._store is None or not KINDS[account.kind].remote:
            return
        try:
            await self._store.keep_models(name, source(account), models, at=self._clock.now())
        except StorageError:
            log.warning("list not kept", account=name)


def source(account: Account) -> str:
    """Where a list comes from: one of another service says nothing of this one."""
    return f"{account.kind} {account.base_url}"
