"""Requests as the service reads them: pure."""

from bot.http import Json
from bot.http.pictures import data_url
from bot.messages import ChatRequest, CompletionRequest, Style, Turn
from bot.providers.openai.tools import called_to_wire, one_by_one, results_to_wire
from bot.wire.calls import paired


def chat_to_wire(request: ChatRequest, form: str = "tools") -> dict[str, Json]:
    """A conversation as the service reads it; `form`: how it knows calls of tools, "tools" or "functions"."""
    turns = paired(request.turns)
    told = one_by_one(turns) if form == "functions" else turns
    messages = [message for turn in told for message in _messages(turn, form)]
    return {"model": request.model, "messages": messages}


def _messages(turn: Turn, form: str) -> list[dict[str, Json]]:
    """A turn as messages: one for each result, and one for what goes with them."""
    if turn.role == "tool":
        rest = [{"role": "user", "content": content_to_wire(turn)}] if turn.pictures else []
        return [*results_to_wire(turn, form), *rest]
    message = {"role": turn.role, "content": content_to_wire(turn)}
    return [called_to_wire(message, turn.calls, form) if turn.calls else message]


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
