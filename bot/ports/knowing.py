"""What the core asks of the database about what rooms know from files."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import KnownFile, Learned, Piece


class Knowledge(Protocol):
    """Files of a server, a channel or a thread, in pieces: a room knows its own and those of the wider
    scopes, and nothing of any other."""

    async def learn(
        self, run_id: int, learned: Learned, pieces: Sequence[Piece], *, at: datetime, most: int
    ) -> KnownFile:
        """Keep a file for the scope of a run's room, unless the scope has the same text; what its message
        brought is not kept there any more. Raises TooLarge when the scope has `most`, NotFound."""
        ...

    async def unplaced(self, file_id: int, model: str, limit: int) -> Sequence[Piece]:
        """The first pieces of a file that have no vector of a model."""
        ...

    async def place_pieces(self, model: str, vectors: Mapping[int, bytes]) -> None:
        """Keep vectors of pieces by their ids; those of pieces that are gone by now are dropped."""
        ...

    async def misplaced_files(self, space: str, limit: int) -> Sequence[KnownFile]:
        """Files anywhere of which some pieces have no place in a space, the newest first; not those that are
        being read."""
        ...

    async def pieces_in(self, key: ChannelKey, space: str) -> Mapping[int, int]:
        """How many pieces of the files that a room knows have a place in a space, by file; none: left out."""
        ...

    async def known(self, key: ChannelKey) -> Sequence[KnownFile]:
        """The files that a room knows, in the order of their names."""
        ...

    async def unlearn(self, scope: str, file_id: int) -> bool:
        """Let a file go, with all its words. False: there is none in this scope."""
        ...

    async def pieces_placed(self, key: ChannelKey, model: str) -> Sequence[tuple[int, bytes]]:
        """What a room knows, as a model placed it: the ids of pieces, and their vectors."""
        ...

    async def pieces_worded(self, key: ChannelKey, words: Sequence[str], limit: int) -> Sequence[int]:
        """The ids of pieces that a room knows in which some of these words stand, the best first."""
        ...

    async def pieces_paired(
        self, key: ChannelKey, pairs: Sequence[str], least: int, limit: int
    ) -> Sequence[int]:
        """The ids of pieces that a room knows in which `least` of these pairs of letters stand, or more:
        those with the most first."""
        ...

    async def pieces(self, key: ChannelKey, ids: Sequence[int]) -> Sequence[Piece]:
        """Pieces that a room knows, in the order of `ids`."""
        ...

    async def stretch(self, key: ChannelKey, file_id: int, first: int, last: int) -> Sequence[Piece]:
        """Pieces of a file that a room knows, by their positions, in order."""
        ...
