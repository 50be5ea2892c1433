"""An outlet before a Discord on this machine, without a gateway: answers alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from adapters.discord.asking.buckets import route
from adapters.discord.asking.rest import Rest
from adapters.discord.outlet.live import Interaction, Live
from adapters.discord.outlet.outlet import DiscordOutlet
from bot.errors import NotFound
from bot.messages import Action, Address, ChannelKey, Fit, Picture, PictureRef, Post, Verb
from tests.platforms.discord import Discord, Limits, Member, discord_server
from tests.platforms.discord.interactions import Interaction as Asked
from tests.platforms.discord.interactions import Sort
from tests.platforms.discord.world import Channel, Kind

MESSAGES = "/channels/*/messages"
ITS = "/webhooks/*"


class Hurried:
    """Implements Clock: sleeping takes no time, and a test lets time pass as it likes."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Shelf:
    """Implements Shrinks: pictures in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.shrunk = 0

    def put(self, name: str, data: bytes) -> PictureRef:
        self.kept[name] = data
        return PictureRef(name, "image/png", 8, 8)

    async def keep(self, data: bytes) -> PictureRef:
        return self.put(f"kept{len(self.kept)}", data)

    async def load(self, ref: PictureRef) -> Picture:
        if ref.sha256 not in self.kept:
            raise NotFound("This picture is not kept any more.")
        return Picture(self.kept[ref.sha256], ref.media_type)

    async def shrink(self, picture: Picture, fit: Fit) -> Picture:
        self.shrunk += 1
        return Picture(b"small", "image/jpeg")


@dataclass
class Stand:
    """What a test works with."""

    discord: Discord
    clock: Hurried
    live: Live
    rest: Rest
    outlet: DiscordOutlet
    shelf: Shelf = field(default_factory=Shelf)

    def to(
        self, room: str | Channel = "general", *, reply_to: str = "", private: Member | None = None
    ) -> Address:
        """Where an answer goes."""
        channel = self.discord.channel(room) if isinstance(room, str) else room
        parent = channel.parent if channel.kind is Kind.THREAD and channel.parent else channel
        key = ChannelKey(
            "discord",
            str(self.discord.bot.id),
            str(channel.guild.id) if channel.guild else "dm",
            str(parent.id),
            str(channel.id) if parent is not channel else "",
            str(private.id) if private else "",
        )
        return Address(key, reply_to)

    async def runs(
        self,
        who: Member,
        room: str | Channel = "general",
        *,
        run: int = 1,
        private: bool = False,
        personal: bool = False,
        defer: bool = True,
    ) -> Interaction:
        """Somebody gives a command, which is deferred."""
        channel = self.discord.channel(room) if isinstance(room, str) else room
        asked = self.discord.core.interactions.start(Sort.COMMAND, who.account, channel, "/chat")
        one = self._opened(asked, private=private, personal=personal)
        self.live.carry(run, one)
        if defer:
            await self.defers(one, 5)
        return one

    async def presses(self, who: Member, message: str, *, run: int, private: bool = False) -> Interaction:
        """Somebody presses a button under a message, which is deferred."""
        channel = self.discord.channel("general")
        there = channel.messages[int(message)]
        asked = self.discord.core.interactions.start(Sort.COMPONENT, who.account, channel, "[Again]", there)
        one = self._opened(asked, private=private, original=message)
        self.live.carry(run, one)
        await self.defers(one, 6)
        return one

    async def defers(self, one: Interaction, how: int) -> None:
        """Answer an interaction for now."""
        where = route("POST /interactions/{id}/{token}/callback", id=one.id, token=one.token)
        body: dict[str, Any] = {"type": how} | ({"data": {"flags": 64}} if one.ephemeral and how == 5 else {})
        await self.rest.ask(where, body)
        self.live.acknowledged(one)

    def _opened(
        self, asked: Asked, *, private: bool, personal: bool = False, original: str = ""
    ) -> Interaction:
        return self.live.open(
            str(asked.id),
            asked.token,
            str(self.discord.bot.id),
            ephemeral=private,
            original=original,
            personal=personal,
        )

    def restarted(self) -> DiscordOutlet:
        """The outlet of another process, which knows nothing of what was."""
        return DiscordOutlet(self.rest, Live(self.clock), self.shelf)


@asynccontextmanager
async def standing(limits: Limits | None = None, *, within: float = 20.0) -> AsyncIterator[Stand]:
    """An outlet, and the Discord before which it stands."""
    async with discord_server(limits or Limits()) as discord:
        clock, shelf = Hurried(), Shelf()
        live = Live(clock)
        rest = Rest(discord.token, discord.url, clock, within=within)
        outlet = DiscordOutlet(rest, live, shelf)
        try:
            yield Stand(discord, clock, live, rest, outlet, shelf)
        finally:
            await outlet.aclose()


def said(
    text: str,
    *,
    run: int = 1,
    final: bool = True,
    verbs: tuple[Verb, ...] = (),
    pictures: tuple[PictureRef, ...] = (),
) -> Post:
    """A post of a run's answer."""
    return Post(text, pictures, tuple(Action(verb, run) for verb in verbs), final, run)
