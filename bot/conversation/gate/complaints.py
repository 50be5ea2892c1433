"""What would be said under every message is said once for a while: that nothing can be stored, or that
somebody is not answered."""

from collections.abc import Hashable
from typing import Final

from bot.ports import Clock

SILENT: Final = 300.0
"""Seconds in which a room is told once."""


class Complaints:
    """Remembers who was told: rooms, or persons. `silent`: for so many seconds they are told nothing more."""

    def __init__(self, clock: Clock, silent: float = SILENT) -> None:
        self._clock = clock
        self._silent = silent
        self._told: dict[Hashable, float] = {}

    def first(self, whom: Hashable) -> bool:
        """Whether they have not been told for a while; from now on they have."""
        now = self._clock.monotonic()
        self._told = {one: at for one, at in self._told.items() if now - at < self._silent}
        if whom in self._told:
            return False
        self._told[whom] = now
        return True
