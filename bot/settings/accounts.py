"""The accounts: those that Parley knows and whose key is there, and those that the file names."""

from collections.abc import Mapping
from dataclasses import replace

from bot.messages import Need, Price
from bot.settings.environment import Variables
from bot.settings.file import File, Provider
from bot.settings.kinds import KINDS
from bot.settings.local import LOCAL
from bot.settings.report import Report, near, shown
from bot.settings.services import BUILT_IN, BuiltIn
from bot.settings.values import OFFLINE, Account, ModelEntry, allows

NOBODY = "No AI service is set up, so the offline stand-in answers: set one of"
OTHERS = "Other AI services are off: set"
"""What start-up says of the keys that are not there, when no service answers and when one does."""
MOST = "Ollama, vLLM, LM Studio and most others are of the kind openai."
DOES = {Need.CHAT: "talk", Need.VISION: "see", Need.IMAGE: "paint"}


def read_accounts(file: File, variables: Variables, report: Report) -> dict[str, Account]:
    """Every usable account, in the order in which they stand in for one another; `offline` is the last."""
    found = {}
    for service in BUILT_IN.values():
        if service.name not in file.providers and (account := _built_in(service, variables)):
            found[service.name] = account
    for name, provider in file.providers.items():
        if provider and (account := _Table(name, provider, report).account(variables)):
            found[name] = account
    _check_routes(file, found, report)
    _check_fallback(file, found, report)
    _check_models(file, report)
    _tell(file, found, report)
    order = [*BUILT_IN, *file.providers]
    return {name: found[name] for name in order if name in found} | {OFFLINE.name: OFFLINE}


def stated_models(file: File, accounts: Mapping[str, Account]) -> dict[str, ModelEntry]:
    """What the file says of models, and of which it is known that they cost nothing when it says no price."""
    found = {name: model.entry() for name, model in file.models.items() if model}
    for service in BUILT_IN.values():
        account = accounts.get(service.name)
        if account is None or account.base_url != service.base_url:
            continue
        for name in (f"{service.name}/{model}" for model in service.free):
            entry = found.get(name, ModelEntry())
            found[name] = entry if entry.price else replace(entry, price=Price())
    return found


def _built_in(service: BuiltIn, variables: Variables) -> Account | None:
    key = variables.secret(service.key_env)
    if key is None:
        return None
    return Account(
        service.name,
        service.kind,
        service.base_url,
        key,
        service.key_env,
        options=service.options,
        default_model=service.model,
        image_model=service.image_model,
    )


class _Table:
    """One `[providers.NAME]` table. What it leaves out, a known service of the same name supplies."""

    def __init__(self, name: str, provider: Provider, report: Report) -> None:
        # A known service's key goes to its own address only.
        known = None if provider.base_url else BUILT_IN.get(name)
        self._name = name
        self._report = report
        self._options = {**(known.options if known else {}), **provider.options()}
        self._kind = provider.kind or (known.kind if known else "")
        self._base_url = provider.base_url or (known.base_url if known else "")
        self._key_env = provider.api_key_env or (known.key_env if known else "")
        self._model = provider.default_model or self._allowed(
            known.model if known else "", provider, "default_model"
        )
        self._image_model = provider.image_model or self._allowed(
            known.image_model if known else "", provider, "image_model"
        )
        self._allow = provider.allow
        # A service that wants no key sends no bill.
        self._free = not self._key_env if provider.free is None else provider.free

    def _allowed(self, model: str, provider: Provider, key: str) -> str:
        """A known service's own model, unless its table does not allow it."""
        if not model or allows(provider.allow, model):
            return model
        place = f"[providers.{shown(self._name)}] allow"
        self._report.notes.append(f"{place} leaves out {model}, so nothing of it is used unasked: set {key}.")
        return ""

    def account(self, variables: Variables) -> Account | None:
        """The account; None when its key is not set, or when something is wrong with it."""
        fine = self._checked()
        key = variables.secret(self._key_env) if self._key_env else None
        if not fine or (self._key_env and key is None):
            return None
        return Account(
            self._name,
            self._kind,
            self._base_url,
            key,
            self._key_env,
            self._free,
            self._options,
            self._model,
            self._image_model,
            self._allow,
        )

    def _checked(self) -> bool:
        before = len(self._report.problems)
        if self._name == OFFLINE.name:
            self._problem("", "is built in and takes no settings.")
        elif not self._name or "/" in self._name:
            self._problem("", "needs a name without a slash.")
        elif self._kind not in KINDS:
            hint = near(self._kind, KINDS) or f" {MOST}"
            self._problem(" kind", f"must be one of {', '.join(KINDS)}.{hint}")
        else:
            self._check_keys()
        return len(self._report.problems) == before

    def _check_keys(self) -> None:
        kind = KINDS[self._kind]
        for key in self._options:
            if key not in kind.options:
                known = [*Provider.model_fields, *kind.options]
                self._problem(f" {shown(key)}", f"is not known.{near(key, known)}")
        for sentence in kind.wrong(self._options):
            self._problem("", sentence)
        if kind.remote and not self._base_url:
            self._problem("", "needs a base_url.")

    def _problem(self, key: str, sentence: str) -> None:
        self._report.problem(f"[providers.{shown(self._name)}]{key} {sentence}")


