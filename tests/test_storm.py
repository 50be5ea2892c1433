"""Many people do everything at once, in a real process; when it is quiet, all of it fits together."""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.process import Parley, parley
from tests.tab import Entry, Tab, look
from tests.test_kill import database_verdict

ROOMS = ("amber", "birch")
CLIENTS = 8
DEEDS = 60
"""Of each client."""
SEED = 20261121
PACE = """
[providers.slow]
kind = "offline"
pace = 1000
[routes]
chat = ["slow/parrot"]
image = ["slow/painter"]
"""
WORKING = ("queued", "in_progress", "cancelling")


async def entries(http: httpx.AsyncClient, room: str) -> list[Entry]:
    found: list[Entry] = (await http.get(f"/api/rooms/{room}/messages")).json()["messages"]
    return found


async def deed(http: httpx.AsyncClient, dice: random.Random) -> int:
    """Do something, on purpose often to what somebody else is busy with: the status of the answer."""
    room = dice.choice(ROOMS)
    at = f"/api/rooms/{room}"
    what = dice.choices(("say", "stop", "again", "on", "delete", "new", "paint"), (6, 3, 3, 1, 2, 1, 1))[0]
    if what == "say":
        said = {"text": f"tell me story {dice.random()} 🦜", "as": "member:ann"}
        return (await http.post(f"{at}/messages", json=said)).status_code
    if what == "paint":
        paint = {"options": {"prompt": "a dot"}, "as": "member:bo"}
        return (await http.post(f"{at}/commands/imagine", json=paint)).status_code
    if what == "new":
        return (await http.post(f"{at}/commands/new", json={"as": "moderator"})).status_code
    if not (there := [entry for entry in await entries(http, room) if entry["run"]]):
        return 200
    target = dice.choice(there[-4:])
    if what == "delete":
        return (await http.delete(f"{at}/messages/{target['id']}", params={"as": "moderator"})).status_code
    verb = {"stop": "stop", "again": "regenerate", "on": "continue"}[what]
    press = {"verb": verb, "target": target["run"]["id"], "as": "moderator"}
    return (await http.post(f"{at}/actions", json=press)).status_code


async def client(program: Parley, number: int) -> list[int]:
    dice = random.Random(SEED + number)
    async with program.api() as http:
        answers = []
        for _ in range(DEEDS):
            answers.append(await deed(http, dice))
            await asyncio.sleep(dice.uniform(0, 0.03))  # people do not all act in the same instant
        return answers


async def quiet(http: httpx.AsyncClient, room: str) -> list[Entry]:
    """A room's messages once every answer is written and stands there whole; the test's deadline ends it."""
    while True:
        found = await entries(http, room)
        working = any(entry["run"]["status"] in WORKING for entry in found if entry["run"])
        if not working and all(map(whole, found)):
            return found
        await asyncio.sleep(0.05)


def whole(entry: Entry) -> bool:
    """Whether the posts of an answer show all of it. Where it is cut, only white space may be lost."""
    posted = "".join(post["text"] for post in entry["posts"])
    return entry["role"] == "user" or "".join(posted.split()) == "".join(entry["text"].split())


def verdict(found: list[Entry]) -> list[str]:
    """Every broken promise about a room at rest, in words."""
    answers = [entry for entry in found if entry["role"] == "assistant"]
    asked = [entry["question_id"] for entry in answers]
    return [
        *(f"answered twice: {number}" for number in set(asked) if asked.count(number) > 1),
        *(f"nothing to read: {entry}" for entry in answers if not entry["text"]),
    ]


async def agrees(tab: Tab, found: list[Entry]) -> None:
    """Wait until a tab shows what is stored; the test's own deadline ends the wait."""
    while tab.shown() != [look(entry) for entry in found]:
        await asyncio.sleep(0.05)


@pytest.mark.timeout(120)
async def test_whatever_people_do_at_once_every_answer_ends_and_every_tab_agrees(tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text(PACE, "utf-8")
    async with AsyncExitStack() as stack:
        program = await stack.enter_async_context(parley(tmp_path / "data", {"PARLEY_CONFIG": str(config)}))
        http = await stack.enter_async_context(program.api())
        tabs = [Tab(http, room) for room in ROOMS for _ in range(2)]
        watching = [asyncio.create_task(tab.watch()) for tab in tabs]
        statuses = await asyncio.gather(*(client(program, number) for number in range(CLIENTS)))
        async with asyncio.timeout(40):
            found = {room: await quiet(http, room) for room in ROOMS}
            for tab in tabs:
                await agrees(tab, found[tab._room])
        for task in watching:
            task.cancel()

        assert [problem for room in ROOMS for problem in verdict(found[room])] == []
        assert {status for answers in statuses for status in answers} <= {200, 202, 400, 404, 429}
        assert [tab.gaps for tab in tabs] == [0] * len(tabs)
        await program.stop()
        assert "Traceback" not in program.log.read_text("utf-8")
    assert database_verdict(tmp_path / "data" / "parley.db") == []


@pytest.mark.timeout(60)
async def test_a_hundred_times_the_same_event_at_once_is_one_message(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program, program.api() as http:
        path, said = "/api/rooms/general/messages", {"text": "once", "as": "member:ann"}
        answers = await asyncio.gather(
            *(http.post(path, json=said, headers={"Idempotency-Key": "k"}) for _ in range(100))
        )
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.text for answer in answers}) == 1
        assert [entry["role"] for entry in await quiet(http, "general")] == ["user", "assistant"]


@pytest.mark.timeout(60)
async def test_a_tab_reads_on_through_a_kill_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text(PACE.replace("1000", "20"), "utf-8")
    async with AsyncExitStack() as stack:
        program = await stack.enter_async_context(parley(tmp_path / "data", {"PARLEY_CONFIG": str(config)}))
        http = await stack.enter_async_context(program.api())
        first, second = Tab(http, "amber"), Tab(http, "amber")
        watching = [asyncio.create_task(tab.watch()) for tab in (first, second)]
        await http.post("/api/rooms/amber/messages", json={"text": "tell me a story", "as": "member"})
        while not any(entry["role"] == "assistant" and entry["text"] for entry in first.entries.values()):
            await asyncio.sleep(0.01)
        await program.kill()
        await program.start()
        async with asyncio.timeout(30):
            found = await quiet(http, "amber")
            await agrees(first, found)
            await agrees(second, found)
        for task in watching:
            task.cancel()

        assert verdict(found) == []
        assert (first.gaps, second.gaps) == (0, 0)
        assert min(first.connections, second.connections) > 1
