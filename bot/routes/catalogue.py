"""The models that are known: from Parley, from the accounts' own lists and, above both, from the operator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from bot.messages import ModelFacts, Need, Price
from bot.routes.credible import speakable
from bot.settings import Account, ModelEntry, Settings
from bot.settings.kinds import KINDS, usual
from bot.settings.services import BUILT_IN, OFFLINE_MODELS

UNSTATED = ModelFacts("")
"""What facts look like that nobody stated."""


class Catalogue:
    """Facts by model, in memory. An account that has not told its models may offer any."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listed: dict[str, tuple[ModelFacts, ...]] = {}
        self._told: set[str] = set()
        self._tuned: dict[str, str] = {}
        self._wanted = frozenset(wanted(settings))
        self._named = named(settings)
        self._known = {facts.id: facts for facts in self._before_any_list()}
        self._by_id: dict[str, ModelFacts] = {}
        self._merge()

    def learn(self, account: str, models: Sequence[ModelFacts], *, now: bool = True) -> None:
        """Take over what an account lists, in place of what it listed before. `now` False: what it listed
        long ago, so that there may be others by now."""
        self._listed[account] = tuple(
            facts for facts in models if facts.account == account and self.allows(facts.id)
        )
        if now:
            self._told.add(account)
        self._merge()

    def tuned(self, model: str, base: str) -> None:
        """Parley had a model tuned: it is there whether its service lists it or not, and is like its base
        but for its price."""
        if self._account(model):
            self._tuned[model] = base
            self._merge()

    def get(self, model: str) -> ModelFacts | None:
        """A model by its full name. None: there is none as far as we know."""
        return self._by_id.get(model)

    def assume(self, model: str, need: Need) -> ModelFacts | None:
        """A model that nobody has listed, of an account that may have it."""
        name = model.partition("/")[2]
        account = self._account(model)
        if not name or account is None or not speakable(name) or not self.allows(model):
            return None
        if account.name in self._told and not KINDS[account.kind].single:
            return None
        needs = usual(account).needs | (set() if need is Need.VISION else {need})
        return self._stated(self._unheard(model, account, needs))

    def allows(self, model: str) -> bool:
        """Whether the operator lets it be offered. What the operator names somewhere always is."""
        account = self._account(model)
        return account is None or model in self._wanted or account.allows(model.partition("/")[2])

    def models(self, need: Need | None = None) -> tuple[ModelFacts, ...]:
        """All of them, the operator's and the default ones first."""
        return tuple(facts for facts in self._by_id.values() if need is None or need in facts.needs)

    def _account(self, model: str) -> Account | None:
        """The account that a full name begins with."""
        name, slash, _ = model.partition("/")
        return self._settings.accounts.get(name) if slash else None

    def _before_any_list(self) -> Iterator[ModelFacts]:
        """The models of the routes, the default ones, those that have a table, and the offline ones."""
        routes, accounts, tables = self._settings.routes, self._settings.accounts, self._settings.models
        known = {facts.id: facts for service in BUILT_IN.values() for facts in service.models}
        known |= {facts.id: facts for facts in OFFLINE_MODELS}
        unnamed = (f"{account.name}/" for account in accounts.values() if KINDS[account.kind].unnamed)
        defaults = default_models(accounts.values())
        stated = (model for model in tables if not model.endswith("/"))
        for model in dict.fromkeys([*chain(*routes.values()), *defaults, *unnamed, *stated, *known]):
            account = self._account(model)
            if account and self.allows(model):
                yield self._routed(model, account, known.get(model))

    def _routed(self, model: str, account: Account, known: ModelFacts | None) -> ModelFacts:
        """A model that the operator listed for something is for that; one listed for nothing is for what is
        usual for its account."""
        needs = {need for need, route in self._settings.routes.items() if model in route}
        if known:
            return replace(known, needs=known.needs | needs)
        name, ordinary = model.partition("/")[2], usual(account).needs
        if name and name == account.image_model:
            needs.add(Need.IMAGE)
        if not needs or needs & {*ordinary, Need.VISION}:
            needs |= ordinary
        return self._unheard(model, account, frozenset(needs))

    def _unheard(self, model: str, account: Account, needs: frozenset[Need]) -> ModelFacts:
        """A model of which nothing is known but what it is for: it takes what is usual for its account."""
        facts = replace(usual(account), id=model)
        if facts.needs & needs:
            return replace(facts, needs=needs)
        return ModelFacts(model, needs)

    def _merge(self) -> None:
        listed = {facts.id: facts for account in self._listed for facts in self._offered(account)}
        names = [name for name in dict.fromkeys([*self._known, *listed]) if not self._nickname(name)]
        self._by_id = {name: self._stated(_over(self._known.get(name), listed.get(name))) for name in names}
        for name, base in self._tuned.items():
            like = self._by_id.get(base) or ModelFacts(base)
            known = replace(like, id=name, title="", price=None)
            self._by_id[name] = self._stated(_over(known, listed.get(name)))

    def _offered(self, account: str) -> Iterator[ModelFacts]:
        """What an account lists. The one model of a service goes by the names that the operator gave it."""
        names = self._named.get(account, ())
        for facts in self._listed[account]:
            yield from (replace(facts, id=name) for name in names or (facts.id,))

    def _nickname(self, model: str) -> bool:
        """Whether this is a service's own name for its one model, which the operator calls otherwise."""
        names = self._named.get(model.partition("/")[0])
        return names is not None and model not in names

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
        name = account.default_model or usual(account).name
        if name or KINDS[account.kind].unnamed:
            yield f"{account.name}/{name}"
        if account.image_model:
            yield f"{account.name}/{account.image_model}"


def named(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the operator calls the one model of a service, by account, where it is called something."""
    found: dict[str, tuple[str, ...]] = {}
    for account in settings.accounts.values():
        if KINDS[account.kind].single:
            own = (account.default_model, account.image_model)
            told = [*chain(*settings.routes.values()), *(f"{account.name}/{name}" for name in own if name)]
            names = tuple(dict.fromkeys(m for m in told if m.startswith(f"{account.name}/")))
            found |= {account.name: names} if names else {}
    return found


def wanted(settings: Settings) -> Iterator[str]:
    """The models that the operator names: in a route, as an account's own, or by setting up a service that
    has only one."""
    yield from chain(*settings.routes.values())
    for account in settings.accounts.values():
        names = (account.default_model, account.image_model, usual(account).name)
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
