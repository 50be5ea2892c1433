"""Requests as the Messages API reads them: pure."""

from base64 import b64encode
from collections.abc import Sequence

from bot.http import Json
from bot.messages import ChatRequest, Picture, Style, Turn
from bot.wire.alternating import alternating


def chat_to_wire(request: ChatRequest) -> dict[str, Json]:
    """A conversation as the service reads it; what the system says stands beside it."""
    system, groups = alternating(request.turns)
    return {
        "model": request.model,
        "messages": [{"role": group[0].role, "content": content_to_wire(group)} for group in groups],
        "max_tokens": request.max_tokens,
        **({"system": system} if system else {}),
        **style_to_wire(request.style),
    }


def content_to_wire(turns: Sequence[Turn]) -> Json:
    """What one role says: a plain string, or blocks. Pictures go before the text that speaks of them."""
    if len(turns) == 1 and not turns[0].pictures:
        return turns[0].text
    return [block for turn in turns for block in _blocks(turn)]


def _blocks(turn: Turn) -> list[Json]:
    text: list[Json] = [{"type": "text", "text": turn.text}] if turn.text.strip() else []
    return [*(picture_to_wire(picture) for picture in turn.pictures), *text]


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
