"""What a model is asked in words instead of parameters, and its answer read back."""

import json
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from bot.errors import ProviderRefused
from bot.messages import Calling, ChatRequest, End, EndReason, Text, ToolCall
from bot.wire.answers import CALLING, Said, rather
from bot.wire.calls import fitting_name
from bot.wire.prompted import prompted, uses_tools
from bot.wire.reading import BLOCK, values_in
from bot.wire.written import Written


def worded(
    ask: Callable[[ChatRequest], AsyncGenerator[Said, None]],
    request: ChatRequest,
    *,
    tools: bool,
    shape: bool,
) -> AsyncGenerator[Said, None]:
    """What answers a request: of its tools and its shape the model is told in words where that is so.

    An answer that has a shape comes as a whole, whoever saw to it: not all services that take the parameter
    keep to it.
    """
    tools = tools and uses_tools(request)
    parts = ask(prompted(request, tools=tools, shape=shape) if tools or shape else request)
    if tools:
        parts = _read(parts, {tool.name for tool in request.tools})
    return _shaped(parts, fitting_name(request.shape.name)) if request.shape else parts


class Shapes:
    """The models that cannot be held to a schema: one that refuses it is told in words, from then on too."""

    def __init__(self, refuses: Callable[[ProviderRefused], bool]) -> None:
        self._refuses = refuses
        self._models: set[str] = set()

    def asked(
        self,
        ask: Callable[[ChatRequest], AsyncGenerator[Said, None]],
        request: ChatRequest,
        *,
        tools: bool = False,
    ) -> AsyncGenerator[Said, None]:
        """What answers the request, held to its shape as far as the model lets itself be held. `tools`: they
        are told in words, too."""
        if request.shape is None or request.model in self._models:
            return worded(ask, request, tools=tools, shape=True)

        def refused(error: ProviderRefused) -> bool:
            if found := self._refuses(error):
                self._models.add(request.model)
            return found

        return rather(
            worded(ask, request, tools=tools, shape=False),
            lambda: worded(ask, request, tools=tools, shape=True),
            refused,
        )


async def _read(parts: AsyncGenerator[Said, None], tools: Collection[str]) -> AsyncGenerator[Said, None]:
    """The answer with its calls told from its text."""
    written = Written(tools)
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Text):
                if text := written.say(part.text):
                    yield Text(text)
            elif isinstance(part, End):
                if text := written.rest():
                    yield Text(text)
                calls = written.calls if part.reason in CALLING else []
                for call in calls:
                    yield call
                yield replace(part, reason=EndReason.TOOLS) if calls else part


async def _shaped(parts: AsyncGenerator[Said, None], name: str) -> AsyncGenerator[Said, None]:
    """The answer with its text as a whole, and nothing around the JSON in it. Where the model was made to use
    a tool of this name, what it gave to that is the answer."""
    said = ""
    calls: list[ToolCall] = []
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, End):
                for one in _whole(said, calls, part):
                    yield one
                return
            if isinstance(part, Text):
                said += part.text
            elif isinstance(part, Calling):
                continue
            elif part.name == name:
                said = part.arguments
            else:
                calls.append(part)
    if said:
        yield Text(said)


def _whole(said: str, calls: Sequence[ToolCall], end: End) -> Iterator[Said]:
    """An answer of a form, of which nothing is missing."""
    if said:
        yield Text(json_in(said))
    yield from calls
    yield end if calls or end.reason is not EndReason.TOOLS else replace(end, reason=EndReason.STOP)


def json_in(text: str) -> str:
    """The JSON in an answer that should be nothing else; all of it when there is none."""
    block = BLOCK.fullmatch(text)
    inside = (block[1] if block else text).strip()
    try:
        json.loads(inside)
    except (ValueError, RecursionError):
        values = values_in(text)
        return json.dumps(values[0], ensure_ascii=False) if values else text
    return inside
