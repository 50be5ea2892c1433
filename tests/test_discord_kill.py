"""On Discord, too, nothing said is lost and nothing is answered twice, whatever is killed, and whenever.

The real process answers on a Discord in the test's own process; it is killed with SIGKILL at random moments
under messages and commands, and while it is away people go on talking.
"""

import asyncio
import random
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.killing import at_rest, query, stored_verdict
from tests.platforms.discord import (
    Discord,
    Limits,
    Member,
    discord_server,
    fails,
    hangs,
    limited,
    passes,
    resets,
)
from tests.platforms.people import Shown
from tests.process import Parley, parley
from tests.test_kill import database_verdict

ROOMS = ("amber", "birch", "cedar", "dogwood", "elm")
KILLS = 10
SEED = 20261121
SLOW = '[providers.slow]\nkind = "offline"\npace = 80\n[routes]\nchat = ["slow/parrot"]\n'
CREATE, EDIT = (
    "POST /channels/{channel_id}/messages",
    "PATCH /channels/{channel_id}/messages/{message_id}",
)
ROOMY = Limits(identify_every=0.0).with_bucket(CREATE, 1000, 1.0).with_bucket(EDIT, 1000, 1.0)
"""A new process cannot know what an earlier one has used up: a 429 after a kill proves nothing."""


@dataclass
class Said:
    """What was said in every room, by messages in their order and by commands, and when it was killed."""

    messages: dict[str, list[str]] = field(default_factory=lambda: {room: [] for room in ROOMS})
    commands: dict[str, list[str]] = field(default_factory=lambda: {room: [] for room in ROOMS})
    kills: list[float] = field(default_factory=list)
    running: list[asyncio.Task[None]] = field(default_factory=list)
    number: int = 0

    def next(self) -> str:
        self.number += 1
        return f"echo number {self.number}."


async def a_while(program: Parley, ann: Member, said: Said, dice: random.Random) -> None:
    """People talk, it is killed in the middle, they talk on, and it is started again."""
    for _ in range(dice.randint(4, 7)):
        await message(ann, said, dice.choice(ROOMS))
        if dice.random() < 0.3:
            room, words = dice.choice(ROOMS), said.next()
            said.commands[room].append(words)
            said.running.append(asyncio.create_task(ann.runs("/chat", room=room, message=words)))
        await asyncio.sleep(dice.uniform(0, 0.1))
    await asyncio.sleep(dice.uniform(0, 0.7))  # the moment of the kill: any will do
    said.kills.append(time.monotonic())
    await program.kill()
    for _ in range(dice.randint(1, 3)):
        await message(ann, said, dice.choice(ROOMS))
    await program.start()


async def message(ann: Member, said: Said, room: str) -> None:
    words = said.next()
    said.messages[room].append(words)
    await ann.says(words, room=room, mention=True)


def shown_verdict(discord: Discord, ann: Member, said: Said, stored: set[str]) -> list[str]:
    """What people do not see as it was promised, in words. A command's answer has no nonce."""
    broken = [f"pinged: {ping}" for ping in discord.sights.pings]
    for room in ROOMS:
        times = shown(ann, room)
        commands = stored.intersection(said.commands[room])
        broken += [
            f"shown {times[words]} times: {words}" for words in said.messages[room] if times[words] != 1
        ]
        broken += [f"command shown {times[words]} times: {words}" for words in commands if not times[words]]
        broken += [f"not final in {room}: {one}" for one in answers(ann, room) if "Stop" in one.buttons]
    return broken


def shown(who: Member, room: str) -> Counter[str]:
    """How often the answer to each question is to be seen."""
    found = (number for one in answers(who, room) for number in re.findall(r"number \d+\.", one.text))
    return Counter(f"echo {number}" for number in found)


def answers(who: Member, room: str) -> list[Shown]:
    """What Parley has said there."""
    return [one for one in who.screen(room) if one.author == "Parley"]


def excuse(discord: Discord, said: Said) -> list[str]:
    """What was broken, but for commands that were waiting when it was killed: Discord tells their people."""
    left = list(discord.broken)
    for one in discord.core.interactions.all:
        killed = any(
            one.born - 1 <= kill <= one.born + discord.core.limits.acknowledge for kill in said.kills
        )
        late = f"interaction: {one.what} was not acknowledged within"
        mine = next((breach for breach in left if breach.startswith(late)), None)
        if one.failed and killed and mine:
            left.remove(mine)
    return left


