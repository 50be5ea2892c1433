"""What a service may answer. An answer is a coroutine function that writes to a `Wire`."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum, auto
from typing import Any, TypeAlias

from tests.wire.wire import Wire

Answer: TypeAlias = Callable[[Wire], Coroutine[Any, Any, None]]

EVENTS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
JSON = {"Content-Type": "application/json"}
USAGE = (9, 3)
"""Tokens of the prompt and of the answer that `says` and `tells` report."""


class Break(Enum):
    """How an answer goes wrong in the middle."""

    CLOSE = auto()
    RESET = auto()
    DRIP = auto()
    HANG = auto()


CLOSE, RESET, DRIP, HANG = Break.CLOSE, Break.RESET, Break.DRIP, Break.HANG


class Gate:
    """Holds an answer until the test opens it. `await gate.reached()`: all before it was written."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._open = asyncio.Event()

    async def reached(self) -> None:
        """Wait until an answer has come to the gate."""
        await self._reached.wait()

    def open(self) -> None:
        """Let it pass."""
        self._open.set()

    async def pass_through(self) -> None:
        """What the answer does here."""
        self._reached.set()
        await self._open.wait()


Step: TypeAlias = bytes | Gate | Break


def says(
    *pieces: str | Gate | Break,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = USAGE,
    done: bool = True,
) -> Answer:
    """Stream text, then the finish reason, the usage and the `[DONE]`; None leaves one out."""

    async def answer(wire: Wire) -> None:
        steps: list[Step] = [chunk(wire, piece) if isinstance(piece, str) else piece for piece in pieces]
        if finish is not None:
            steps.append(chunk(wire, "", finish))
        if usage is not None:
            steps.append(event({"object": "chat.completion.chunk", "choices": [], "usage": counted(usage)}))
        if done:
            steps.append(b"data: [DONE]\n\n")
        await sends(*steps)(wire)

    return answer


def tells(text: str | None, *, finish: str | None = "stop", usage: tuple[int, int] | None = USAGE) -> Answer:
    """Answer as a whole, even when a stream was asked for."""

    async def answer(wire: Wire) -> None:
        said = {"message": {"role": "assistant", "content": text}} if chats(wire) else {"text": text}
        body = {"id": "gen-1", "choices": [{"index": 0, "finish_reason": finish, **said}]}
        await _whole(wire, 200, JSON, body | ({"usage": counted(usage)} if usage else {}))

    return answer


def fails(status: int, body: object = "It is not to be.", **headers: str) -> Answer:
    """Answer with a status that is no success. `retry_after="3"` becomes the header `retry-after: 3`."""

    async def answer(wire: Wire) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await _whole(wire, status, JSON | named, {"error": {"message": body, "code": status}})

    return answer


def page(status: int = 200) -> Answer:
    """Answer with a web page, as a proxy or a login does."""

    async def answer(wire: Wire) -> None:
        await _whole(wire, status, {"Content-Type": "text/html"}, b"<!doctype html><title>Log in</title>")

    return answer


def sends(*steps: Step, headers: dict[str, str] | None = None) -> Answer:
    """Send these bytes as the body, one piece each."""

    async def answer(wire: Wire) -> None:
        await wire.start(200, headers or EVENTS)
        for step in steps:
            if not wire.broken:
                await take(step, wire)
        if not wire.broken:
            await wire.end()

    return answer


def hangs(gate: Gate | None = None, then: Answer | None = None) -> Answer:
    """Send nothing, not even headers, until the gate is opened; without one, until the client goes."""

    async def answer(wire: Wire) -> None:
        await (gate or Gate()).pass_through()
        await (then or says("Hello", " world"))(wire)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Answer each time with the next of these."""
    rest = iter(answers)

    async def answer(wire: Wire) -> None:
        await next(rest)(wire)

    return answer


def resets() -> Answer:
    """Read the request, then break the connection."""
    return Wire.reset


def streams(tokens: int, rate: float) -> Answer:
    """Stream so many tokens, evenly, at so many a second; 0: at once.

    A token is the moment at which it was sent, by the clock that all processes of a machine share.
    """

    async def answer(wire: Wire) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        await wire.start(200, EVENTS)
        for number in range(tokens):
            await wire.send(chunk(wire, f"{time.monotonic():.6f} "))
            if rate:
                await asyncio.sleep(began + (number + 1) / rate - clock())
        await wire.send(chunk(wire, "", "stop"))
        await wire.send(event({"choices": [], "usage": counted((9, tokens))}) + b"data: [DONE]\n\n")
        await wire.end()

    return answer


def event(data: Any) -> bytes:
    """One server-sent event that holds this as JSON."""
    return f"data: {json.dumps(data)}\n\n".encode()


def chunk(wire: Wire, text: str, finish: str | None = None) -> bytes:
    """One event of an answer, in the form of the path that was asked for."""
    said: dict[str, object] = {"delta": {"content": text}} if chats(wire) else {"text": text}
    return event({"id": "gen-1", "choices": [{"index": 0, "finish_reason": finish, **said}]})


def chats(wire: Wire) -> bool:
    """Whether a conversation was asked to be continued, not one prompt."""
    return wire.request.path.endswith("/chat/completions")


def counted(usage: Sequence[int]) -> dict[str, int]:
    """A usage object."""
    prompt, completion = usage
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


async def take(step: Step, wire: Wire) -> None:
    """One step of an answer whose headers are out."""
    match step:
        case Gate():
            await step.pass_through()
        case Break.CLOSE:
            await wire.close()
        case Break.RESET:
            await wire.reset()
        case Break.DRIP:
            for number in itertools.count():
                await wire.send(b": still here\n\n" if number % 2 else b"d")
                await asyncio.sleep(0.005)
        case Break.HANG:
            await asyncio.Event().wait()
        case bytes():
            await wire.send(step)


async def _whole(wire: Wire, status: int, headers: dict[str, str], body: object) -> None:
    await wire.start(status, headers)
    await wire.send(body if isinstance(body, bytes) else json.dumps(body).encode())
    await wire.end()
