"""Nothing said is lost and nothing is answered twice, whatever is killed in between.

The real process is killed with SIGKILL at random moments of fifty turns. What it promised is then looked
for over its interface and in its database.
"""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.process import Parley, parley

TURNS = 50
ROOMS = ("amber", "birch", "cedar")
SEED = 20261121
SLOW = '[providers.slow]\nkind = "offline"\npace = 60\n[routes]\nchat = ["slow/parrot"]\n'


@dataclass
class Said:
    """What was sent, and which of it Parley said it had received."""

    sent: dict[str, list[str]] = field(default_factory=lambda: {room: [] for room in ROOMS})
    acknowledged: list[tuple[str, str]] = field(default_factory=list)


async def say(http: httpx.AsyncClient, said: Said, room: str, text: str) -> None:
    """Send one message; note whether it was acknowledged."""
    said.sent[room].append(text)
    try:
        answer = await http.post(f"/api/rooms/{room}/messages", json={"text": text, "as": "member:ann"})
    except httpx.TransportError:
        return
    if answer.status_code == 202:
        said.acknowledged.append((room, text))


async def turns_with_kills(program: Parley, turns: int, dice: random.Random) -> Said:
    """Two or three messages at a time, then a kill some milliseconds later, then a new start."""
    said = Said()
    number = 0
    while number < turns:
        async with program.api() as http:
            together = [
                asyncio.create_task(say(http, said, dice.choice(ROOMS), f"echo number {number + i}"))
                for i in range(min(dice.randint(1, 3), turns - number))
            ]
            number += len(together)
            await asyncio.sleep(dice.uniform(0, 0.6))  # the moment of the kill: any will do
            await program.kill()
            await asyncio.gather(*together)
        await program.start()
    return said


async def at_rest(http: httpx.AsyncClient, database: Path) -> dict[str, list[dict[str, Any]]]:
    """Every room's messages once nothing is being worked on, or on its way, any more."""
    while True:
        found = {room: await messages(http, room) for room in ROOMS}
        runs = [entry["run"]["status"] for entries in found.values() for entry in entries if entry["run"]]
        working = any(status in ("queued", "in_progress", "cancelling") for status in runs)
        if not working and not query(database, "SELECT id FROM runs WHERE delivery = 'pending'"):
            return {room: await messages(http, room) for room in ROOMS}
        await asyncio.sleep(0.05)


async def messages(http: httpx.AsyncClient, room: str) -> list[dict[str, Any]]:
    """A room's messages."""
    found: list[dict[str, Any]] = (await http.get(f"/api/rooms/{room}/messages")).json()["messages"]
    return found


def query(database: Path, statement: str) -> list[Any]:
    """What the file itself says."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute(statement).fetchall()


def verdict(said: Said, found: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Every broken promise, in words."""
    broken: list[str] = []
    for room, text in said.acknowledged:
        times = [entry["text"] for entry in found[room] if entry["role"] == "user"].count(text)
        if times != 1:
            broken.append(f"acknowledged, but stored {times} times: {text}")
    for room, entries in found.items():
        questions = [entry for entry in entries if entry["role"] == "user"]
        answers = Counter(entry["question_id"] for entry in entries if entry["role"] == "assistant")
        broken += [f"{answers[q['id']]} answers: {q['text']}" for q in questions if answers[q["id"]] != 1]
        broken += [f"never sent: {q['text']}" for q in questions if q["text"] not in said.sent[room]]
        broken += [
            f"{entry['run']['status']} without a visible word: {entry['id']}"
            for entry in entries
            if entry["role"] == "assistant" and not entry["text"]
        ]
        broken += [
            f"not wholly on the screen: {entry['id']}"
            for entry in entries
            if entry["role"] == "assistant"
            and "".join(post["text"] for post in entry["posts"]) != entry["text"]
        ]
    return broken


def database_verdict(path: Path) -> list[str]:
    """The same promises, read from the file itself."""
    ((sound,),) = query(path, "PRAGMA integrity_check")
    twice = query(
        path,
        "SELECT question_id FROM messages WHERE role = 'assistant' GROUP BY question_id HAVING count(*) > 1",
    )
    restless = query(path, "SELECT id, status FROM runs WHERE ended_at IS NULL")
    unsettled = query(path, "SELECT id FROM calls WHERE outcome = 'reserved'")
    return [
        *([] if sound == "ok" else [f"integrity: {sound}"]),
        *(f"answered twice: {row}" for row in twice),
        *(f"never ended: {row}" for row in restless),
        *(f"never settled: {row}" for row in unsettled),
    ]


async def killed_again_and_again(folder: Path, module: str, turns: int = TURNS) -> list[str]:
    """The whole experiment: what was promised and not kept."""
    config = folder / "parley.toml"
    config.write_text(SLOW, "utf-8")
    env = {"PARLEY_CONFIG": str(config)}
    database = folder / "data" / "parley.db"
    async with parley(folder / "data", env, module=module) as program:
        said = await turns_with_kills(program, turns, random.Random(SEED))
        async with program.api() as http:
            broken = verdict(said, await at_rest(http, database))
        assert len(said.acknowledged) > turns / 4, "too few messages got through to prove anything"
        await program.stop()
    return broken + database_verdict(database)


@pytest.mark.timeout(400)
async def test_fifty_turns_with_kills_lose_nothing_and_answer_nothing_twice(tmp_path: Path) -> None:
    assert await killed_again_and_again(tmp_path, "bot") == []


@pytest.mark.timeout(400)
async def test_a_build_that_acknowledges_before_it_commits_is_caught(tmp_path: Path) -> None:
    broken = await killed_again_and_again(tmp_path, "tests.broken_build", turns=12)

    assert any("acknowledged, but stored 0 times" in promise for promise in broken)