def _check_routes(file: File, found: dict[str, Account], report: Report) -> None:
    for need, route in file.routes.items():
        for model in route:
            account, slash, _ = model.partition("/")
            place = f"[routes] {need}: {shown(model)}"
            if not slash:
                report.problem(f'{place} must be of the form "account/model".')
            elif account not in _names(file):
                report.problem(f"{place} names an account that does not exist.{near(account, _names(file))}")
            elif account not in found and (key_env := _key_env(file, account)):
                report.problem(f"{place} needs the key of its account: set {key_env}.")
            elif account in found and need in KINDS[kind := found[account].kind].cannot:
                report.problem(f"{place} is of the kind {kind}, which cannot {DOES[need]}.")


def _check_fallback(file: File, found: dict[str, Account], report: Report) -> None:
    """What answers when the money is used up costs nothing, or it would not answer."""
    if not (model := file.limits.fallback):
        return
    account = model.partition("/")[0]
    place, entry = f"[limits] fallback: {shown(model)}", file.models.get(model)
    kept = found.get(account, OFFLINE if account == OFFLINE.name else None)
    if "/" not in model:
        report.problem(f'{place} must be of the form "account/model".')
    elif account not in _names(file):
        report.problem(f"{place} names an account that does not exist.{near(account, _names(file))}")
    elif kept is None and (key_env := _key_env(file, account)):
        report.problem(f"{place} needs the key of its account: set {key_env}.")
    elif kept is not None and kept is not OFFLINE and not (kept.free or (entry and entry.free)):
        report.problem(f"{place} must cost nothing: say free = true of it where that is so.")


def _check_models(file: File, report: Report) -> None:
    for model in file.models:
        account, slash, _ = model.partition("/")
        if not slash:
            report.problem(f'[models."{shown(model)}"] must be named "account/model".')
        elif account not in _names(file):
            said = f"names an account that does not exist.{near(account, _names(file))}"
            report.problem(f'[models."{shown(model)}"] {said}')


def _tell(file: File, found: dict[str, Account], report: Report) -> None:
    """Say which variable turns on what is off."""
    for name in file.providers:
        key_env = _key_env(file, name)
        if name not in found and key_env:
            report.missing.append(f"The account {name} is off: set {key_env} to turn it on.")
    off = [service for service in BUILT_IN.values() if service.name not in {**found, **file.providers}]
    names = ", ".join(dict.fromkeys(service.key_env for service in off))
    if not found:
        report.missing.append(f"{NOBODY} {names}.")
    elif off:
        report.missing.append(f"{OTHERS} {names}.")


def _names(file: File) -> set[str]:
    return {*BUILT_IN, *file.providers, *LOCAL, OFFLINE.name}


def _key_env(file: File, name: str) -> str:
    """The variable that an account's key is in; empty when it needs none, or is itself wrong."""
    provider = file.providers.get(name)
    if provider and (provider.api_key_env or provider.base_url):
        return provider.api_key_env
    return BUILT_IN[name].key_env if name in BUILT_IN else ""
