"""Parley as a whole on the Discord to test against, with scripted models, for people who give commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import SecretStr

from adapters.discord import platform as parts
from adapters.discord.outlet.outlet import LIMITS
from bot.clock import SystemClock
from bot.media.folder import MediaFolder
from bot.messages import Turn
from bot.settings import Settings
from tests.listening import HASTY
from tests.platforms.discord import Discord, Limits, Member
from tests.rig import Rig, Scripted, rig

QUICK = Limits(identify_every=0.0)
PATIENT = replace(QUICK, acknowledge=60.0)
"""For tests of something else than time: their machine may be slow."""
REGISTERED = "/applications/*/commands"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a test works with: people, the service behind the bot, and what its model was asked."""

    discord: Discord
    parley: Rig
    ann: Member
    bo: Member
    mod: Member

    @property
    def model(self) -> Scripted:
        return self.parley.one

    @property
    def asked(self) -> list[Turn]:
        """The last request's turns, without the system's."""
        return [turn for turn in self.model.asked[-1].turns if turn.role != "system"]


@asynccontextmanager
async def staged(discord: Discord, folder: Path) -> AsyncIterator[Stage]:
    """Parley is there, and its commands are registered."""
    settings = Settings(discord_token=SecretStr(discord.token), discord_api_base=discord.url)
    there = parts.Discord(settings, MediaFolder(folder, _kept), SystemClock(), HASTY)
    there.outlet.limits = replace(LIMITS, interval=0.01)
    sessions = len(discord.gateway.identifies)
    outlets, files = {"discord": there.outlet}, {"discord": there.files}
    async with (
        rig(folder, outlets=outlets, files=files) as parley,
        there.running(parley.conversation, parley.commands),
    ):
        await discord.gateway.identified(sessions + 1)
        await discord.gateway.connected()
        await discord.transcript.asked("GET", REGISTERED)
        await discord.transcript.asked("PUT", REGISTERED)
        people = discord.member("ann"), discord.member("bo"), discord.moderator("mod")
        yield Stage(discord, parley, *people)
        await parley.work.drain(0.5)


async def _kept(_: object) -> None:
    """The service keeps pictures; here they are only read."""
