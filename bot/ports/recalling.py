"""What the core asks of the database about what was said long ago."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import Exchange, Found, Recollection


class Recalls(Protocol):
    """What was said in one room, found by words and by likeness. Each call is about this very room, and about
    nothing that was deleted there or left behind by `/new`."""

    async def left_behind(self, key: ChannelKey) -> int:
        """The last message that `/new` left behind, 0: none."""
        ...

    async def said_worded(self, key: ChannelKey, words: str, *, before: int, limit: int) -> Sequence[int]:
        """The messages before one that have some of these words, the best first: their ids."""
        ...

    async def search_said(
        self,
        key: ChannelKey,
        words: str,
        *,
        person: str = "",
        since: datetime | None = None,
        before: int,
        limit: int,
    ) -> Sequence[Found]:
        """The same with their texts; of a person whose name has this in it, and since then, where that is
        wanted. Without words, the newest first."""
        ...

    async def said_vectors(self, key: ChannelKey, space: str) -> Sequence[tuple[int, bytes]]:
        """Where texts lie in a space, by message; these may be of messages that `/new` left behind."""
        ...

    async def said_unplaced(
        self, key: ChannelKey, space: str, *, after: int, limit: int
    ) -> Sequence[tuple[int, str]]:
        """The newest messages after one that have no place in a space: ids and texts."""
        ...

    async def place_said(
        self, key: ChannelKey, space: str, placed: Sequence[tuple[int, str, bytes]]
    ) -> Sequence[int]:
        """Keep where messages lie, of those that still say what was placed: their ids."""
        ...

    async def misplaced_rooms(self, space: str, limit: int) -> Sequence[tuple[ChannelKey, int]]:
        """Rooms whose past, or its beginning, lies in another space, each with its last run; those first in
        which people talked last."""
        ...

    async def exchanges_of(self, key: ChannelKey, ids: Sequence[int]) -> Sequence[Exchange]:
        """The questions and answers that these messages are or belong to, each once, the oldest first."""
        ...

    async def keep_recalled(self, run_id: int, found: Sequence[Recollection], *, at: datetime) -> None:
        """Record what a run was reminded of."""
        ...
