"""Requests as the Messages API reads them: pure."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final, cast

from bot.http import Json
from bot.messages import ChatRequest, Picture, Shape, Style, ToolSpec, Turn
from bot.wire.alternating import alternating, speaker
from bot.wire.calls import arguments_in, fitting_id, fitting_name

ANSWER: Final = "Gives the answer. Call it once, with all of it."
"""What a model is told of the tool whose arguments are an answer of a form."""


def chat_to_wire(request: ChatRequest) -> dict[str, Json]:
    """A conversation as the service reads it; what the system says stands beside it."""
    system, groups = alternating(request.turns)
    return {
        "model": request.model,
        "messages": [{"role": speaker(group[0]), "content": content_to_wire(group)} for group in groups],
        "max_tokens": request.max_tokens,
        **({"system": system} if system else {}),
        **style_to_wire(request.style),
        **tools_to_wire(request),
    }


def tools_to_wire(request: ChatRequest) -> dict[str, Json]:
    """What the model may ask for. An answer of a form is what it gives to a tool of that form.

    Tools that were used have to be named, even where none is offered any more.
    """
    offered = [_tool(tool) for tool in request.tools]
    if request.shape:
        forced: Json = {"type": "any"}
        if not offered or request.spent:
            forced = {"type": "tool", "name": fitting_name(request.shape.name)}
        return {"tools": [*offered, _tool(_answering(request.shape))], "tool_choice": forced}
    if offered:
        return {"tools": offered, **({"tool_choice": {"type": "none"}} if request.spent else {})}
    used = {fitting_name(call.name) for turn in request.turns for call in turn.calls}
    past = [_tool(ToolSpec(name, "No longer there.", {"type": "object"})) for name in sorted(used)]
    return {"tools": past, "tool_choice": {"type": "none"}} if past else {}


def _answering(shape: Shape) -> ToolSpec:
    return ToolSpec(fitting_name(shape.name), ANSWER, shape.schema)


def _tool(tool: ToolSpec) -> dict[str, Json]:
    return {"name": tool.name, "description": tool.description, "input_schema": dict(tool.schema)}


def content_to_wire(turns: Sequence[Turn]) -> Json:
    """What one role says: a plain string, or blocks. Pictures go before the text that speaks of them."""
    if len(turns) == 1 and not (turns[0].pictures or turns[0].calls or turns[0].results):
        return turns[0].text
    return [block for turn in turns for block in _blocks(turn)]


def _blocks(turn: Turn) -> list[Json]:
    text: list[Json] = [{"type": "text", "text": turn.text}] if turn.text.strip() else []
    pictures = [picture_to_wire(picture) for picture in turn.pictures]
    return [*_results(turn), *pictures, *text, *_calls(turn)]


def _calls(turn: Turn) -> list[Json]:
    return [
        {
            "type": "tool_use",
            "id": fitting_id(call.id),
            "name": fitting_name(call.name),
            "input": cast(Json, arguments_in(call)),
        }
        for call in turn.calls
    ]


def _results(turn: Turn) -> list[Json]:
    """What came of calls, which has to be the first thing behind them."""
    return [
        {
            "type": "tool_result",
            "tool_use_id": fitting_id(result.call.id),
            "content": result.text,
            **({"is_error": True} if result.failed else {}),
        }
        for result in turn.results
    ]


def picture_to_wire(picture: Picture) -> Json:
    """A picture's bytes, typed."""
    data = b64encode(picture.data).decode("ascii")
    return {"type": "image", "source": {"type": "base64", "media_type": picture.media_type, "data": data}}


def style_to_wire(style: Style) -> dict[str, Json]:
    """The sampling parameters that the service knows, within its range: one of the two, never both.

    Together they are refused with 400 since Claude Opus 4.1; penalties it has none.
    """
    if style.temperature is not None:
        return {"temperature": min(max(style.temperature, 0.0), 1.0)}
    return {"top_p": style.top_p} if style.top_p is not None else {}
