"""Requests as the service reads them: pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.http import Json
from bot.http.pictures import data_url
from bot.messages import ChatRequest, CompletionRequest, Style, Turn
from bot.providers.openai.dialect import THOUGHTS
from bot.providers.openai.tools import Identified, called_to_wire, one_by_one, results_to_wire
from bot.wire.calls import fitting_id, paired


@dataclass(frozen=True, slots=True)
class Manner:
    """How a service knows calls of tools. `form`: "tools" or "functions"; `thoughts`: what was thought before
    a call, by its id, where the service wants it back; `identified`: makes an id one that it takes."""

    form: str = "tools"
    thoughts: Callable[[str], str] | None = None
    identified: Identified = fitting_id


PLAIN: Final = Manner()
"""As OpenAI does."""


def chat_to_wire(request: ChatRequest, manner: Manner = PLAIN) -> dict[str, Json]:
    """A conversation as the service reads it."""
    turns = paired(request.turns)
    told = one_by_one(turns) if manner.form == "functions" else turns
    messages = [message for turn in told for message in _messages(turn, manner)]
    return {"model": request.model, "messages": messages}


def _messages(turn: Turn, manner: Manner) -> list[dict[str, Json]]:
    """A turn as messages: one for each result, and one for what goes with them."""
    if turn.role == "tool":
        rest: list[dict[str, Json]] = [{"role": "user", "content": content_to_wire(turn)}]
        return [*results_to_wire(turn, manner.form, manner.identified), *(rest if turn.pictures else [])]
    message: dict[str, Json] = {"role": turn.role, "content": content_to_wire(turn)}
    if manner.thoughts and turn.role == "assistant":
        message[THOUGHTS] = next((found for call in turn.calls if (found := manner.thoughts(call.id))), "")
    return [called_to_wire(message, turn.calls, manner.form, manner.identified) if turn.calls else message]


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
