"""Time, as the core asks for it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time. `now` is UTC and may jump; `monotonic` never does: deadlines use it."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...
