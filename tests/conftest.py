"""What every test stands on: no network but this machine's own, no environment, no surprises."""

import ipaddress
import os
import socket

import pytest
import structlog

from bot.collector import calm

structlog.configure(  # the default draws boxes around a traceback, which takes longer than most tests
    processors=[
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    ]
)


def pytest_collection_finish() -> None:
    """What is loaded by now is no garbage: looking through it takes a sixth of the time."""
    calm()


LONGEST = (
    "test_packaging", "test_web_page", "test_discord_kill", "test_secrets_of_providers", "test_telegram_kill",
    "test_reminders_kill", "test_kill", "test_web_page_pictures", "test_web_page_rooms", "test_every_service",
    "test_crash_points", "test_web_safety", "test_telegram_platform", "test_bench",
)  # fmt: skip
"""Files that take half a minute or more, by how long they take."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first: begun last, they would keep one worker busy while the others have nothing to do."""
    ranks = {name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


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
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the developer's own machine configures a test."""
    for name in list(os.environ):
        if name.startswith(("PARLEY_", "DISCORD_", "TELEGRAM_")) or name.endswith(("_API_KEY", "_TOKEN")):
            monkeypatch.delenv(name)
    return
