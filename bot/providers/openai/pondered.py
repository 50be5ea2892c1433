"""What a model thought before it asked for tools, for services that want it back with the calls.

DeepSeek and Moonshot refuse calls that come back without it. It is nobody else's and stays in memory: after a
restart nothing goes back in its place, which they take, too.
"""

from collections import OrderedDict
from typing import Final

MOST: Final = 4_000_000
"""Characters that are kept, of all answers together."""

LARGEST: Final = 200_000
"""Characters of one answer's thoughts."""


class Pondered:
    """The thoughts of answers with calls; those that were kept first go first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[str, str] = OrderedDict()

    def keep(self, call_id: str, thoughts: str) -> None:
        """What was thought before this call was asked for."""
        if not thoughts or len(thoughts) > LARGEST:
            return
        self._size += len(thoughts) - len(self._kept.pop(call_id, ""))
        self._kept[call_id] = thoughts
        while self._size > self._most:
            self._size -= len(self._kept.popitem(last=False)[1])

    def of(self, call_id: str) -> str:
        """It, or nothing."""
        return self._kept.get(call_id, "")
