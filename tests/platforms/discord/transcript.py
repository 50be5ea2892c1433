"""Everything that the bot asked, and every rule of Discord's that it broke."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 60.0
"""Seconds after which a test that waits for something is told what there was instead."""


@dataclass(slots=True)
class Asked:
    """One request; `status` is what was answered, 0 while it is not (or never was)."""

    method: str
    path: str
    route: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any
    files: tuple[bytes, ...]
    at: float = field(default_factory=time.monotonic)
    status: int = 0


class Broken(AssertionError):
    """The bot broke limits or clocks of the platform."""


class News:
    """Wakes everybody who waits for something, whenever anything has changed."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def tell(self) -> None:
        """Something has changed."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, found: Callable[[], T | None], instead: Callable[[], object]) -> T:
        """Wait until there is something; AssertionError with `instead` when there never is."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (result := found()):
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"it never came; there was {instead()}") from None
        return result


class Transcript:
    """What was asked, in order, and what was broken."""

    def __init__(self, news: News) -> None:
        self.requests: list[Asked] = []
        self.broken: list[str] = []
        self.invalid = 0
        self._news = news

    def add(self, asked: Asked) -> None:
        self.requests.append(asked)
        self._news.tell()

    def breach(self, what: str) -> None:
        """The bot broke a rule."""
        self.broken.append(what)
        self._news.tell()

    def of(self, method: str, pattern: str) -> list[Asked]:
        """The requests of a method whose path fits a pattern such as "/channels/*/messages"."""
        return [one for one in self.requests if one.method == method and fnmatchcase(one.path, pattern)]

    def unguarded(self) -> list[Asked]:
        """Creates and edits of messages whose `allowed_mentions` is not `{"parse": []}`: they could ping.

        No rule of Discord's: a promise of the bot's that a test may ask for.
        """
        return [one for one in self.requests if (said := _message(one)) is not None and not _guarded(said)]

    async def asked(self, method: str, pattern: str, times: int = 1) -> Asked:
        """Wait until so many requests have come and been answered: the last of them."""

        def found() -> list[Asked] | None:
            answered = [one for one in self.of(method, pattern) if one.status]
            return answered if len(answered) >= times else None

        return (await self._news.until(found, lambda: [f"{r.method} {r.path}" for r in self.requests]))[
            times - 1
        ]


MESSAGES = ("/messages", "/messages/{message_id}", "/messages/@original", "/{webhook_token}", "/threads")


def _message(asked: Asked) -> dict[str, Any] | None:
    """The message that a request writes, if it does."""
    if not isinstance(asked.body, dict) or asked.method not in ("POST", "PATCH"):
        return None
    if asked.route.endswith("/callback"):
        data = asked.body.get("data")
        return data if asked.body.get("type") in (4, 7) and isinstance(data, dict) else None
    if asked.route.endswith("/threads"):
        return asked.body.get("message")
    return asked.body if asked.route.endswith(MESSAGES) else None


def _guarded(said: dict[str, Any]) -> bool:
    allowed = said.get("allowed_mentions") or {}
    calls = allowed.get("users") or allowed.get("roles") or allowed.get("replied_user")
    return allowed.get("parse") == [] and not calls
