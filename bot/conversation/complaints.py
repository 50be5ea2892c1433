"""That nothing can be stored is said once for a while in a room, not under every message."""

from typing import Final

from bot.messages import ChannelKey
from bot.ports import Clock

SILENT: Final = 300.0
"""Seconds in which a room is told once."""


class Complaints:
    """Remembers which rooms were told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[ChannelKey, float] = {}

    def first(self, key: ChannelKey) -> bool:
        """Whether a room has not been told for a while; from now on it has."""
        now = self._clock.monotonic()
        self._told = {room: at for room, at in self._told.items() if now - at < SILENT}
        if key in self._told:
            return False
        self._told[key] = now
        return True
