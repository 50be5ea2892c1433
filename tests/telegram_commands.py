"""Parley as a whole on the Telegram to test against, for people who give commands; nobody is in a hurry
there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.telegram.asking import pacing
from bot.application import running
from bot.settings import Settings
from tests.dialogues.stage import settings_of
from tests.platforms.telegram import Person, Telegram
from tests.platforms.telegram import serving as telegram_server
from tests.wire.server import AiServer, serving


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test works with: people, and the AI service behind the bot."""

    telegram: Telegram
    ai: AiServer
    settings: Settings
    ann: Person
    bo: Person
    mod: Person

    @property
    def asked(self) -> list[dict[str, Any]]:
        """What the AI service was asked to answer or to paint, in order."""
        return [request.body for request in self.ai.requests if request.method == "POST"]

    def said(self, room: str = "general") -> list[str]:
        """What Parley has said in a room, as ann sees it."""
        return [one.text for one in self.ann.screen(room) if one.author == "Parley" and not one.private]


@asynccontextmanager
async def staged(folder: Path) -> AsyncIterator[Stage]:
    """The people are there; Parley is not, yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pacing, "APART", 0.0)
        patch.setattr(pacing, "EDITS_APART", 0.0)
        patch.setattr(pacing, "A_MINUTE", 1000)
        async with serving() as ai, telegram_server(pace=None) as telegram:
            token, url = SecretStr(telegram.token), telegram.url
            settings = replace(settings_of(folder, ai.url), telegram_token=token, telegram_api_base=url)
            people = telegram.member("ann"), telegram.member("bo"), telegram.administrator("mod")
            for person in people:
                person.patience = 60.0
            yield Stage(telegram, ai, settings, *people)


@asynccontextmanager
async def there(folder: Path) -> AsyncIterator[Stage]:
    """And so is Parley."""
    async with staged(folder) as stage, running(stage.settings):
        yield stage