async def talk(discord: Discord, program: Parley) -> Said:
    """Everything that is said while it is killed again and again. Where it was never spoken to, there would
    be nothing to read back: so everybody greets it first."""
    said, dice, ann = Said(), random.Random(SEED), discord.member("ann")
    for room in ROOMS:
        await message(ann, said, room)
        await ann.sees_final(said.messages[room][0].removeprefix("echo "), room=room)
    for _ in range(KILLS):
        await a_while(program, ann, said, dice)
    await asyncio.gather(*said.running)
    return said


@pytest.mark.timeout(240)
async def test_a_process_killed_again_and_again_answers_everything_once_and_in_order(tmp_path: Path) -> None:
    database = tmp_path / "data" / "parley.db"
    async with discord_server(ROOMY) as discord:
        ann = discord.member("ann")
        for room in ROOMS:
            discord.room(room)
        async with parley(tmp_path / "data", environment(discord, tmp_path)) as program:
            said = await talk(discord, program)
            with suppress(TimeoutError):  # the verdict says what is missing
                async with asyncio.timeout(60):
                    await at_rest(database, [one for messages in said.messages.values() for one in messages])
            stored = {text for (text,) in query(database, "SELECT text FROM messages")}
            broken = stored_verdict(database, said.messages) + shown_verdict(discord, ann, said, stored)
            await program.stop()
        left, discord.broken[:] = excuse(discord, said), []

        assert broken == []
        assert left == []
        assert sum(times - 1 for room in ROOMS for times in shown(ann, room).values()) <= KILLS
        assert discord.transcript.unguarded() == []
    assert "Traceback" not in program.log.read_text("utf-8")
    assert database_verdict(database) == []


def environment(discord: Discord, folder: Path) -> dict[str, str]:
    """What the process is given."""
    config = folder / "parley.toml"
    config.write_text(SLOW, "utf-8")
    return {"DISCORD_TOKEN": discord.token, "DISCORD_API_BASE": discord.url, "PARLEY_CONFIG": str(config)}


CROWD, EACH = 50, 4
"""Rooms, and messages in each of them."""


def weather(discord: Discord, dice: random.Random) -> None:
    """What Discord answers while the storm lasts. What hangs does so from the start: it takes longest."""
    bad = [
        *(limited(dice.uniform(0.1, 1.0)) for _ in range(8)),
        *(limited(0.5, scope="shared") for _ in range(4)),
        *(limited(0.7, scope="global") for _ in range(2)),
        *(fails(status) for status in (500, 502, 503, 504, 520)),
        *(fails(502, after=True) for _ in range(4)),
        *(resets() for _ in range(4)),
        *(resets(after=True) for _ in range(4)),
    ]
    discord.will("POST", "/channels/*/messages", hangs(), hangs(after=True))
    for method, path in (("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")):
        fates = bad + [passes() for _ in range(60)]
        dice.shuffle(fates)
        discord.will(method, path, *fates)
    discord.will("POST", "/channels/*/typing", fails(500), hangs(), resets(), limited(0.3, scope="global"))


async def gusts(discord: Discord) -> None:
    """The gateway meanwhile: each time a session goes on, or begins, before the next."""
    gateway = discord.gateway
    gateway.reconnect()
    await gateway.resumed()
    await gateway.connected()
    gateway.invalidate(resumable=False)
    await gateway.identified(2)
    await gateway.connected()
    gateway.close(4009)
    await gateway.identified(3)
    await gateway.connected()


@pytest.mark.timeout(240)
async def test_in_a_storm_everything_is_answered_once_within_discords_limits(tmp_path: Path) -> None:
    database = tmp_path / "data" / "parley.db"
    rooms = [f"room-{number}" for number in range(CROWD)] * EACH
    wanted = [f"echo number {number}." for number in range(len(rooms))]
    async with discord_server(Limits(identify_every=0.0)) as discord:
        ann = discord.member("ann")
        for room in rooms[:CROWD]:
            discord.room(room)
        async with parley(tmp_path / "data", environment(discord, tmp_path)) as program:
            weather(discord, random.Random(SEED))
            blowing = asyncio.create_task(gusts(discord))
            for room, words in zip(rooms, wanted, strict=True):
                await ann.says(words, room=room, mention=True)
            await blowing
            await at_rest(database, wanted)
            times = {room: shown(ann, room) for room in rooms}
            await program.stop()

        assert [words for room, words in zip(rooms, wanted, strict=True) if times[room][words] != 1] == []
        assert discord.transcript.unguarded() == []
        assert discord.sights.pings == []
    assert "Traceback" not in program.log.read_text("utf-8")
    assert database_verdict(database) == []
