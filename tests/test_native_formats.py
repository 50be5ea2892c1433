"""The whole program answers through Anthropic's and Gemini's own formats, and one stands in for the other."""

import asyncio
from pathlib import Path
from typing import Any

import httpx

from tests.process import parley
from tests.wire import anthropic, gemini
from tests.wire.server import serving
from tests.wire.wire import Wire

CLAUDE, GOOGLE = "sk-ant-canary-Qx93mfLw02Zt", "AIzaCanary-Qx93mfLw02Zt"
CONFIGURED = """
[providers.claude]
kind = "anthropic"
base_url = "{url}"
api_key_env = "CLAUDE_KEY"
default_model = "m"

[providers.google]
kind = "gemini"
base_url = "{url}"
api_key_env = "GOOGLE_KEY"
default_model = "m"

[routes]
chat = ["claude/m", "google/m"]

[limits]
per_person_day = 100.0
per_channel_day = 100.0
"""


async def told(http: httpx.AsyncClient, text: str) -> str:
    """What is answered."""
    run = (await http.post("/api/rooms/general/messages", json={"text": text})).json()["run_id"]
    while (found := (await http.get(f"/api/runs/{run}")).json())["ended_at"] is None:
        await asyncio.sleep(0.02)
    assert found["status"] == "completed", found
    messages: list[dict[str, Any]] = (await http.get("/api/rooms/general/messages")).json()["messages"]
    return str(messages[-1]["text"])


async def answers(wire: Wire) -> None:
    """Both services at one address; Anthropic's does not take the key any more when it is asked about it."""
    if "streamGenerateContent" in wire.request.path:
        await gemini.says("Gemini", " speaking.")(wire)
    elif "key" in str(wire.request.body["messages"][-1]):
        await anthropic.fails(401, "authentication_error", f"invalid x-api-key {CLAUDE}")(wire)
    else:
        await anthropic.says("Claude", " speaking.")(wire)


async def test_a_person_is_answered_through_each_format(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    async with serving() as server:
        server.always = answers
        file.write_text(CONFIGURED.format(url=server.url), "utf-8")
        env = {
            "PARLEY_CONFIG": str(file),
            "PARLEY_LOG_LEVEL": "DEBUG",
            "CLAUDE_KEY": CLAUDE,
            "GOOGLE_KEY": GOOGLE,
        }
        async with parley(tmp_path / "data", env) as program, program.api() as http:
            assert await told(http, "Who is there?") == "Claude speaking."
            assert await told(http, "And without a key?") == "Gemini speaking."
            await program.stop()

    asked = [request for request in server.requests if request.method == "POST"]
    assert [request.path for request in asked] == [
        *["/v1/messages"] * 2,
        "/v1/models/m:streamGenerateContent?alt=sse",
    ]
    assert [request.headers.get("x-api-key") for request in asked] == [CLAUDE, CLAUDE, None]
    assert [request.headers.get("x-goog-api-key") for request in asked] == [None, None, GOOGLE]
    assert [content["role"] for content in asked[-1].body["contents"]] == ["user", "model", "user"]
    log = program.log.read_text("utf-8")
    assert CLAUDE not in log
    assert GOOGLE not in log
