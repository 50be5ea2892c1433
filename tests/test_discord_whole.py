"""Parley, started as it is, in a Discord: a token is all that it takes."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from adapters.discord.connection.fatal import TOKEN
from adapters.discord.connection.missed import AWAY
from bot.application import Parley, running
from bot.settings import Settings, load
from tests.hurried import LIMITS, HurriedClock
from tests.platforms.discord import Discord, discord_server
from tests.platforms.people import DIRECT
from tests.seeded import seeded


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(LIMITS) as made:
        yield made


def settings(platform: Discord, folder: Path, **more: str) -> Settings:
    environ = {
        "DISCORD_TOKEN": platform.token,
        "DISCORD_API_BASE": platform.url,
        "PARLEY_DATA": str(seeded(folder)),
        "PARLEY_LOCAL_SERVERS": "off",
        "PARLEY_WEB_PORT": "0",
    }
    return load(environ | more)


async def readiness(parley: Parley) -> tuple[int, dict[str, str]]:
    """What `/readyz` says."""
    async with httpx.AsyncClient() as client:
        answered = await client.get(f"{parley.url}/readyz")
    return answered.status_code, answered.json()["reasons"]


async def test_a_mention_and_a_direct_message_are_answered(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with running(settings(platform, tmp_path), clock=HurriedClock()) as parley:
        await platform.gateway.connected()
        await ann.says("How is the weather?", mention=True)
        await ann.sees_final("How is the weather?")
        await ann.says("Are we alone?", room=DIRECT)
        await ann.sees_final("Are we alone?", room=DIRECT)

        assert await readiness(parley) == (200, {})
    assert platform.sights.pings == []
    assert platform.transcript.unguarded() == []


async def test_what_was_asked_while_parley_was_down_is_answered_once(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    async with running(settings(platform, tmp_path), clock=HurriedClock()):
        await platform.gateway.connected()
        await ann.says("First things first.", mention=True)
        await ann.sees_final("First things first.")
    await ann.says("Anybody there?", mention=True)
    for times in (2, 3):
        async with running(settings(platform, tmp_path), clock=HurriedClock()):
            await platform.transcript.asked("GET", "/channels/*/messages", times - 1)
            await ann.sees_final("Anybody there?")

    answers = [one for one in ann.screen() if one.author == "Parley" and "Anybody there?" in one.text]
    assert len(answers) == 1
    assert not [one for one in ann.screen() if one.text == AWAY]


async def test_a_refused_token_leaves_the_web_chat_and_is_told(platform: Discord, tmp_path: Path) -> None:
    async with running(settings(platform, tmp_path, DISCORD_TOKEN="x.y.z")) as parley:
        reasons: dict[str, str] = {}
        while TOKEN not in reasons.values():
            status, reasons = await readiness(parley)
        async with httpx.AsyncClient() as client:
            page = await client.get(parley.link, follow_redirects=True)

    assert (status, reasons) == (503, {"discord": TOKEN})
    assert page.status_code == 200
