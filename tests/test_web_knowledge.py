"""What a room knows, over HTTP: a file is added, found by likeness, read again, and survives a kill."""

import asyncio
from pathlib import Path

import httpx

from tests.process import parley

GENERAL, OTHER = "/api/rooms/general", "/api/rooms/other"
TOPICS = (
    "the harbour",
    "the bakery",
    "the museum",
    "the railway",
    "the library",
    "the stadium",
    "the theatre",
)
TEXT = "\n\n".join(
    f"# About {topic}\n\n" + f"There is much to say of {topic} and of those who work there. " * 12
    for topic in TOPICS
)
TEXT += "\n\n# Rules\n\nEverybody who sails the yellow dinghy must wear a whistle and carry two paddles."


async def ended(http: httpx.AsyncClient, run: int) -> None:
    while (await http.get(f"/api/runs/{run}?as=moderator:mod")).json()["ended_at"] is None:
        await asyncio.sleep(0.02)


async def added(http: httpx.AsyncClient, text: str = TEXT) -> int:
    """Add a file to the room: the run."""
    data = {"as": "moderator:mod", "options": '{"name": "guide.md"}'}
    files = {"files": ("town.md", text.encode())}
    answer = await http.post(f"{GENERAL}/commands/knowledge/add", data=data, files=files)
    assert answer.status_code == 202, answer.text
    return int(answer.json()["run_id"])


async def told(http: httpx.AsyncClient) -> str:
    entry = (await http.get(f"{GENERAL}/messages")).json()["messages"][-1]
    return str(entry["text"])


async def test_a_piece_is_found_by_likeness_and_can_be_read_in_its_room_alone(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program, program.api() as http:
        await ended(http, await added(http))
        assert "`guide.md` here now: 8 pieces" in await told(http)
        await ended(http, await added(http))
        assert "I know this file here already: it is `guide.md`, which you added" in await told(http)

        said = {"text": "What must people who sail the yellow dinghy wear?", "as": "member:ann"}
        run = (await http.post(f"{GENERAL}/messages", json=said)).json()["run_id"]
        await ended(http, run)
        steps = (await http.get(f"/api/runs/{run}?as=moderator:mod")).json()["steps"]
        (recall,) = [step for step in steps if "recall" in str(step)]
        assert "guide.md" in str(recall)

        answer = await http.get(f"{GENERAL}/knowledge/1/7?as=member:ann")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.text.startswith("guide.md\n\n[About the stadium]")
        assert "[Rules]" in answer.text
        for elsewhere in (f"{OTHER}/knowledge/1/7", f"{GENERAL}/knowledge/1/99", f"{GENERAL}/knowledge/2/0"):
            assert (await http.get(elsewhere)).status_code == 404

        for room, expected in ((OTHER, 404), (GENERAL, 200)):
            order = {"options": {"file": "1"}, "as": "moderator:mod"}
            assert (await http.post(f"{room}/commands/knowledge/remove", json=order)).status_code == expected
        assert (await http.get(f"{GENERAL}/knowledge/1/7")).status_code == 404


async def test_a_file_that_a_kill_interrupted_is_known_all_the_same(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program:
        async with program.api() as http:
            run = await added(http, TEXT * 20)
            await program.kill()
        await program.start()
        async with program.api() as http:
            await ended(http, run)
            assert "`guide.md` here now: 141 pieces" in await told(http)
            listed = await http.post(f"{GENERAL}/commands/knowledge/list", json={"as": "member:ann"})
            assert "141 pieces" in listed.json()["text"]
