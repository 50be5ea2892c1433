"""Runs the calls of one round, side by side. Whatever a model asks for and whatever a tool does: each call
has one result, in words."""

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import structlog

from bot.errors import UserError
from bot.messages import ToolCall, ToolResult
from bot.strangers import marked
from bot.tools.here import Here, Shown
from bot.tools.tool import Tool
from bot.unseen import seen

log = structlog.get_logger()

AT_ONCE: Final = 8
"""Calls of one round; none of a round with more is begun."""

AGAIN: Final = 2
"""How often the very same call is run before it is taken for a loop."""

ARGUMENTS: Final = 100_000
"""Bytes of one call's arguments."""

NOT_DONE: Final = "Not done: "
"""What the result of a call begins with that was not even begun."""

MORE = "[cut off here: there is more than fits]"


async def _at_once() -> None:
    """There is nothing to wait for."""


class Toolbox:
    """All the tools there are. Raises ValueError when two are called the same.

    `lent`: those that others have at this moment, which come and go; none takes a name that is taken.
    `settled`: what a turn waits for before it begins, a moment at most: that they have come at a start.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        lent: Callable[[], Iterable[Tool]] = tuple,
        settled: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._own: dict[str, Tool] = {}
        self._lent = lent
        self.settled = settled
        for tool in tools:
            if tool.name in self._own:
                raise ValueError(f"two tools called {tool.name}")
            self._own[tool.name] = tool

    def offered(self, names: Collection[str]) -> tuple[Tool, ...]:
        """Those of these names that there are. A room may name one that was configured once."""
        return tuple(tool for name, tool in self._tools.items() if name in names)

    @property
    def all(self) -> tuple[Tool, ...]:
        """Every one of them."""
        return tuple(self._tools.values())

    @property
    def names(self) -> tuple[str, ...]:
        """What all of them are called."""
        return tuple(self._tools)

    @property
    def _tools(self) -> Mapping[str, Tool]:
        """All of them by name, ours first."""
        found = dict(self._own)
        for tool in self._lent():
            found.setdefault(tool.name, tool)
        return found

    async def run(
        self,
        calls: Sequence[ToolCall],
        offered: Sequence[Tool],
        here: Here,
        before: Sequence[ToolCall] = (),
        barred: Callable[[ToolCall], str] = lambda _: "",
        came: Callable[[ToolResult], None] = lambda _: None,
    ) -> tuple[ToolResult, ...]:
        """One result for each call, in their order. `before`: all calls of this run's earlier rounds;
        `barred`: why a call is not to be done, if so; `came`: told of each result as it comes.

        Cancelling it cancels every tool at once. Nothing is raised: what a tool raises is a failed result.
        """
        known = {tool.name: tool for tool in offered}
        asked = Counter(map(_same, before))
        work = []
        for number, call in enumerate(calls, len(before) + 1):
            asked[_same(call)] += 1
            refusal = barred(call) or self._unknown(call, known)
            refusal = refusal or _refusal(call, len(calls), asked[_same(call)])
            there = replace(here, call_id=f"{here.run_id}:{number}")
            answer = _refused(call, refusal) if refusal else _answered(call, known[call.name], there)
            work.append(_heard(answer, came))
        done = await asyncio.gather(*work, return_exceptions=True)
        return tuple(_result(call, one, here) for call, one in zip(calls, done, strict=True))

    def _unknown(self, call: ToolCall, known: Collection[str]) -> str:
        """Why there is nothing to run. Empty: there is."""
        if call.name in known:
            return ""
        why = "this tool is not for this room." if call.name in self._tools else "there is no such tool."
        return f"{NOT_DONE}{why} Here you have: {', '.join(known) or 'none'}."


def _same(call: ToolCall) -> tuple[str, str]:
    """What two calls share that ask for the same, however it is written."""
    try:
        return call.name, json.dumps(json.loads(call.arguments), sort_keys=True)
    except (ValueError, RecursionError):
        return call.name, call.arguments


def _refusal(call: ToolCall, at_once: int, times: int) -> str:
    """Why a call is not even begun. Empty: it is."""
    if at_once > AT_ONCE:
        return f"{NOT_DONE}these are {at_once} calls at once, and at most {AT_ONCE} are taken. Ask for fewer."
    if len(call.arguments.encode("utf-8", "replace")) > ARGUMENTS:
        return f"{NOT_DONE}the arguments are longer than {ARGUMENTS} bytes."
    if times > AGAIN:
        return f"{NOT_DONE}you asked for exactly this before and have its result. Use it, or ask differently."
    return ""


async def _refused(call: ToolCall, why: str) -> ToolResult:
    return ToolResult(call, why, failed=True)


async def _heard(answer: Awaitable[ToolResult], came: Callable[[ToolResult], None]) -> ToolResult:
    result = await answer
    came(result)
    return result


async def _answered(call: ToolCall, tool: Tool, here: Here) -> ToolResult:
    """Run one call. Raises what the tool raises, but for what concerns the model."""
    try:
        given = tool.read(call.arguments)
        async with asyncio.timeout(tool.deadline) as limit:
            said = await tool.does(here, **given)
    except UserError as error:
        return ToolResult(call, error.reply, failed=True)
    except TimeoutError:
        if not limit.expired():
            raise
        return ToolResult(call, f"Given up: it took longer than {tool.deadline:g} s.", failed=True)
    came = said if isinstance(said, Shown) else Shown(said)
    short = came.text if len(came.text) <= tool.at_most else f"{came.text[: tool.at_most]}\n{MORE}"
    text = marked(seen(short)) if tool.foreign else short
    return ToolResult(call, text, failed=came.failed, pictures=came.pictures)


def _result(call: ToolCall, done: ToolResult | BaseException, here: Here) -> ToolResult:
    """The result; of what nobody expected the log has all, but no word of the call's."""
    if isinstance(done, ToolResult):
        return done
    reference = secrets.token_hex(4)
    log.error("tool broke", tool=call.name, run=here.run_id, reference=reference, exc_info=done)
    return ToolResult(call, f"It failed, for a reason of its own ({reference}).", failed=True)
