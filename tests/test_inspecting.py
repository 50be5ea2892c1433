"""How an answer came about, through the real program and a service that asks for tools: who may see it sees
all of it, and whoever watches the room is told which tools are at work."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.process import parley
from tests.wire.answers import fails, says
from tests.wire.openai import asks
from tests.wire.server import AiServer, serving

SETTINGS = """
[providers.shaky]
kind = "openai"
base_url = "{url}"
default_model = "m"
free = true

[providers.lab]
kind = "openai"
base_url = "{url}"
default_model = "m"

[models."lab/m"]
prompt_price = "0.00001"
completion_price = "0.0001"

[routes]
chat = ["shaky/m", "lab/m"]
"""
SUM = '{"formula": "6*7"}'
GENERAL = "/api/rooms/general"


@dataclass
class Place:
    """The program, and the service that it asks."""

    http: httpx.AsyncClient
    ai: AiServer

    async def ask(self, who: str = "member:ann", path: str = "messages", **said: object) -> int:
        """Say something and wait for the end: the run's id."""
        body = {"as": who, **(said or {"text": "What is six by seven?"})}
        run = int((await self.http.post(f"{GENERAL}/{path}", json=body)).json()["run_id"])
        while (await self.seen(run, who)).json()["ended_at"] is None:
            await asyncio.sleep(0.02)
        return run

    async def seen(self, run: int, who: str) -> httpx.Response:
        return await self.http.get(f"/api/runs/{run}", params={"as": who})


@asynccontextmanager
async def place(folder: Path) -> AsyncIterator[Place]:
    file = folder / "settings.toml"
    async with serving() as ai:
        file.write_text(SETTINGS.format(url=ai.url), "utf-8")
        ai.will(fails(401), asks("Let me see.", ("c1", "calculate", (SUM[:5], SUM[5:]))), says("It is 42."))
        env = {"PARLEY_CONFIG": str(file)}
        async with parley(folder / "data", env) as program, program.api() as http:
            yield Place(http, ai)


async def test_every_step_is_told_in_order_with_models_tools_and_costs(tmp_path: Path) -> None:
    async with place(tmp_path) as at:
        run = await at.ask()
        told = (await at.seen(run, "member:ann")).json()
    steps: list[dict[str, Any]] = told["steps"]
    assert [one["type"] for one in steps] == [
        "model_call", "model_call", "tool_calls", "model_call", "message_creation",
    ]  # fmt: skip
    assert [(one["model"], one["outcome"]) for one in steps if one["type"] == "model_call"] == [
        ("shaky/m", "key"), ("lab/m", "ok"), ("lab/m", "ok"),
    ]  # fmt: skip
    assert steps[2]["text"] == "Let me see."
    assert steps[2]["allowed"] is None
    (used,) = steps[2]["calls"]
    assert (used["id"], used["name"], used["arguments"]) == ("c1", "calculate", SUM)
    assert used["result"]["failed"] is False
    assert "42" in used["result"]["text"]
    assert steps[1]["price"] == {"prompt": 0.00001, "completion": 0.0001, "picture": 0.0}
    assert steps[3]["completion_tokens"] > 0
    assert steps[3]["latency_ms"] >= steps[3]["first_token_ms"]
    assert told["usage"]["cost"] == pytest.approx(sum(one.get("cost", 0) for one in steps))
    assert told["usage"]["cost"] > 0
    assert all(one["at"] for one in steps)


async def test_only_who_asked_and_moderators_may_see_it(tmp_path: Path) -> None:
    async with place(tmp_path) as at:
        run = await at.ask("member:ann")
        assert (await at.seen(run, "member:ann")).status_code == 200
        assert (await at.seen(run, "moderator:mo")).status_code == 200
        refused = await at.seen(run, "member:eve")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert refused.json()["error"]["message"] == (
        "Only moderators can see how an answer was made here that is not their own."
    )


async def test_what_was_chosen_for_one_answer_is_part_of_its_record(tmp_path: Path) -> None:
    async with place(tmp_path) as at:
        options = {"message": "Hello", "instructions": "In rhyme.", "model": "lab/m"}
        run = await at.ask(path="commands/chat", options=options)
        told = (await at.seen(run, "member:ann")).json()
    assert told["chosen"] == {"model": "lab/m", "instructions": "In rhyme."}


async def test_the_room_s_events_tell_of_tools_and_of_text_but_not_what_tools_were_asked(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as at:
        run = await at.ask()
        # All of it at once, after the fact: a tool's events of one round are then one.
        durable = await events(at.http, "run.updated", "completed")
    (ended,) = (body for kind, body in durable if kind == "tool_call.ended")
    assert ended | {"step_id": 0, "message_id": 0} == {
        "run_id": run, "message_id": 0, "step_id": 0, "id": "c1", "name": "calculate", "failed": False,
    }  # fmt: skip
    assert SUM not in json.dumps([body for _, body in durable])


async def events(http: httpx.AsyncClient, kind: str, said: str) -> list[tuple[str, dict[str, Any]]]:
    """The room's events from its beginning, up to the one of a kind that says this."""
    found: list[tuple[str, dict[str, Any]]] = []
    async with http.stream("GET", f"{GENERAL}/events?after=0", timeout=20) as answer:
        name = ""
        async for line in answer.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                found.append((name, json.loads(value)))
                if name == kind and said in value:
                    break
    return found


async def test_the_command_tells_moderators_on_the_web_and_refuses_members(tmp_path: Path) -> None:
    async with place(tmp_path) as at:
        run = await at.ask()
        runs, body = f"{GENERAL}/commands/runs", {"options": {"number": run}}
        told = await at.http.post(runs, json=body | {"as": "moderator:mo"})
        refused = await at.http.post(runs, json=body | {"as": "member:ann"})
        elsewhere = await at.http.post(runs.replace("general", "other"), json=body | {"as": "moderator:mo"})
    assert "`calculate` with `" + SUM + "`: `42`" in told.json()["text"]
    assert told.json()["private"]
    assert (refused.status_code, elsewhere.status_code) == (403, 404)
