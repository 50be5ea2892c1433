"""The MCP servers that the operator named: kept connected, whatever happens to them, and what they lend."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.errors import UserError
from bot.ports import Clock
from bot.settings import McpServer
from bot.tools.here import Here, Shown
from bot.tools.tool import Tool

if TYPE_CHECKING:
    from bot.tools.mcp.offering import Offer
    from bot.tools.mcp.results import Keeps
    from bot.tools.mcp.session import Session

log = structlog.get_logger()

SPEAKS: Final = "bot.tools.mcp.session"
"""What speaks with servers; imported beside everything else, for that takes a second."""

PAUSES: Final = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds until a server is tried again, each time; then always the last."""

STEADY: Final = 60.0
"""Seconds after which a connection has been one, and the next pause is the first again."""

AFRESH: Final = 300.0
"""Seconds after which a server is asked for its tools though it has said nothing of them."""

CALM: Final = 1.0
"""Seconds between two lists that a server makes us fetch."""

TOGETHER: Final = 100
"""Tools of all servers: some services take 128 in all."""

LISTED: Final = 20
SHOWN: Final = 64
"""Tools that are not offered that the log names, and characters of each name: a server may list any."""

PATIENCE: Final = 3.0
"""Seconds that turns wait, in all, for servers that have not answered since the start."""

LEAVING: Final = (1.5, 0.3)
"""Seconds for them to end, and, once more, for those that did not."""


@dataclass(frozen=True, slots=True)
class Lender:
    """How one server answered: how many `tools` it offers, what of it is `refused`, and why, and which tools
    the settings name that are `unknown` to it. `problem` is empty when it is there."""

    name: str
    problem: str = ""
    tools: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


class Servers:
    """All of them."""

    def __init__(self, named: Mapping[str, McpServer], keep: "Keeps", clock: Clock) -> None:
        self._all = [Server(one, keep, clock) for one in named.values()]
        self._waited: asyncio.Task[None] | None = None

    def tools(self) -> Iterator[Tool]:
        """What they lend at this moment, in their order."""
        found = (tool for one in self._all for tool in one.tools)
        return (tool for tool, _ in zip(found, range(TOGETHER), strict=False))

    async def settled(self) -> None:
        """Wait until each is there or has failed once; those who ask first wait a moment at most, and whoever
        comes after them not at all."""
        if not all(one.tried.is_set() for one in self._all):
            self._waited = self._waited or asyncio.create_task(self._tried())
            await asyncio.shield(self._waited)

    async def _tried(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(one.tried.wait() for one in self._all))

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep them connected meanwhile. Nobody waits for them, but at the end."""
        tasks = [asyncio.create_task(one.keep_up()) for one in self._all]
        try:
            yield
        finally:
            if self._waited:
                self._waited.cancel()
            await _ended(tasks)


class Server:
    """One of them."""

    def __init__(self, server: McpServer, keep: "Keeps", clock: Clock) -> None:
        self.tried = asyncio.Event()
        """Set when it has been there, or failed, once."""
        self._tools: tuple[Tool, ...] = ()
        self._server = server
        self._keep = keep
        self._clock = clock
        self._marks: dict[str, str] = {}
        self._last: Offer | None = None
        self._said: object = None
        self._session: Session | None = None

    @property
    def tools(self) -> tuple[Tool, ...]:
        """What it lends at this moment."""
        return self._tools if self._session and not self._session.lost else ()

    async def keep_up(self) -> None:
        """Connect, and connect again whenever it is lost."""
        await asyncio.to_thread(import_module, SPEAKS)
        from bot.tools.mcp.faults import FAULTS, why
        from bot.tools.mcp.session import Session

        failed = 0
        while True:
            began = self._clock.monotonic()
            self._session = Session(self._server, self._keep)
            try:
                await self._connected(self._session)
                problem = "it went away"
            except FAULTS as error:
                problem = why(error)
            finally:
                self._tools = ()
                self.tried.set()
            self._tell("MCP server is not there", problem, warn=True)
            failed = 0 if self._clock.monotonic() - began > STEADY else failed
            pause = PAUSES[min(failed, len(PAUSES) - 1)]
            failed += 1
            await self._clock.sleep(pause * random.uniform(0.5, 1))  # noqa: S311  # so that not all come at once

    async def _connected(self, session: "Session") -> None:
        """One connection, as long as it lasts. Raises FAULTS."""
        async with session.held():
            while not session.lost:
                self._refresh(await session.offer(self._call))
                with suppress(TimeoutError):
                    async with asyncio.timeout(AFRESH):
                        await session.stir.wait()
                if not session.lost:
                    await self._clock.sleep(CALM)
                session.stir.clear()

    async def _call(self, name: str, arguments: Mapping[str, Any], here: Here, effects: bool) -> Shown:
        """Have a tool used over the connection that there is now. Raises UserError when there is none."""
        if self._session is None:  # a tool is lent by a session
            raise UserError("There is no such server.")
        return await self._session.call(name, arguments, here, effects)

    def _refresh(self, found: "Offer") -> None:
        """Lend what it has now."""
        self._tools = found.tools
        self.tried.set()
        self._compare(found)
        self._tell("MCP server is there", len(found.tools), warn=False)

    def _compare(self, found: "Offer") -> None:
        """Log which tools say of themselves what they did not say before, and which are not offered."""
        changed = [name for name, mark in found.marks.items() if self._marks.get(name, mark) != mark]
        if changed:
            log.warning(
                "MCP tools changed what they say of themselves", server=self._server.name, tools=changed
            )
        self._marks |= found.marks
        last, self._last = self._last, found
        if found.refused and (last is None or found.refused != last.refused):
            some = {name[:SHOWN]: why for name, why in islice(found.refused.items(), LISTED)}
            server, count = self._server.name, len(found.refused)
            log.warning("MCP tools are not offered", server=server, tools=some, count=count)
        if found.unknown and (last is None or found.unknown != last.unknown):
            log.warning("MCP server does not have these tools", server=self._server.name, tools=found.unknown)

    def _tell(self, event: str, what: object, *, warn: bool) -> None:
        """Log how it is, when that is new."""
        if (event, what) == self._said:
            return
        self._said = (event, what)
        if warn:
            log.warning(event, server=self._server.name, reason=what)
        else:
            log.info(event, server=self._server.name, tools=what)


async def _ended(tasks: Sequence[asyncio.Task[None]]) -> None:
    """See them ended; what does not end when it is told to is told once more."""
    left = set(tasks)
    for seconds in LEAVING:
        for task in left:
            task.cancel()
        if left:
            _, left = await asyncio.wait(left, timeout=seconds)


async def checked(server: McpServer, seconds: float) -> Lender:
    """Connect once, and say what came of it."""
    await asyncio.to_thread(import_module, SPEAKS)
    from bot.tools.mcp.faults import FAULTS, why
    from bot.tools.mcp.session import Session

    session = Session(server)
    try:
        async with asyncio.timeout(seconds), session.held():
            found = await session.offer(session.call)
    except FAULTS as error:
        return Lender(server.name, why(error))
    return Lender(server.name, "", len(found.tools), found.refused, found.unknown)
