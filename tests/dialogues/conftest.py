"""Every dialogue takes place on every platform."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialogues.stage import PLATFORMS, Stage, staged


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question is placed by its words alone only where a test wants that."""
    monkeypatch.setattr("bot.memory.question.PATIENCE", 60.0)


@pytest.fixture(params=PLATFORMS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(request.param, tmp_path) as made:
        yield made
