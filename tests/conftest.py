"""What every test stands on: no network but this machine's own, no environment, no surprises."""

import ipaddress
import os
import socket
import sys

import pytest

from bot.collector import calm

MIGRATING = {"test_migrations.py", "test_store_opening.py"}
"""Tests of what the others are spared."""


def pytest_collection_finish() -> None:
    """What is loaded by now is no garbage: looking through it takes a sixth of the time."""
    calm()
import structlog

structlog.configure(  # the default draws boxes around a traceback, which takes longer than most tests
    processors=[
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    ]
)


def _local(address: object) -> bool:
    """Whether a socket address stays on this machine."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for another machine fails, and says where it went."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if not _local(address):
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)  # type: ignore[arg-type]  # whatever connect was given

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def one_migration(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new database is a copy of one that was migrated before, but where migrating is what is tested."""
    if "bot.store.opening" in sys.modules and request.path.name not in MIGRATING:
        from tests.migrated import brought_up_to_date

        monkeypatch.setattr("bot.store.opening.bring_up_to_date", brought_up_to_date)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the developer's own machine configures a test."""
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "DISCORD_", "TELEGRAM_")) or name.endswith(("_API_KEY", "_TOKEN")):
            monkeypatch.delenv(name)
    return
