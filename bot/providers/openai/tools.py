"""Tools as the service reads them, in the form of today and in the older one, and forms of answers: pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from bot.http import Json
from bot.messages import Shape, ToolCall, ToolResult, ToolSpec, Turn
from bot.wire.calls import arguments_of, fitting_id, fitting_name

LOOSE: Final = frozenset(
    {"default", "format", "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems"}
)
"""Keywords with which some of the services that know strict schemas refuse them."""


Identified: TypeAlias = Callable[[str], str]
"""Makes the id of a call one that the service takes."""

SAID: Final = frozenset({"type", "enum", "const", "anyOf", "$ref"})
"""Keywords of which a field needs one."""


def tools_to_wire(
    tools: Sequence[ToolSpec], form: str, *, strict: bool, spent: bool = False
) -> dict[str, Json]:
    """What the model may ask for; nothing where it is told in words, or of no tools. `spent`: what it may
    have asked for, which a history with calls has to name, and what it may ask for no more."""
    if not tools or form == "prompted":
        return {}
    told = [_function(tool, strict=strict and form == "tools") for tool in tools]
    if form == "functions":
        return {"functions": told, **({"function_call": "none"} if spent else {})}
    named: Json = [{"type": "function", "function": function} for function in told]
    return {"tools": named, **({"tool_choice": "none"} if spent else {})}


def _function(tool: ToolSpec, *, strict: bool) -> dict[str, Json]:
    promise: dict[str, Json] = {"strict": True} if strict and is_strict(tool.schema) else {}
    schema: Json = dict(tool.schema)
    return {"name": tool.name, "description": tool.description, "parameters": schema, **promise}


def shape_to_wire(shape: Shape | None) -> dict[str, Json]:
    """The form of the answer, promised where its schema allows that."""
    if shape is None:
        return {}
    told: dict[str, Json] = {"name": fitting_name(shape.name), "schema": dict(shape.schema)}
    return {
        "response_format": {"type": "json_schema", "json_schema": {**told, "strict": is_strict(shape.schema)}}
    }


def is_strict(schema: Any) -> bool:
    """Whether the service can promise to keep to a schema: objects name all that they have, and need it."""
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, Mapping):
        return True
    fields = schema.get("properties")
    if isinstance(fields, Mapping):
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(fields):
            return False
        return all(map(_field_is_strict, fields.values())) and _rest_is_strict(schema)
    return schema.get("type") != "object" and _rest_is_strict(schema)


def _field_is_strict(schema: Any) -> bool:
    """Whether a field says what it is; anything at all cannot be promised."""
    return isinstance(schema, Mapping) and not SAID.isdisjoint(schema) and is_strict(schema)


def _rest_is_strict(schema: Mapping[str, Any]) -> bool:
    """What a schema has beside its fields. Names of definitions are no keywords."""
    definitions = schema.get("$defs", {})
    rest = {name: value for name, value in schema.items() if name not in ("properties", "$defs")}
    parts = [*rest.values(), *definitions.values()]
    return LOOSE.isdisjoint(rest) and all(is_strict(one) for one in parts if isinstance(one, Mapping | list))


def called_to_wire(
    message: dict[str, Json], calls: Sequence[ToolCall], form: str, identified: Identified = fitting_id
) -> dict[str, Json]:
    """What the assistant asked for, with what it said."""
    content = message["content"] or None
    if form == "functions":
        return {**message, "content": content, "function_call": _asked(calls[0])}
    told: Json = [{"id": identified(call.id), "type": "function", "function": _asked(call)} for call in calls]
    return {**message, "content": content, "tool_calls": told}


def _asked(call: ToolCall) -> dict[str, Json]:
    return {"name": fitting_name(call.name), "arguments": arguments_of(call)}


def results_to_wire(turn: Turn, form: str, identified: Identified = fitting_id) -> list[dict[str, Json]]:
    """What came of the calls, each in a message of its own."""
    return [{**_result(one, form, identified), "content": one.text} for one in turn.results]


def _result(result: ToolResult, form: str, identified: Identified) -> dict[str, Json]:
    if form == "functions":
        return {"role": "function", "name": fitting_name(result.call.name)}
    return {"role": "tool", "tool_call_id": identified(result.call.id)}


def one_by_one(turns: Sequence[Turn]) -> list[Turn]:
    """The turns, `paired`, for the older form, in which a message has one call, and its result follows."""
    found: list[Turn] = []
    for turn in turns:
        if turn.role == "tool" and found and len(found[-1].calls) > 1:
            asked, results = found.pop(), {one.call.id: one for one in turn.results}
            for number, call in enumerate(asked.calls):
                found += [Turn("assistant", "" if number else asked.text, calls=(call,))]
                found += [Turn("tool", "", results=(results[call.id],))]
            found += [Turn("user", "", turn.pictures)] if turn.pictures else []
        else:
            found.append(turn)
    return found
