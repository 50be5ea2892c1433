"""Requests as the service reads them: pure."""

from bot.http import Json
from bot.http.pictures import data_url
from bot.messages import ChatRequest, CompletionRequest, Style, Turn


def chat_to_wire(request: ChatRequest) -> dict[str, Json]:
    """A conversation as the service reads it."""
    messages = [{"role": turn.role, "content": content_to_wire(turn)} for turn in request.turns]
    return {"model": request.model, "messages": messages}


def completion_to_wire(request: CompletionRequest) -> dict[str, Json]:
    """One prompt as the service reads it."""
    return {"model": request.model, "prompt": request.prompt}


def content_to_wire(turn: Turn) -> Json:
    """A turn's content: a plain string, or parts when it has pictures."""
    if not turn.pictures:
        return turn.text
    parts: list[Json] = [{"type": "text", "text": turn.text}] if turn.text else []
    parts += [{"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in turn.pictures]
    return parts


def style_to_wire(style: Style) -> dict[str, Json]:
    """The sampling parameters that were chosen."""
    chosen = {name: getattr(style, name) for name in Style.__dataclass_fields__}
    return {name: value for name, value in chosen.items() if value is not None}
