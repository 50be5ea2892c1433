"""The vectors of the rooms in which people talk now, kept in memory."""

from collections import OrderedDict
from typing import Final

from bot.memory.vectors import Matrix
from bot.messages import ChannelKey

BYTES: Final = 64 * 1024 * 1024
"""Of all rooms together: some 160,000 vectors."""


class Matrices:
    """Least recently asked for, first let go of."""

    def __init__(self, most: int = BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[ChannelKey, str], Matrix] = OrderedDict()
        self.size = 0
        """Bytes of all that are kept."""

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: ChannelKey, space: str) -> Matrix | None:
        """A room's vectors in a space. None: they are to be read first."""
        found = self._kept.get((key, space))
        if found is not None:
            self._kept.move_to_end((key, space))
        return found

    def put(self, key: ChannelKey, space: str, matrix: Matrix) -> None:
        """Keep them; those of other rooms go until all fit. One that is too large by itself is not kept."""
        self.drop(key, space)
        if matrix.size > self._most:
            return
        self._kept[key, space] = matrix
        self.size += matrix.size
        while self.size > self._most:
            _, oldest = self._kept.popitem(last=False)
            self.size -= oldest.size

    def drop(self, key: ChannelKey, space: str) -> None:
        """Let one go."""
        if (gone := self._kept.pop((key, space), None)) is not None:
            self.size -= gone.size

    def clear(self) -> None:
        """Let all go."""
        self._kept.clear()
        self.size = 0
