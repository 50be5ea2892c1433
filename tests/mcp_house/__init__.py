"""An MCP server for tests: a process that does what its folder says, and writes down what it is asked.

house = House(tmp_path, [READS, WRITES])
async with lending(house.server()) as box:
    await box.use("files_read", path="a.txt")
assert house.called("read") == [{"path": "a.txt"}]
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.errors import BadOption
from bot.messages import Actor, ChannelKey, Person, PictureRef, ToolCall, ToolResult
from bot.settings import McpServer
from bot.tools import Here, Toolbox
from bot.tools.mcp import Servers

PROGRAM = Path(__file__).with_name("process.py")
HERE = Here(ChannelKey("web", "1", "s", "c"), Actor(Person("web:ann", "Ann")), 7)
READ_ONLY = {"readOnlyHint": True}


def listed(name: str, *fields: str, **more: Any) -> dict[str, Any]:
    """A tool as a server lists it: it only reads, and takes these texts."""
    schema = {
        "type": "object",
        "properties": {field: {"type": "string"} for field in fields},
        "required": fields,
    }
    return {
        "name": name,
        "description": f"Do {name}.",
        "inputSchema": schema,
        "annotations": READ_ONLY,
    } | more


@dataclass(frozen=True)
class House:
    """A server's folder. `tools.json` is what it lists; `asked.jsonl` what it was asked."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, *tools: Mapping[str, Any]) -> "House":
        house = cls(folder / "house")
        house.folder.mkdir()
        house.lists(*tools)
        return house

    def lists(self, *tools: Mapping[str, Any]) -> None:
        """Have it list these from now on."""
        (self.folder / "tools.json").write_text(json.dumps(tools), "utf-8")

    def server(self, name: str = "files", **settings: Any) -> McpServer:
        """It, as the operator would name it."""
        env = {key: SecretStr(value) for key, value in settings.pop("env", {}).items()}
        return McpServer(name, (sys.executable, "-I", str(PROGRAM), str(self.folder)), env, **settings)

    def asked(self, method: str = "tools/call") -> list[Any]:
        """The parameters of what it was asked, in order."""
        file = self.folder / "asked.jsonl"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        return [one.get("params", {}) for one in map(json.loads, lines) if one.get("method") == method]

    def called(self, name: str) -> list[Any]:
        """With what a tool was called."""
        return [one["arguments"] for one in self.asked() if one["name"] == name]


@dataclass
class Box:
    """A toolbox with what servers lend."""

    tools: Toolbox

    async def has(self, *names: str) -> None:
        """Wait until exactly these are lent."""
        while self.tools.names != names:
            await asyncio.sleep(0.002)

    async def use(self, name: str, **arguments: Any) -> ToolResult:
        """Have one used."""
        (result,) = await self.round((name, arguments))
        return result

    async def round(self, *calls: tuple[str, Mapping[str, Any]]) -> Sequence[ToolResult]:
        """Have several used side by side."""
        asked = [ToolCall(str(n), name, json.dumps(given)) for n, (name, given) in enumerate(calls)]
        return await self.tools.run(asked, self.tools.all, HERE)


class Restless:
    """A clock on which every pause is over at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> Any:
        raise AssertionError("nothing here asks for the date")

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.01)


async def no_picture(data: bytes) -> PictureRef:
    """A folder that keeps nothing."""
    raise BadOption("not here")


@asynccontextmanager
async def lending(
    *servers: McpServer,
    keep: Callable[[bytes], Awaitable[PictureRef]] = no_picture,
    clock: Restless | None = None,
) -> AsyncIterator[Box]:
    """A toolbox with what these servers lend, and nothing else."""
    made = Servers({one.name: one for one in servers}, keep, clock or Restless())
    async with made.kept():
        yield Box(Toolbox([], made.tools, made.settled))
