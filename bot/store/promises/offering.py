"""The part of the store that keeps what buttons give."""

from collections.abc import Mapping
from datetime import datetime

from bot.store import offering
from bot.store.promises.tooling import Tooling


class Offering(Tooling):
    """`bot.ports.offering`."""

    async def keep_offer(self, token: str, options: Mapping[str, str], *, at: datetime) -> None:
        """Keep what a button gives."""
        await self._write(offering.keep_offer, token, options, at=at)

    async def offer(self, token: str) -> Mapping[str, str] | None:
        """What a button gives; None: nobody knows any more."""
        return await self._read(offering.offer, token)
