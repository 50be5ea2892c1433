"""What happens in a room waits until what was said there before has been read back.

So its order holds. And nothing is lost when Parley ends meanwhile: how far a room was heard is known by the
newest message that is stored of it, and none is stored before those that are older.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import discord
from discord import InteractionType

from adapters.discord.connection.client import Ears

LONG: Final = 10.0
"""Seconds that a message waits at most."""

SHORT: Final = 1.0
"""Likewise a command or a press: Discord waits for three."""

Take = Callable[[], None]


class Held:
    """Keeps what happens in some rooms. `waits`: asked for each event whether its channel is one of them."""

    def __init__(self, ears: Ears, waits: Callable[[int], bool]) -> None:
        self._ears = ears
        self._waits = waits
        self._held: defaultdict[int, dict[Take, asyncio.TimerHandle]] = defaultdict(dict)

    def ears(self) -> Ears:
        """Those who listen, told of what happens when it is its turn."""
        ears = self._ears

        def asked(told: "discord.Interaction[Any]") -> None:
            if told.type is InteractionType.autocomplete or told.channel_id is None:
                ears.asked(told)
            else:
                self._later(told.channel_id, lambda: ears.asked(told), SHORT)

        return Ears(
            lambda message: self._later(message.channel.id, lambda: ears.heard(message), LONG),
            ears.meant,
            lambda event: self._later(event.channel_id, lambda: ears.edited(event), LONG),
            lambda event: self._later(event.channel_id, lambda: ears.deleted(event), LONG),
            asked,
            lambda event: self._later(event.channel_id, lambda: ears.reacted(event), LONG),
        )

    def release(self, channel: int) -> None:
        """It is their turn now."""
        for take, timer in self._held.pop(channel, {}).items():
            timer.cancel()
            take()

    def close(self) -> None:
        """Nobody listens any more: what is held was never heard, and will be read back."""
        for held in self._held.values():
            for timer in held.values():
                timer.cancel()
        self._held.clear()

    def _later(self, channel: int, take: Take, at_most: float) -> None:
        if not self._waits(channel):
            take()
            return
        self._held[channel][take] = asyncio.get_running_loop().call_later(at_most, self._over, channel, take)

    def _over(self, channel: int, take: Take) -> None:
        """It has waited long enough."""
        del self._held[channel][take]
        take()
