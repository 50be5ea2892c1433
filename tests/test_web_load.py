"""What one person can use up: money, connections and rooms, through the interface of the real program."""

import asyncio
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from tests.process import Parley, parley
from tests.wire.answers import Gate, hangs, says
from tests.wire.server import serving

PRICED = """
[providers.dear]
kind = "openai"
base_url = "{url}"
free = false

[routes]
chat = ["dear/m"]

[limits]
per_person_day = 0.03
per_channel_day = 10.0
unknown_call = 0.01
"""


async def ended(http: httpx.AsyncClient, run: int) -> dict[str, Any]:
    """A run when it has ended."""
    while (found := (await http.get(f"/api/runs/{run}?as=moderator")).json())["ended_at"] is None:
        await asyncio.sleep(0.02)
    return dict(found)


async def test_a_hundred_requests_at_once_cost_no_more_than_one_may_spend(tmp_path: Path) -> None:
    """The worst case is reserved before a call is made, so nobody is faster than their limit."""
    gate = Gate()
    async with serving() as server:
        server.always = hangs(gate, says("It is a dear answer."))
        file = tmp_path / "settings.toml"
        file.write_text(PRICED.format(url=server.url), "utf-8")
        async with parley(tmp_path / "data", {"PARLEY_CONFIG": str(file)}) as program, program.api() as http:
            said = [
                http.post(f"/api/rooms/r{number}/messages", json={"text": "hello", "as": "member:eve"})
                for number in range(100)
            ]
            runs = [answer.json()["run_id"] for answer in await asyncio.gather(*said)]
            await server.asked(3)
            gate.open()
            found = await asyncio.gather(*(ended(http, run) for run in runs))
            other = await http.post("/api/rooms/r0/messages", json={"text": "hello", "as": "member:ann"})
            assert (await ended(http, other.json()["run_id"]))["status"] == "completed"

    refused = [run for run in found if run["last_error"] == "budget_spent"]
    assert len(server.requests) - sum(request.method == "GET" for request in server.requests) == 3 + 1
    assert len(refused) == 97
    spent = sum(Decimal(str(run["usage"]["cost"])) for run in found)
    assert spent <= Decimal("0.03")


async def test_many_who_listen_and_many_rooms_leave_room_for_others(tmp_path: Path) -> None:
    """Three hundred streams and three hundred rooms of one client: a message still gets its answer."""
    async with parley(tmp_path / "data") as program, AsyncExitStack() as stack:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=program.url, headers=bearer(program), timeout=30, limits=limits)
        )
        streams = [http.stream("GET", f"/api/rooms/r{number}/events") for number in range(300)]
        opened = await asyncio.gather(*map(stack.enter_async_context, streams))
        assert {answer.status_code for answer in opened} == {200}
        rooms = [f"/api/rooms/room-{number}/messages" for number in range(300)]
        asks = [http.post(room, json={"text": "hello", "as": "member:eve"}) for room in rooms]
        assert {answer.status_code for answer in await asyncio.gather(*asks)} == {202}
        said = await http.post("/api/rooms/quiet/messages", json={"text": "hello", "as": "member:ann"})

        assert (await ended(http, said.json()["run_id"]))["status"] == "completed"
        assert len((await http.get("/api/rooms")).json()["rooms"]) == 300 + 1 + 1


def bearer(program: Parley) -> dict[str, str]:
    """Who may."""
    return {"Authorization": str(program.api().headers["authorization"])}
