"""Requests as the Gemini API reads them: pure."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final, cast

from bot.http import Json
from bot.messages import ChatRequest, DrawRequest, Style, Turn
from bot.providers.gemini.calls import calls_to_wire, results_to_wire, tools_to_wire
from bot.providers.gemini.schemas import schema_to_wire
from bot.wire.alternating import alternating, speaker

ROLES: Final = {"user": "user", "assistant": "model"}

STYLE: Final = {
    "temperature": "temperature",
    "top_p": "topP",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
"""What the service calls the sampling parameters; their ranges are OpenAI's."""


def chat_to_wire(request: ChatRequest) -> dict[str, Json]:
    """A conversation as the service reads it; what the system says stands beside it."""
    system, groups = alternating(request.turns)
    contents: Json = [
        {"role": ROLES[speaker(group[0])], "parts": parts_to_wire(group, request.model)} for group in groups
    ]
    return {
        "contents": contents,
        "generationConfig": {
            "maxOutputTokens": request.max_tokens,
            **style_to_wire(request.style),
            **_shape(request),
        },
        **tools_to_wire(request.tools, spent=request.spent),
        **({"systemInstruction": {"parts": [{"text": system}]}} if system else {}),
    }


def _shape(request: ChatRequest) -> dict[str, Json]:
    """The form of the answer, if it has to have one."""
    if request.shape is None:
        return {}
    schema = cast(Json, schema_to_wire(request.shape.schema))
    return {"responseMimeType": "application/json", "responseSchema": schema}


def drawing_to_wire(request: DrawRequest) -> dict[str, Json]:
    """A picture to be made, as the service reads it."""
    contents: Json = [{"role": "user", "parts": [{"text": request.prompt}]}]
    return {"contents": contents, "generationConfig": {"responseModalities": ["IMAGE"]}}


def parts_to_wire(turns: Sequence[Turn], model: str) -> list[Json]:
    """What one role says. Pictures go before the text that speaks of them."""
    parts: list[Json] = []
    for turn in turns:
        parts += results_to_wire(turn.results)
        for picture in turn.pictures:
            data = b64encode(picture.data).decode("ascii")
            parts.append({"inlineData": {"mimeType": picture.media_type, "data": data}})
        if turn.text.strip():
            parts.append({"text": turn.text})
        parts += calls_to_wire(turn.calls, model)
    return parts


def style_to_wire(style: Style) -> dict[str, Json]:
    """The sampling parameters that were chosen."""
    chosen = {wire: getattr(style, name) for name, wire in STYLE.items()}
    return {name: value for name, value in chosen.items() if value is not None}
