"""Where an answer is given: what else its platform can do there."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.errors import DeliveryError, Gone, Refused, SlowDown, UserError
from bot.messages import Address, Calling, Person
from bot.ports import Clock, Ledger, Outlet
from bot.records import KnownFile, Piece, Said

WITHIN: Final = 20.0
"""Seconds that giving a title may take."""


@dataclass(frozen=True, slots=True)
class Place:
    """A room on its platform."""

    outlet: Outlet
    to: Address
    ledger: Ledger
    clock: Clock

    @property
    def kind(self) -> str:
        """What has a title there: a thread, a topic, a room; nothing where nothing has."""
        return self.outlet.titled(self.to.key)

    @property
    def unnamed(self) -> bool:
        """Whether its platform only numbers it until it gets a title."""
        return self.outlet.unnamed(self.to.key)

    def link(self, said: Said) -> str:
        """Where a message of this room can be read; nothing where its platform has no links."""
        return self.outlet.link(self.to, said)

    def source(self, file: KnownFile, piece: Piece) -> str:
        """Where a piece of a known file can be read: on its platform, or in the message that brought it."""
        if pattern := self.outlet.limits.source:
            key = self.to.key
            room = f"{key.channel}.{key.thread}" if key.thread else key.channel
            return pattern.format(room=room, file=file.id, position=piece.position)
        return self.outlet.link(Address(file.key), file.said)

    def followed(self, run_id: int) -> Callable[[int, Calling], None] | None:
        """Who is told how models write calls for a run; None: nobody wants to know."""
        return self.outlet.followed(self.to.key, run_id)

    async def starter(self) -> str:
        """The id of the person who began it; nothing when that is not known now."""
        try:
            return await self.outlet.starter(self.to.key)
        except DeliveryError:
            return ""

    async def rename(self, title: str, by: Person) -> None:
        """Give it a title, and record that. Raises UserError, which says why not, and StorageError."""
        try:
            async with asyncio.timeout(WITHIN):
                await self.outlet.rename(self.to, title)
        except (DeliveryError, TimeoutError) as why:
            raise UserError(_told(why, self.kind)) from why
        await self.ledger.renamed(self.to.key, title, by, at=self.clock.now())


def _told(why: BaseException, kind: str) -> str:
    """Why a place has no other title, for people."""
    match why:
        case SlowDown(retry_after=seconds):
            minutes = max(1, math.ceil(seconds / 60))
            wait = "a minute" if minutes == 1 else f"{minutes} minutes"
            return f"The title was changed too often: try again in {wait}."
        case Gone():
            return f"This {kind} is not there any more."
        case Refused():
            return f"I may not change the title of this {kind}."
        case _:
            return "The title can't be changed right now. Please try again in a moment."
