"""Requests as the Gemini API reads them: pure."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from bot.http import Json
from bot.messages import ChatRequest, DrawRequest, Style, Turn
from bot.wire.alternating import alternating

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
    contents = [{"role": ROLES[group[0].role], "parts": parts_to_wire(group)} for group in groups]
    return {
        "contents": contents,
        "generationConfig": {"maxOutputTokens": request.max_tokens, **style_to_wire(request.style)},
        **({"systemInstruction": {"parts": [{"text": system}]}} if system else {}),
    }


def drawing_to_wire(request: DrawRequest) -> dict[str, Json]:
    """A picture to be made, as the service reads it."""
    contents: Json = [{"role": "user", "parts": [{"text": request.prompt}]}]
    return {"contents": contents, "generationConfig": {"responseModalities": ["IMAGE"]}}


def parts_to_wire(turns: Sequence[Turn]) -> list[Json]:
    """What one role says. Pictures go before the text that speaks of them."""
    parts: list[Json] = []
    for turn in turns:
        for picture in turn.pictures:
            data = b64encode(picture.data).decode("ascii")
            parts.append({"inlineData": {"mimeType": picture.media_type, "data": data}})
        if turn.text.strip():
            parts.append({"text": turn.text})
    return parts


def style_to_wire(style: Style) -> dict[str, Json]:
    """The sampling parameters that were chosen."""
    chosen = {wire: getattr(style, name) for name, wire in STYLE.items()}
    return {name: value for name, value in chosen.items() if value is not None}
