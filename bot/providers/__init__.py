"""Which class speaks which wire format. A provider that is not configured is never imported."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

from bot.errors import ConfigError
from bot.ports import Chats, Checks, Completes, Draws, Embeds, Lists, Moderates

if TYPE_CHECKING:  # the offline painter's process imports this package, and needs neither
    from bot.http import Http
    from bot.settings import Account

Provider: TypeAlias = Chats | Completes | Draws | Embeds | Moderates | Lists | Checks
"""Whoever implements at least one of these: what a provider can do, it has the method for."""

REMOTE = {
    "openai": "bot.providers.openai:OpenAI",
    "anthropic": "bot.providers.anthropic:Anthropic",
    "gemini": "bot.providers.gemini:Gemini",
    "g4f": "bot.providers.g4f:G4F",
    "tgi": "bot.providers.tgi:TGI",
    "fal": "bot.providers.fal:Fal",
    "imagine": "bot.providers.imagine:Imagine",
}
"""Built as `Class(http, account)`."""

BUILT_IN = {"offline": "bot.providers.offline:Offline"}
"""Built as `Class(account)`: they need no network."""


def build(account: "Account", http: "Callable[[Account], Http]") -> Provider:
    """The account's provider; `http` is only called for one that needs it. Raises ConfigError."""
    if account.kind in REMOTE:
        return cast(Provider, _load(REMOTE[account.kind])(http(account), account))
    if account.kind in BUILT_IN:
        return cast(Provider, _load(BUILT_IN[account.kind])(account))
    known = ", ".join((*REMOTE, *BUILT_IN))
    raise ConfigError(f"[providers.{account.name}] kind must be one of {known}.")


def _load(path: str) -> Callable[..., object]:
    module, _, name = path.partition(":")
    return cast(Callable[..., object], getattr(import_module(module), name))
