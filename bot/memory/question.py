"""A question with which a room is searched: its words, and its place among other texts, asked for once."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.errors import ProviderError, StorageError, UnknownModel, UserError
from bot.memory.embedding import Embedder, Placed
from bot.messages import ChannelKey

log = structlog.get_logger()

PATIENCE: Final = 2.0
"""Seconds that a question waits for its place; after that words alone find what they can."""

REST: Final = 60.0
"""Seconds in which nobody waits again for a service that took longer."""

TROUBLES: Final = (ProviderError, UserError, StorageError, TimeoutError)
"""What may go wrong without anybody being told: the answer is written without what could not be found."""


@dataclass(slots=True)
class Question:
    """What a run asks of its room. `before`: the first message that its model is shown anyway."""

    run_id: int
    key: ChannelKey
    text: str = field(repr=False)
    before: int
    embedder: Embedder
    _placed: Placed | None = None
    _asked: asyncio.Lock = field(default_factory=asyncio.Lock)
    _failed: bool = False

    async def place(self) -> Placed | None:
        """Where it lies. None: nobody can say now."""
        async with self._asked:
            if self._placed is None and not (self._failed or self.embedder.rests):
                try:
                    self._placed = await self.embedder.embed(self.run_id, [self.text], seconds=PATIENCE)
                except TROUBLES as exc:
                    self._failed = True
                    if isinstance(exc, TimeoutError):
                        self.embedder.rest(REST)
                    tell("searched by words alone", exc)
        return self._placed


def tell(event: str, exc: Exception) -> None:
    """Log what went wrong. That no model can do it is how Parley is set up, and so nothing to be told of at
    every question."""
    level = logging.DEBUG if isinstance(exc, UnknownModel) else logging.WARNING
    log.log(level, event, kind=type(exc).__name__)
