"""Tools of an MCP server as tools of ours: named after it, described in bounds, with leave where needed."""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import mcp.types as sdk

from bot.messages import ToolSpec
from bot.settings import McpServer
from bot.tools.here import Here, Shown
from bot.tools.mcp.schemas import Unfit, bounded, plain, reader, told
from bot.tools.tool import NAME, Tool

DEADLINE: Final = 40.0
"""Seconds of one call: half of what its turn has left when it comes in the middle."""

DESCRIBED: Final = 1000
"""Characters of a description: services refuse much longer ones."""

MOST: Final = 40
"""Tools of one server: models choose badly among many, and each costs words of every question."""

Calls = Callable[[str, Mapping[str, Any], Here, bool], Awaitable[Shown]]
"""`(the server's own name of the tool, arguments, here, whether it has effects)`."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server has for models. `refused`: what of it is not offered, and why. `marks`: one of each tool,
    which changes with what it says of itself. `unknown`: what the settings name and it does not have."""

    tools: tuple[Tool, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def offer(server: McpServer, found: Iterable[sdk.Tool], call: Calls) -> Offer:
    """The tools that models are offered, of those that a server lists."""
    made: dict[str, Tool] = {}
    refused: dict[str, str] = {}
    marks: dict[str, str] = {}
    listed = set()
    for each in found:
        listed.add(each.name)
        if server.tools is not None and each.name not in server.tools:
            continue
        name = named(server.name, each.name)
        if why := _unnamed(name, made, refused):
            made.pop(name, None)
            refused[name] = why
        elif len(made) >= MOST:
            refused[name] = f"it is one of more than {MOST}; choose some with tools"
        else:
            try:
                made[name] = _tool(server, name, each, call)
                marks[name] = _mark(each)
            except Unfit as error:
                refused[name] = str(error)
    return Offer(tuple(made.values()), refused, marks, tuple(sorted(_meant(server).difference(listed))))


def _meant(server: McpServer) -> frozenset[str]:
    """The tools that the settings name."""
    asked = server.asks if isinstance(server.asks, frozenset) else frozenset()
    return asked | (server.tools or frozenset())


def named(server: str, tool: str) -> str:
    """What a tool is called here: `files` and `readFile` make `files_read_file`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", tool).lower()
    return f"{server}_{re.sub(r'[^a-z0-9]+', '_', words).strip('_')}"


def _unnamed(name: str, made: Mapping[str, Tool], refused: Mapping[str, str]) -> str:
    """Why a tool cannot be called this."""
    if not NAME.fullmatch(name):
        return "its name is too long"
    return "another is called the same" if name in made or name in refused else ""


def _tool(server: McpServer, name: str, listed: sdk.Tool, call: Calls) -> Tool:
    """One tool. Raises Unfit."""
    schema = plain(listed.input_schema)
    reads = bool(listed.annotations and listed.annotations.read_only_hint)
    described = bounded(listed.description or listed.title or "", DESCRIBED)

    async def does(here: Here, arguments: Mapping[str, Any]) -> Shown:
        return await call(listed.name, arguments, here, not reads)

    return Tool(
        ToolSpec(name, described or f"A tool of {server.name}.", told(schema)),
        reader(schema),
        does,
        asks=_asks(server, listed.name, reads=reads),
        foreign=True,
        reaches_out=True,
        deadline=DEADLINE,
        says=lambda given: _says(name, given["arguments"]),
        once=not reads,
        lender=server.name,
    )


def _asks(server: McpServer, name: str, *, reads: bool) -> bool:
    """Whether a person has to allow it: as the operator says, else unless it says that it only reads."""
    if server.asks is None:
        return not reads
    return server.asks if isinstance(server.asks, bool) else name in server.asks


def _says(name: str, arguments: Mapping[str, Any]) -> str:
    """What is about to be done, with as much of its arguments as fits."""
    given = ", ".join(f"{field}: {_short(value)}" for field, value in arguments.items())
    return f"using {name}{f' ({given})' if given else ''}"


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _mark(tool: sdk.Tool) -> str:
    """A mark of all that a tool says of itself."""
    return sha256(tool.model_dump_json().encode("utf-8", "replace")).hexdigest()
