"""What a model is asked in words instead of parameters, and its answer read back."""

import json
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from dataclasses import replace

from bot.messages import ChatRequest, End, EndReason, Text, ToolCall
from bot.wire.answers import CALLING, Said
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
    return _shaped(parts) if request.shape else parts


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


async def _shaped(parts: AsyncGenerator[Said, None]) -> AsyncGenerator[Said, None]:
    """The answer with its text as a whole, and nothing around the JSON in it."""
    said = ""
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Text):
                said += part.text
                continue
            if said and isinstance(part, End | ToolCall):
                yield Text(json_in(said))
                said = ""
            yield part
    if said:
        yield Text(said)


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
