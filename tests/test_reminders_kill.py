"""A reminder that was set before kills rings once after them, at whatever moment they come.

The real process is killed with SIGKILL while one reminder after the other is due.
"""

import asyncio
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.killing import query
from tests.platforms.discord import discord_server
from tests.platforms.people import Person
from tests.platforms.telegram import serving
from tests.process import Parley, parley
from tests.test_discord_kill import ROOMY
from tests.test_discord_kill import environment as on_discord
from tests.test_kill import database_verdict
from tests.test_telegram_kill import environment as on_telegram

REMINDERS, KILLS = 12, 4
SEED = 20261121


async def killed_while_they_ring(program: Parley, ann: Person) -> Counter[str]:
    """How often each was to be seen in the end."""
    dice, database = random.Random(SEED), program.data / "parley.db"
    for number in range(REMINDERS):
        await ann.runs("/remind", when=f"in {4 + number / 2} seconds", text=f"number {number}.")
        await ann.sees(f"(number {number + 1})")
    for _ in range(KILLS):
        await asyncio.sleep(dice.uniform(0.2, 1.5))  # the moment of the kill: any will do
        await program.kill()
        await program.start()
    async with asyncio.timeout(60):
        while left(database):
            await asyncio.sleep(0.05)
    return Counter(
        found for one in ann.screen("general") for found in re.findall(r"⏰ .*(number \d+\.)", one.text)
    )


def left(database: Path) -> bool:
    """Whether something is still to ring, or on its way."""
    timers = query(database, "SELECT id FROM timers WHERE kind = 'remind'")
    return bool(timers or query(database, "SELECT id FROM runs WHERE delivery = 'pending'"))


@pytest.mark.timeout(120)
async def test_on_discord_each_is_posted_once(tmp_path: Path) -> None:
    async with discord_server(ROOMY) as discord:
        ann = discord.member("ann")
        async with parley(tmp_path / "data", on_discord(discord, tmp_path)) as program:
            await discord.gateway.connected()
            shown = await killed_while_they_ring(program, ann)
            await program.stop()
        discord.broken.clear()

        assert shown == {f"number {number}.": 1 for number in range(REMINDERS)}
        assert discord.sights.pings == []
    assert database_verdict(program.data / "parley.db") == []


@pytest.mark.timeout(120)
async def test_on_telegram_each_is_posted_and_at_most_one_twice_for_each_kill(tmp_path: Path) -> None:
    async with serving(pace=None) as telegram:
        ann = telegram.member("ann")
        async with parley(tmp_path / "data", on_telegram(telegram, tmp_path)) as program:
            shown = await killed_while_they_ring(program, ann)
            await program.stop()

    assert shown.keys() == {f"number {number}." for number in range(REMINDERS)}
    assert shown.total() - REMINDERS <= KILLS
    assert database_verdict(program.data / "parley.db") == []
