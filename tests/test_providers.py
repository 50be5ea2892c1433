"""An account's kind decides its class, and nothing is imported that no account needs."""

import subprocess
import sys

import pytest

from bot.errors import ConfigError
from bot.http import Http
from bot.providers import BUILT_IN, REMOTE, build
from bot.providers.offline import Offline
from bot.providers.openai import OpenAI
from bot.settings import Account
from bot.settings.kinds import KINDS


def http(account: Account) -> Http:
    return Http(account.base_url)


def nothing(account: Account) -> Http:
    raise AssertionError("no network is needed")


def test_every_kind_that_the_settings_take_can_be_built() -> None:
    assert {*REMOTE, *BUILT_IN} == set(KINDS)
    assert {kind for kind, facts in KINDS.items() if facts.remote} == set(REMOTE)


def test_accounts_become_providers() -> None:
    assert isinstance(build(Account("lab", "openai", "http://localhost"), http), OpenAI)
    assert isinstance(build(Account("offline", "offline"), nothing), Offline)


def test_an_unknown_kind_names_its_account() -> None:
    with pytest.raises(ConfigError, match=r"\[providers\.lab\] kind must be one of openai, anthropic, "):
        build(Account("lab", "telepathy"), http)


def test_a_provider_that_is_not_configured_is_not_imported() -> None:
    look = "import sys, bot.providers; print([m for m in sys.modules if m.startswith('bot.providers.')])"
    seen = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    assert seen.stdout.strip() == "[]"
