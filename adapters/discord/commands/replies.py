"""What people did with commands, buttons, menus and windows is acknowledged in time, and answered."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import discord

from adapters.discord.asking.rest import Rest
from adapters.discord.commands.mentions import Mentions
from adapters.discord.commands.response import Json, Response
from adapters.discord.keys import names
from adapters.discord.outlet.live import Interaction, Live
from bot.commands import Reply
from bot.commands.failures import told
from bot.messages import Actor, Address, ChannelKey
from bot.ports import Clock

PATIENCE: Final = 1.5
"""Seconds after which something is acknowledged although it is not stored yet; Discord waits for three."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody did, who it was, and where. `event_id`: once for each thing that is done."""

    told: "discord.Interaction[Any]" = field(repr=False)
    actor: Actor
    key: ChannelKey
    one: Interaction

    @property
    def event_id(self) -> str:
        """The interaction's own: Discord may tell of it twice."""
        return self.one.id

    @property
    def address(self) -> Address:
        """Where an answer goes: through the interaction while it lives."""
        return Address(self.key, self.one.name, names(self.told.channel))

    @property
    def data(self) -> Json:
        """What was given, as Discord describes it."""
        return self.told.data or {}


class Replies:
    """Does what was asked for, and lets the person see what came of it. `patience`: seconds."""

    def __init__(
        self, rest: Rest, live: Live, clock: Clock, mentions: Mentions, *, patience: float = PATIENCE
    ) -> None:
        self._rest = rest
        self._live = live
        self._clock = clock
        self._mentions = mentions
        self._patience = patience

    async def give(
        self,
        asked: Asked,
        doing: Coroutine[Any, Any, Reply],
        *,
        ephemeral: bool,
        patience: float | None = None,
    ) -> None:
        """First do it, then acknowledge it, as "is thinking…" when there is more to come. `ephemeral`: how it
        likely is answered; what takes long is acknowledged before it is known."""
        response = Response(self._rest, self._live, self._clock, asked.one, self._mentions)
        reply = await self._done(doing, response.thinks(ephemeral=ephemeral), patience)
        if reply.run_id is None:
            await response.says(reply)
            return
        self._live.asked(reply.run_id, asked.actor.person.id)
        self._live.carry(reply.run_id, asked.one)
        await response.thinks(ephemeral=bool(asked.key.person))

    async def quietly(
        self, asked: Asked, doing: Coroutine[Any, Any, Reply], *, patience: float | None = None
    ) -> None:
        """Do what a button says: people see what it does to the message that it stands under, or why not."""
        response = Response(self._rest, self._live, self._clock, asked.one, self._mentions)
        reply = await self._done(doing, response.stays(), patience)
        if reply.run_id is not None:
            self._live.asked(reply.run_id, asked.actor.person.id)
        if reply.text:
            await response.says(reply)
        else:
            await response.stays()

    async def turn(self, asked: Asked, doing: Coroutine[Any, Any, Reply]) -> None:
        """Do what a button under a reply says, and show what came of it in its place; why not, below."""
        response = Response(self._rest, self._live, self._clock, asked.one, self._mentions)
        came: list[Reply] = []

        async def kept() -> Reply:
            came.append(await doing)
            return came[0]

        reply = await self._done(kept(), response.stays(), None)
        await (response.becomes(reply) if came else response.says(reply))

    async def open(self, asked: Asked, window: Coroutine[Any, Any, Json]) -> None:
        """Open a window; when it cannot be, say why."""
        response = Response(self._rest, self._live, self._clock, asked.one, self._mentions)
        made: Json = {}

        async def doing() -> Reply:
            nonlocal made
            made = await window
            return Reply()

        reply = await self._done(doing(), response.thinks(ephemeral=True), None)
        if not made:
            await response.says(reply)
        elif not await response.opens(made):
            await response.says(Reply("That took too long. Please try again."))

    async def offer(self, asked: Asked, choices: Sequence[Json]) -> None:
        """Offer values for an option."""
        await Response(self._rest, self._live, self._clock, asked.one, self._mentions).offers(choices)

    async def _done(
        self, doing: Coroutine[Any, Any, Reply], late: Coroutine[Any, Any, object], patience: float | None
    ) -> Reply:
        """What came of it; `late` is awaited when it takes long."""
        work = asyncio.create_task(doing)
        try:
            await asyncio.wait({work}, timeout=self._patience if patience is None else patience)
            if not work.done():
                await late
                await asyncio.wait({work})
        finally:
            late.close()
            work.cancel()
        return _outcome(work)


def _outcome(work: asyncio.Task[Reply]) -> Reply:
    """What came of something, or what the person is told about why nothing did."""
    error = work.exception()
    return work.result() if error is None else Reply(told(error))
