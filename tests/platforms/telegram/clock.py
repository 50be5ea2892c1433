"""Telegram's time, which a test may move on; whatever waits here waits for a change, never for a while."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress


class Clock:
    """Unix seconds. `later` moves them on; with `running=False` nothing else does."""

    def __init__(self, *, running: bool = True) -> None:
        self._running = running
        self._began = time.monotonic()
        self._at = time.time()
        self._news = asyncio.Event()

    def now(self) -> float:
        """Unix seconds."""
        return self._at + (time.monotonic() - self._began if self._running else 0.0)

    def later(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._at += seconds
        self.beat()

    def beat(self) -> None:
        """Something has changed: everybody who waits looks again."""
        self._news.set()
        self._news = asyncio.Event()

    async def until(self, ready: Callable[[], object], moment: float = math.inf) -> bool:
        """Wait until it is so, or until this moment: whether it is so."""
        while not ready():
            left = moment - self.now()
            if left <= 0:
                return False
            with suppress(TimeoutError):
                async with asyncio.timeout(left if self._running and left < math.inf else None):
                    await self._news.wait()
        return True
