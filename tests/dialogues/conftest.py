"""Every dialogue takes place on every platform."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dialogues.stage import PLATFORMS, Stage, staged


@pytest.fixture(params=PLATFORMS)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(request.param, tmp_path) as made:
        yield made
