"""On Telegram, too, nothing said is lost and nothing is answered twice, whatever is killed, and whenever.

The real process answers on a Telegram in the test's own process; it is killed with SIGKILL at random moments
under messages and commands, and while it is away people go on talking.
"""

import asyncio
import random
import re
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.killing import at_rest, query, stored_verdict
from tests.platforms.people import Shown
from tests.platforms.telegram import Person, Telegram, serving
from tests.process import Parley, parley
from tests.test_kill import database_verdict

KILLS, UPDATES = 20, 300
ALONE, TOGETHER = 20, 8
"""People who are alone with Parley, and groups: of these Telegram takes 20 messages a minute."""
SEED = 20261121
SLOW = '[providers.slow]\nkind = "offline"\npace = 120\n[routes]\nchat = ["slow/parrot"]\n'


@dataclass
class Crowd:
    """Everybody, and what was said in every room, in order."""

    people: list[Person]
    groups: list[str]
    dice: random.Random
    said: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0

    async def speaks(self) -> None:
        """Somebody says something: in a group by name, alone as a message or as a command."""
        self.number += 1
        words, who = f"echo number {self.number}.", self.dice.choice(self.people)
        if self.dice.random() < 0.1:
            room = self.dice.choice(self.groups)
            self.said[room].append(words)
            await who.says(words, room=room, mention=True)
            return
        self.said[who.name].append(words)
        if self.dice.random() < 0.3:
            await who.runs("/chat", room="direct", message=words)
        else:
            await who.says(words, room="direct")

    @property
    def everything(self) -> list[str]:
        """All that was said."""
        return [words for room in self.said.values() for words in room]

    def shown(self) -> Counter[str]:
        """How often the answer to each question is to be seen."""
        found = (number for one in self.answers() for number in re.findall(r"number \d+\.", one.text))
        return Counter(f"echo {number}" for number in found)

    def answers(self) -> list[Shown]:
        """What Parley has said anywhere."""
        screens = [who.screen("direct") for who in self.people]
        screens += [self.people[0].screen(room) for room in self.groups]
        return [one for screen in screens for one in screen if one.author == "Parley"]


def crowd(telegram: Telegram) -> Crowd:
    people = [telegram.member(f"person {number}") for number in range(ALONE)]
    groups = [f"group {number}" for number in range(TOGETHER)]
    for group in groups:
        telegram.group(group)
    return Crowd(people, groups, random.Random(SEED))


async def a_while(program: Parley, everybody: Crowd) -> None:
    """People talk, it is killed in the middle, they talk on, and it is started again."""
    each, dice = UPDATES // KILLS, everybody.dice
    for _ in range(each - 3):
        await everybody.speaks()
        await asyncio.sleep(dice.uniform(0, 0.05))
    await asyncio.sleep(dice.uniform(0, 0.7))  # the moment of the kill: any will do
    await program.kill()
    for _ in range(3):
        await everybody.speaks()
    await program.start()


@pytest.mark.timeout(300)
async def test_a_process_killed_again_and_again_answers_every_update_once_and_in_order(
    tmp_path: Path,
) -> None:
    database = tmp_path / "data" / "parley.db"
    async with serving(pace=None) as telegram:  # a new process cannot know what an earlier one used up
        everybody = crowd(telegram)
        async with parley(tmp_path / "data", environment(telegram, tmp_path)) as program:
            for _ in range(KILLS):
                await a_while(program, everybody)
            with suppress(TimeoutError):  # the verdict says what is missing
                async with asyncio.timeout(90):
                    await at_rest(database, everybody.everything)
            broken = stored_verdict(database, everybody.said)
            shown = everybody.shown()
            unfinished = [one for one in everybody.answers() if "Stop" in one.buttons]
            await program.stop()

    assert everybody.number == UPDATES
    assert broken == []
    assert [words for words in everybody.everything if not shown[words]] == []
    assert sum(times - 1 for times in shown.values()) <= KILLS
    assert len(unfinished) <= KILLS  # posted, and killed before it was written down: nobody knows its id
    assert query(database, "SELECT count(*) FROM inbox WHERE state != 'dealt' OR body != ''") == [(0,)]
    assert "Traceback" not in program.log.read_text("utf-8")
    assert database_verdict(database) == []


def environment(telegram: Telegram, folder: Path) -> dict[str, str]:
    """What the process is given."""
    config = folder / "parley.toml"
    config.write_text(SLOW, "utf-8")
    return {
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_BASE": telegram.url,
        "PARLEY_CONFIG": str(config),
    }
