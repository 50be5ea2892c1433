"""The part of the store that is about what rooms know from files."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import ChannelKey
from bot.records import KnownFile, Learned, Piece
from bot.store import knowledge, misplaced
from bot.store.promises.tooling import Tooling


class Knowing(Tooling):
    """`bot.ports.knowing`."""

    async def learn(
        self, run_id: int, learned: Learned, pieces: Sequence[Piece], *, at: datetime, most: int
    ) -> KnownFile:
        """Keep a run's file, or find it kept. Raises TooLarge, NotFound."""
        return await self._write(knowledge.learn, run_id, learned, pieces, at=at, most=most)

    async def unplaced(self, file_id: int, model: str, limit: int) -> Sequence[Piece]:
        """The first pieces of a file that have no vector of a model."""
        return await self._read(knowledge.unplaced, file_id, model, limit)

    async def place_pieces(self, model: str, vectors: Mapping[int, bytes]) -> None:
        """Keep vectors of pieces that are still there."""
        await self._write(knowledge.place_pieces, model, vectors)

    async def misplaced_files(self, space: str, limit: int) -> Sequence[KnownFile]:
        """Files of which some pieces have no place in a space, the newest first."""
        return await self._read(misplaced.misplaced_files, space, limit)

    async def pieces_in(self, key: ChannelKey, space: str) -> Mapping[int, int]:
        """How many pieces of the files that a room knows lie in a space, by file."""
        return await self._read(misplaced.pieces_in, key, space)

    async def known(self, key: ChannelKey) -> Sequence[KnownFile]:
        """The files that a room knows, by name."""
        return await self._read(knowledge.known, key)

    async def unlearn(self, scope: str, file_id: int) -> bool:
        """Let a file go, with all its words."""
        return await self._write(knowledge.unlearn, scope, file_id)

    async def pieces_placed(self, key: ChannelKey, model: str) -> Sequence[tuple[int, bytes]]:
        """Where a model placed what a room knows."""
        return await self._read(knowledge.pieces_placed, key, model)

    async def pieces_worded(self, key: ChannelKey, words: Sequence[str], limit: int) -> Sequence[int]:
        """Pieces that a room knows in which some of the words stand, the best first."""
        return await self._read(knowledge.pieces_worded, key, words, limit)

    async def pieces_paired(
        self, key: ChannelKey, pairs: Sequence[str], least: int, limit: int
    ) -> Sequence[int]:
        """Pieces that a room knows with at least so many of the pairs of letters, the best first."""
        return await self._read(knowledge.pieces_paired, key, pairs, least, limit)

    async def pieces(self, key: ChannelKey, ids: Sequence[int]) -> Sequence[Piece]:
        """Pieces that a room knows, in the order of `ids`."""
        return await self._read(knowledge.pieces, key, ids)

    async def stretch(self, key: ChannelKey, file_id: int, first: int, last: int) -> Sequence[Piece]:
        """Pieces of a file that a room knows, in order."""
        return await self._read(knowledge.stretch, key, file_id, first, last)
