"""Where an answer is given: what else its platform can do there."""

from dataclasses import dataclass

from bot.messages import Address
from bot.ports import Outlet
from bot.records import Said


@dataclass(frozen=True, slots=True)
class Place:
    """A room on its platform."""

    outlet: Outlet
    to: Address

    def link(self, said: Said) -> str:
        """Where a message of this room can be read; nothing where its platform has no links."""
        return self.outlet.link(self.to, said)
