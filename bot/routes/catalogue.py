"""The models that are known: from Parley, from the accounts' own lists and, above both, from the operator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from bot.messages import ModelFacts, Need, Price
from bot.settings import Account, ModelEntry, Settings
from bot.settings.services import BUILT_IN, KINDS, OFFLINE_MODELS

UNSTATED = ModelFacts("")
"""What facts look like that nobody stated."""


class Catalogue:
    """Facts by model, in memory. An account that has not told its models may offer any."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listed: dict[str, tuple[ModelFacts, ...]] = {}
        self._known = {facts.id: facts for facts in self._before_any_list()}
        self._by_id: dict[str, ModelFacts] = {}
        self._merge()

    def learn(self, account: str, models: Sequence[ModelFacts]) -> None:
        """Take over what an account lists, in place of what it listed before."""
        self._listed[account] = tuple(facts for facts in models if facts.account == account)
        self._merge()

    def get(self, model: str) -> ModelFacts | None:
        """A model by its full name. None: there is none as far as we know."""
        return self._by_id.get(model)

    def assume(self, model: str, need: Need) -> ModelFacts | None:
        """A model that nobody has listed yet, of an account that may have it."""
        account, slash, name = model.partition("/")
        if not (slash and name) or account not in self._settings.accounts or account in self._listed:
            return None
        usual = self._usual(account)
        return self._stated(ModelFacts(model, usual if need is Need.VISION else usual | {need}))

    def models(self, need: Need | None = None) -> tuple[ModelFacts, ...]:
        """All of them, the operator's and the default ones first."""
        return tuple(facts for facts in self._by_id.values() if need is None or need in facts.needs)

    def _before_any_list(self) -> Iterator[ModelFacts]:
        """The models of the routes, the default ones, those that have a table, and the offline ones."""
        routes, accounts, tables = self._settings.routes, self._settings.accounts, self._settings.models
        defaults = default_models(accounts.values())
        known = {facts.id: facts for service in BUILT_IN.values() for facts in service.models}
        known |= {facts.id: facts for facts in OFFLINE_MODELS}
        for model in dict.fromkeys([*chain(*routes.values()), *defaults, *tables, *known]):
            account, _, name = model.partition("/")
            if account in accounts and (name or model in chain(*routes.values())):
                yield self._routed(model, known.get(model))

    def _routed(self, model: str, known: ModelFacts | None) -> ModelFacts:
        """A model that the operator listed for something is for that; one listed for nothing talks."""
        needs = {need for need, route in self._settings.routes.items() if model in route}
        if known:
            return replace(known, needs=known.needs | needs)
        account, _, name = model.partition("/")
        if name and name == self._settings.accounts[account].image_model:
            needs.add(Need.IMAGE)
        usual = self._usual(account) if not needs or Need.VISION in needs else frozenset()
        return ModelFacts(model, usual | needs)

    def _usual(self, account: str) -> frozenset[Need]:
        """What a model of this account is for of which nothing is known: its wire format says."""
        return KINDS[self._settings.accounts[account].kind].needs

    def _merge(self) -> None:
        listed = {facts.id: facts for models in self._listed.values() for facts in models}
        names = dict.fromkeys([*self._known, *listed])
        self._by_id = {name: self._stated(_over(self._known.get(name), listed.get(name))) for name in names}

    def _stated(self, facts: ModelFacts) -> ModelFacts:
        """What the operator states holds against everything else."""
        entry = self._settings.models.get(facts.id, ModelEntry())
        needs = set(facts.needs)
        if entry.vision is not None:
            (needs.add if entry.vision else needs.discard)(Need.VISION)
        return replace(
            facts,
            needs=frozenset(needs),
            context_length=entry.context_length or facts.context_length,
            price=entry.price or (Price() if self._settings.accounts[facts.account].free else facts.price),
            takes=facts.takes if entry.takes is None else entry.takes,
            largest=entry.largest or facts.largest,
        )


def default_models(accounts: Iterable[Account]) -> Iterator[str]:
    """What the accounts offer where nothing is listed, in their order: what answers, and what paints."""
    for account in accounts:
        names = (account.default_model or KINDS[account.kind].model, account.image_model)
        yield from (f"{account.name}/{name}" for name in names if name)


def _over(known: ModelFacts | None, listed: ModelFacts | None) -> ModelFacts:
    """What a list says over what was known; where it says nothing, that holds."""
    if known is None or listed is None:
        return known or listed or UNSTATED
    return replace(
        listed,
        needs=known.needs if listed.needs == UNSTATED.needs else listed.needs | known.needs,
        context_length=known.context_length
        if listed.context_length == UNSTATED.context_length
        else listed.context_length,
        price=listed.price or known.price,
        takes=known.takes if listed.takes is None else listed.takes,
        largest=listed.largest or known.largest,
    )
