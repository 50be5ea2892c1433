"""Servers at an address: by the official SDK's own server, and by answers that no server should give."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.types import ToolAnnotations
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send

from adapters.web.connection.server import _Server, listen
from bot.settings import McpServer
from bot.tools.mcp import checked
from tests.mcp_house import lending
from tests.wire.answers import Answer
from tests.wire.server import serving
from tests.wire.wire import Wire

KEY = "a-key-of-the-wiki"


@dataclass
class Wiki:
    """A server of the SDK's own, and what it was sent."""

    url: str = ""
    keys: set[str] = field(default_factory=set)
    meta: list[Any] = field(default_factory=list)

    def named(self) -> McpServer:
        """It, as the operator would name it."""
        return McpServer("wiki", url=self.url, key=SecretStr(KEY))


@asynccontextmanager
async def wiki() -> AsyncIterator[Wiki]:
    """It, on a local socket."""
    there, sdk = Wiki(), MCPServer("wiki")

    @sdk.tool(annotations=ToolAnnotations(read_only_hint=True))
    async def search(words: str, ctx: Context[Any, Any]) -> str:
        """Search the wiki."""
        there.meta.append(ctx.request_context.meta)
        return f"found {words}"

    @sdk.tool()
    async def break_(why: str) -> str:
        """Break."""
        raise ValueError(why)

    inner = sdk.streamable_http_app()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            there.keys.add(dict(scope["headers"]).get(b"authorization", b"").decode())
        await inner(scope, receive, send)

    taken = listen("127.0.0.1", 0)
    there.url = f"http://127.0.0.1:{taken.getsockname()[1]}/mcp"
    server = _Server(uvicorn.Config(app, log_config=None, ws="none", timeout_graceful_shutdown=1))
    task = asyncio.create_task(server.serve([taken]))
    try:
        yield there
    finally:
        server.should_exit = True
        await task


async def test_a_server_at_an_address_lends_its_tools_and_gets_its_key() -> None:
    async with wiki() as there:
        async with lending(there.named()) as box:
            await box.has("wiki_search", "wiki_break")
            found = await box.round(("wiki_search", {"words": "a"}), ("wiki_search", {"words": "b"}))
            broken = await box.use("wiki_break", why="oh")
        assert ["found a" in found[0].text, "found b" in found[1].text] == [True, True]
        assert broken.failed
        assert there.keys == {f"Bearer {KEY}"}
        assert "7:1" in json.dumps([dict(one or {}) for one in there.meta], default=str)


async def test_a_server_that_comes_late_is_found_and_one_that_goes_is_missed() -> None:
    async with wiki() as there:
        assert (await checked(there.named(), 20)).tools == 2
        gone = there.named()
    assert (await checked(gone, 20)).problem == "it cannot be reached"


def gives(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Answer with this."""

    async def answer(wire: Wire) -> None:
        await wire.start(status, {name.replace("_", "-"): value for name, value in headers.items()})
        await wire.send(body)
        await wire.end()

    return answer


JSON = "application/json"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (gives(401), "it does not let us in: look at its key"),
        (gives(307, location="http://localhost:9/elsewhere"), "it does not speak as agreed"),
        (gives(200, b"[" + b" " * 9_000_000, content_type=JSON), "it says more at once than fits"),
        (
            gives(200, gzip.compress(b"{}"), content_type=JSON, content_encoding="gzip"),
            "it says more at once than fits",
        ),
        (gives(200, b"<html>", content_type="text/html"), "it does not speak as agreed"),
        (gives(500), "it does not speak as agreed"),
    ],
    ids=["401", "redirect", "huge", "packed", "html", "500"],
)
async def test_an_answer_that_no_server_should_give_is_told_in_words_of_ours(
    answer: Answer, problem: str
) -> None:
    async with serving() as ai:
        ai.always = answer
        found = await checked(McpServer("wiki", url=f"{ai.url}/mcp", key=SecretStr(KEY)), 20)
    assert found.problem == problem
