"""The part of the store that is about what was said long ago."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from bot.errors import StorageError
from bot.messages import ChannelKey
from bot.records import Exchange, Found, Recollection
from bot.store import misplaced, recalling, words
from bot.store.promises.tooling import Tooling


class Recollecting(Tooling):
    """`bot.ports.recalling`."""

    async def left_behind(self, key: ChannelKey) -> int:
        """The last message that `/new` left behind."""
        return await self._read(recalling.left_behind, key)

    async def said_worded(self, key: ChannelKey, words: str, *, before: int, limit: int) -> Sequence[int]:
        """Messages with some of these words, the best first."""
        return await self._read(recalling.said_worded, key, words, before, limit)

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
        """The same with their texts."""
        search = recalling.search_said
        return await self._read(search, key, words, person=person, since=since, before=before, limit=limit)

    async def said_vectors(self, key: ChannelKey, space: str) -> Sequence[tuple[int, bytes]]:
        """Where texts lie in a space."""
        return await self._read(recalling.said_vectors, key, space)

    async def said_unplaced(
        self, key: ChannelKey, space: str, *, after: int, limit: int
    ) -> Sequence[tuple[int, str]]:
        """The newest messages that have no place there."""
        return await self._read(recalling.said_unplaced, key, space, after, limit)

    async def place_said(
        self, key: ChannelKey, space: str, placed: Sequence[tuple[int, str, bytes]]
    ) -> Sequence[int]:
        """Keep where messages lie."""
        return await self._write(recalling.place_said, key, space, placed)

    async def misplaced_rooms(self, space: str, limit: int) -> Sequence[tuple[ChannelKey, int]]:
        """Rooms whose past lies in another space, each with its last run."""
        return await self._read(misplaced.misplaced_rooms, space, limit)

    async def exchanges_of(self, key: ChannelKey, ids: Sequence[int]) -> Sequence[Exchange]:
        """What messages belong to, the oldest first."""
        return await self._read(recalling.exchanges_of, key, ids)

    async def wipe_words(self) -> None:
        """Let words that were deleted or changed leave the file, and not only the rows. What is left when the
        database is out goes with the next ones."""
        first = True
        with suppress(StorageError):
            while await self._write(words.wipe, first=first):
                first = False

    async def keep_recalled(self, run_id: int, found: Sequence[Recollection], *, at: datetime) -> None:
        """What a run was reminded of. Raises NotFound."""
        await self._write(recalling.keep_recalled, run_id, found, at=at)
