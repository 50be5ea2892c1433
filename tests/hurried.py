"""A clock that runs ten times as fast: what Parley waits for on purpose is over in a tenth of the time.

A platform that counts requests has to go by the same clock: LIMITS, PACE. Deadlines are not this clock's: a
slow machine has all the time it needs.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Final

from tests.platforms.discord import Limits
from tests.platforms.telegram import Pace

HURRY: Final = 10.0
LIMITS: Final = Limits(identify_every=0.0, acknowledge=20.0, hurry=HURRY)
"""Of a Discord; `tests.test_discord_acknowledging` holds to its own three seconds."""
PACE: Final = Pace(per_chat=3, second=1 / HURRY, minute=60 / HURRY)
"""Of a Telegram: a request that is held up on its way for a tenth of a second meets the next one there."""


class HurriedClock:
    """Implements the Clock port: the wall clock is everybody's."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() * HURRY

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / HURRY)
