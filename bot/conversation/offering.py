"""What buttons under replies give, where their names have no room for it: kept, and found by a short name."""

import hashlib
import json
from collections.abc import Mapping

from bot.errors import NotFound
from bot.ports import Clock
from bot.ports.offering import Offers

FORGOTTEN = "I don't know this button any more. Please give the command again."


class Offering:
    """Raises StorageError."""

    def __init__(self, store: Offers, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def keep(self, options: Mapping[str, str]) -> str:
        """Keep a command's options: 24 letters by which they are found, the same ones for the same."""
        written = json.dumps(dict(options), sort_keys=True)
        token = hashlib.sha256(written.encode(errors="replace")).hexdigest()[:24]
        await self._store.keep_offer(token, options, at=self._clock.now())
        return token

    async def of(self, token: str) -> Mapping[str, str]:
        """What is kept so. Raises NotFound."""
        found = await self._store.offer(token)
        if found is None:
            raise NotFound(FORGOTTEN)
        return found
