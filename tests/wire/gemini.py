"""What the Gemini API may answer."""

import json
from collections.abc import Sequence
from typing import Any

from tests.wire.answers import JSON, USAGE, Answer, Step, event, sends
from tests.wire.wire import Wire

COUNTED = {"promptTokenCount": USAGE[0], "candidatesTokenCount": USAGE[1], "totalTokenCount": sum(USAGE)}


def chunk(*parts: dict[str, Any], finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """One piece of an answer. As the service does it, a piece without parts has no content at all."""
    content = {"content": {"role": "model", "parts": parts}} if parts else {}
    ending = {"finishReason": finish} if finish else {}
    return {"candidates": [{**content, **ending, "index": 0}], "modelVersion": "m", **fields}


def text(piece: str, finish: str | None = None, **fields: Any) -> bytes:
    """A piece of text."""
    return event(chunk({"text": piece}, finish=finish, **fields))


def ended(reason: str = "STOP", **fields: Any) -> bytes:
    """The last piece: why it stopped, and what it counted."""
    return event(chunk(finish=reason, usageMetadata=COUNTED, **fields))


def failure(code: int, status: str, message: str = "It is not to be.", *details: Any) -> dict[str, Any]:
    """An error, as a status or in the middle of a stream."""
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


def says(*pieces: str | Step) -> Answer:
    """Stream text as the service does; there is no mark behind the last piece."""
    steps = [text(piece) if isinstance(piece, str) else piece for piece in pieces]
    return sends(*steps, ended())


def tells(body: Any, status: int = 200) -> Answer:
    """Answer as a whole, or fail."""

    async def answer(wire: Wire) -> None:
        await wire.start(status, JSON)
        await wire.send(json.dumps(body).encode())
        await wire.end()

    return answer


def lists(*models: Any, after: str = "") -> Answer:
    """A page of models; `after` is the token when more follow."""
    return tells({"models": models, **({"nextPageToken": after} if after else {})})


def asks(said: str, *calls: tuple[str, str, Sequence[str]], finish: str | None = "STOP") -> Answer:
    """Stream text, then calls of tools, which come as a whole; the first one is signed. None: it breaks off,
    in the middle of one."""
    told: list[dict[str, Any]] = []
    for number, (call_id, name, fragments) in enumerate(calls):
        given = "".join(fragments)
        asked = {"name": name, **({"id": call_id} if call_id else {})}
        asked |= {"args": json.loads(given) if given and finish else {}}
        told.append({"functionCall": asked, **({} if number else {"thoughtSignature": "c2lnbmVk/+=="})})
    steps = [text(said)] if said else []
    if finish is None:
        return sends(*steps, event(chunk(*told))[:-20])
    return sends(*steps, event(chunk(*told)), ended(finish))
