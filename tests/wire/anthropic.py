"""What Anthropic's Messages API may answer."""

import json
from collections.abc import Sequence
from typing import Any

from tests.wire.answers import JSON, USAGE, Answer, Step, sends
from tests.wire.wire import Wire


def event(kind: str, **fields: Any) -> bytes:
    """One event, named twice as the service does it."""
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


PING = event("ping")
STOPPED = event("message_stop")


def started(**usage: int) -> bytes:
    """The first event, which counts the prompt."""
    counted = usage or {"input_tokens": USAGE[0], "output_tokens": 1}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [], "usage": counted}
    return event("message_start", message=message | {"stop_reason": None})


def block(kind: str = "text", index: int = 0) -> bytes:
    """A block opens, empty."""
    content = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}}
    return event("content_block_start", index=index, content_block={"type": kind, **content.get(kind, {})})


def delta(kind: str, index: int = 0, **fields: str) -> bytes:
    """A piece of a block: `text_delta`, `thinking_delta`, `signature_delta`."""
    return event("content_block_delta", index=index, delta={"type": kind, **fields})


def text(piece: str, index: int = 0) -> bytes:
    """A piece of the answer."""
    return delta("text_delta", index, text=piece)


def ended(reason: str | None = "end_turn", **usage: int) -> bytes:
    """Why it stopped, and what it counted."""
    counted = usage or {"output_tokens": USAGE[1]}
    return event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=counted)


def failed(kind: str, message: str = "It is not to be.") -> bytes:
    """An error in the middle of a stream."""
    return event("error", error={"type": kind, "message": message})


def says(*pieces: str | Step, reason: str = "end_turn") -> Answer:
    """Stream text as the service does, with a ping after the first event."""
    steps = [text(piece) if isinstance(piece, str) else piece for piece in pieces]
    closed = event("content_block_stop", index=0)
    return sends(started(), PING, block(), *steps, closed, ended(reason), STOPPED)


def fails(status: int, kind: str, message: str = "It is not to be.") -> Answer:
    """Answer with an error's status."""

    async def answer(wire: Wire) -> None:
        await wire.start(status, JSON)
        error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}
        await wire.send(json.dumps(error).encode())
        await wire.end()

    return answer


def lists(*models: Any, last: str | None = None) -> Answer:
    """A page of models; `last` is the cursor when more follow."""
    page = {"data": models, "first_id": None, "has_more": last is not None, "last_id": last}
    return sends(json.dumps(page).encode(), headers=JSON)


def asks(said: str, *calls: tuple[str, str, Sequence[str]], finish: str | None = "tool_use") -> Answer:
    """Stream text, then calls of tools, each a block; None: it breaks off."""
    steps = [started(), PING, *([block(), text(said), event("content_block_stop", index=0)] if said else [])]
    for index, (call_id, name, fragments) in enumerate(calls, 1):
        content = {"type": "tool_use", "id": call_id, "name": name, "input": {}}
        steps.append(event("content_block_start", index=index, content_block=content))
        steps += [delta("input_json_delta", index, partial_json=fragment) for fragment in ("", *fragments)]
        steps += [event("content_block_stop", index=index)] if finish else []
    return sends(*steps, *([ended(finish), STOPPED] if finish else []))
