"""Calls of tools as models write them: with tags or without, in code blocks, several at once. Pure."""

import json
import re
from collections.abc import Collection
from typing import Any, Final

from bot.messages import ToolCall
from bot.wire.calls import new_id
from bot.wire.prompted import CALL, CALLED

NAMES: Final = ("name", "tool", "function")
ARGUMENTS: Final = ("arguments", "parameters", "args", "input")
"""What the fields of a call are called, by the models that do not keep to what they were told."""

NAMED: Final = re.compile(r'"(?:name|tool|function)"\s*:\s*"([^"\n]{1,64})"')
GIVEN: Final = re.compile(r'"(?:arguments|parameters|args|input)"\s*:\s*(.*)', re.DOTALL)
BLOCK: Final = re.compile(r"\s*```[\w-]*\s*((?:(?!```).)*)(?:```\s*)?", re.DOTALL)
OPENING: Final = re.compile(r"\s*`{1,3}\Z|\s*```[\w-]*\s*")
BETWEEN: Final = re.compile(r"[\s,;]*")
NAMELESS: Final = "unknown"
HEAD: Final = 200
"""Characters by which it is told whether an answer begins like a call."""

_decoder: Final = json.JSONDecoder(strict=False)  # line breaks in texts are not escaped by every model


def calls_in(text: str) -> list[ToolCall]:
    """The calls in what stood between tags. What cannot be read is a call all the same, as it is; of calls
    that were not closed each is one."""
    if not text.strip():
        return []
    parts = [part for part in text.split(CALL) if part.strip()]
    if len(parts) > 1 and all(map(values_in, parts)):
        return [call for part in parts for call in calls_in(part)]
    values = values_in(text)
    if values:
        return [call for value in values for call in _calls(value)]
    if len(parts) > 1:
        return [call for part in parts for call in calls_in(part)]
    name, given = NAMED.search(text), GIVEN.search(text)
    return [ToolCall(new_id(), name[1] if name else NAMELESS, (given[1] if given else text).strip())]


def values_in(text: str) -> list[Any]:
    """The JSON values that a text begins with, but for what comes before the first bracket. Empty: none."""
    start = re.search(r"[{\[]", text)
    place = start.start() if start else len(text)
    values: list[Any] = []
    while place < len(text) and text[place] in "{[":
        try:
            value, place = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            break
        values.append(value)
        between = BETWEEN.match(text, place)
        place = between.end() if between else place
    return values


def _calls(value: Any) -> list[ToolCall]:
    """The calls that a JSON value is."""
    if isinstance(value, list):
        return [call for one in value for call in _calls(one)]
    if not isinstance(value, dict):
        return [ToolCall(new_id(), NAMELESS, json.dumps(value, ensure_ascii=False))]
    if isinstance(value.get("function"), dict):
        return _calls(value["function"])
    name = next((value[field] for field in NAMES if isinstance(value.get(field), str)), NAMELESS)
    given: Any = next((value[field] for field in ARGUMENTS if value.get(field) is not None), {})
    told = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return [ToolCall(new_id(), name, told)]


def begins_like_a_call(text: str, tools: Collection[str]) -> bool:
    """Whether an answer that begins so may be nothing but a call of one of these tools: bare, or in a block
    behind which nothing follows."""
    fenced = OPENING.match(text)
    if fenced and "".join(text.split("```", 2)[2:]).strip():
        return False
    head = "".join(text[fenced.end() if fenced else 0 :][:HEAD].split())
    starts = _starts(tools)
    starts = (*_starts(tools), CALL) if fenced else _starts(tools)
    return any(start.startswith(head) or head.startswith(start) for start in starts)


def whole_call(text: str, tools: Collection[str]) -> list[ToolCall]:
    """The calls in a whole answer that begins like one. Empty: it is text."""
    block = BLOCK.fullmatch(text)
    inside = block[1] if block else text
    if inside.lstrip().startswith(CALL):
        return [call for part in inside.split(CALL) for call in calls_in(part.partition(CALLED)[0])]
    head = "".join(inside[:HEAD].split())
    if not any(head.startswith(start) for start in _starts(tools)):
        return []
    values = values_in(inside)
    if values and not all(_asks(value) for value in values):
        return []
    return calls_in(inside)


def _starts(tools: Collection[str]) -> tuple[str, ...]:
    """What a call without a tag begins with, without its white space."""
    named = (f'{{"{field}":"{"".join(tool.split())}"' for field in NAMES for tool in tools)
    return tuple(start for call in named for start in (call, f"[{call}"))


def _asks(value: Any) -> bool:
    """Whether a value is a call, and not an answer that happens to have a name in it."""
    if isinstance(value, list):
        return bool(value) and all(map(_asks, value))
    return isinstance(value, dict) and any(field in value for field in ARGUMENTS)
