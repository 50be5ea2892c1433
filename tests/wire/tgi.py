"""What Text Generation Inference and its likes answer."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from pydantic import SecretStr

from bot.http import Http
from bot.providers.tgi import TGI
from bot.settings import Account
from tests.wire.answers import JSON, Answer, Step, sends
from tests.wire.server import AiServer, serving
from tests.wire.wire import Wire

KEY = "hf-secret-1234567890"
COUNTS = (9, 3)
"""Tokens of the prompt and of the answer that are reported."""

INFO = {
    "model_id": "llava-hf/llava-v1.6-34b-hf",
    "model_sha": "e985a63cdc139290c5f700ff1929f0b5942cced2",
    "model_pipeline_tag": "image-text-to-text",
    "max_concurrent_requests": 128,
    "max_best_of": 2,
    "max_stop_sequences": 4,
    "max_input_tokens": 4095,
    "max_total_tokens": 4096,
    "validation_workers": 2,
    "max_client_batch_size": 4,
    "router": "text-generation-router",
    "version": "3.3.6-dev0",
    "sha": None,
    "docker_label": None,
}


def token(index: int, text: str, *, special: bool = False, **more: Any) -> dict[str, Any]:
    """One event of a stream."""
    written = {"id": 1000 + index, "text": text, "logprob": -0.34, "special": special}
    return {"index": index, "token": written, "generated_text": None, "details": None, **more}


def event(data: Any) -> bytes:
    """A server-sent event as the server writes it: no blank behind the colon."""
    return f"data:{json.dumps(data)}\n\n".encode()


def ends(finish: str = "eos_token", counts: tuple[int, int] | None = COUNTS) -> dict[str, Any]:
    """Details of a stream's end. None: an older server, that does not count the prompt."""
    counted = {"input_length": counts[0]} if counts else {}
    generated = counts[1] if counts else 2
    return {"finish_reason": finish, "generated_tokens": generated, "seed": None, **counted}


def writes(*pieces: str | Step, finish: str | None = "eos_token") -> Answer:
    """Stream these tokens, then the one that ends it; None: it never comes."""
    words = [piece for piece in pieces if isinstance(piece, str)]
    steps: list[Step] = [
        event(token(index, piece)) if isinstance(piece, str) else piece
        for index, piece in enumerate(pieces, 1)
    ]
    if finish is not None:
        last = {"generated_text": "".join(words), "details": ends(finish)}
        eos = finish == "eos_token"
        steps.append(event(token(len(pieces) + 1, "</s>" if eos else "", special=eos, **last)))
    return sends(*steps)


def whole(text: str, finish: str = "eos_token") -> dict[str, Any]:
    """An answer as a whole, with its details."""
    written = token(1, text)["token"]
    details = {
        "finish_reason": finish,
        "generated_tokens": 3,
        "seed": None,
        "prefill": [],
        "tokens": [written],
    }
    return {"generated_text": text, "details": details}


def writes_all(body: Any) -> Answer:
    """Answer in JSON."""
    return sends(json.dumps(body).encode(), headers=JSON)


def refuses(status: int, error: Any, kind: str | None = None, **headers: str) -> Answer:
    """Answer with a status that is no success, in the server's form."""
    body = {"error": error} | ({"error_type": kind} if kind else {})
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def answer(wire: Wire) -> None:
        await wire.start(status, JSON | named)
        await wire.send(json.dumps(body).encode())
        await wire.end()

    return answer


def breaks_off(*pieces: str, error: str, kind: str) -> Answer:
    """Stream some tokens, then an error, with the status 200."""
    tokens = [event(token(index, piece)) for index, piece in enumerate(pieces, 1)]
    return sends(*tokens, event({"error": error, "error_type": kind}))


@asynccontextmanager
async def asking(*answers: Answer, model: str = "", **options: object) -> AsyncIterator[tuple[AiServer, TGI]]:
    """A server that answers so, and the account `llava` that asks it."""
    async with serving() as ai, aclosing(Http(ai.url, key=KEY)) as http:
        ai.will(*answers)
        told = {"template": "chatml", **options}
        yield (
            ai,
            TGI(http, Account("llava", "tgi", ai.url, SecretStr(KEY), options=told, default_model=model)),
        )
