"""The stores that are held to their contract, each in a folder of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.ports import Store
from bot.store import open_store
from tests.seeded import seeded

Open = Callable[[], Awaitable[Store]]


async def sqlite(folder: Path) -> Store:
    return await open_store(seeded(folder))


@pytest.fixture(params=[sqlite], ids=lambda open_one: open_one.__name__)
async def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Close the store, if it is open, and open the same one again."""
    now: list[Store] = []

    async def again() -> Store:
        for store in now:
            await store.close()
        now[:] = [await request.param(tmp_path / "data")]
        return now[0]

    yield again
    for store in now:
        await store.close()


@pytest.fixture
async def store(reopen: Open) -> Store:
    """A store in which nothing was said yet."""
    return await reopen()
