"""Tools, their calls and what came of them, as the Gemini API reads them: pure."""

import re
from collections.abc import Sequence
from typing import Final, cast

from bot.http import Json
from bot.messages import ToolCall, ToolResult, ToolSpec
from bot.providers.gemini.schemas import schema_to_wire
from bot.wire.calls import arguments_in, fitting_id, fitting_name

SIGNED: Final = "#"
"""Stands in a call's id before the signature of the thoughts that led to it, which models from Gemini 3 on
want back."""

UNSIGNED: Final = "skip_thought_signature_validator"
"""The signature of a call that another model made, as the service wants it."""

NEEDS_SIGNATURE: Final = re.compile(r"gemini-(?:[3-9]|\d\d)")


def tools_to_wire(tools: Sequence[ToolSpec], *, spent: bool = False) -> dict[str, Json]:
    """What the model may ask for; `spent`: what it may have asked for, and may no more."""
    if not tools:
        return {}
    forbidden: dict[str, Json] = {"toolConfig": {"functionCallingConfig": {"mode": "NONE"}}} if spent else {}
    return {"tools": [{"functionDeclarations": [_declared(tool) for tool in tools]}], **forbidden}


def _declared(tool: ToolSpec) -> dict[str, Json]:
    """An object without fields is refused: such a tool has no parameters."""
    schema = schema_to_wire(tool.schema)
    parameters = {"parameters": cast(Json, schema)} if schema.get("properties") else {}
    return {"name": tool.name, "description": tool.description, **parameters}


def signed(own: str, signature: str) -> str:
    """An id of a call that has its signature in it. Empty: it has neither."""
    return f"{own}{SIGNED}{signature}" if signature else own


def calls_to_wire(calls: Sequence[ToolCall], model: str) -> list[Json]:
    """What the model asked for. Of several calls the first one is signed."""
    parts: list[Json] = []
    for number, call in enumerate(calls):
        signature = call.id.partition(SIGNED)[2]
        if not signature and not number and NEEDS_SIGNATURE.search(model):
            signature = UNSIGNED
        told: Json = {**_identity(call), "args": cast(Json, arguments_in(call))}
        parts.append({"functionCall": told, **({"thoughtSignature": signature} if signature else {})})
    return parts


def results_to_wire(results: Sequence[ToolResult]) -> list[Json]:
    """What came of the calls."""
    return [
        {
            "functionResponse": {
                **_identity(one.call),
                "response": {"error" if one.failed else "result": one.text},
            }
        }
        for one in results
    ]


def _identity(call: ToolCall) -> dict[str, Json]:
    """The name of a call and its id; services before Gemini 3 give none, and take any."""
    own = call.id.partition(SIGNED)[0]
    return {"name": fitting_name(call.name), **({"id": fitting_id(own)} if own else {})}
