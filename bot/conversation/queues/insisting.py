"""The database may be out for a while: locked by a backup, its disk full. What is owed waits for it."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import StorageError
from bot.ports import Clock

log = structlog.get_logger()

T = TypeVar("T")

PAUSE = 2.0
"""Seconds between two attempts."""


async def insisting(clock: Clock, work: Callable[[], Awaitable[T]]) -> T:
    """Do it, as often as it takes for the database to take it. Raises what else it raises."""
    while True:
        try:
            return await work()
        except StorageError as exc:
            log.warning("waiting for the database", error=str(exc))
            await clock.sleep(PAUSE)
