"""What each wire format costs beside its transport: a chunk of an answer, and a long conversation asked."""

import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any, cast

import msgspec

from bot.http import Http, Json
from bot.messages import ChatRequest, Text, Turn
from bot.ports import Chats
from bot.providers import build
from bot.settings import Account
from bot.streams import closing
from tests.bench.figures import Bound, Row
from tests.wire import anthropic, gemini, tgi
from tests.wire.answers import event

WORD = {"choices": [{"index": 0, "delta": {"content": " word"}, "finish_reason": None}]}
STOP = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
FORMATS: dict[str, tuple[list[bytes], bytes, list[bytes]]] = {
    "openai": ([], event(WORD), [event(STOP)]),
    "g4f": ([], event(WORD), [event(STOP)]),
    "anthropic": (
        [anthropic.started(), anthropic.block()],
        anthropic.text(" word"),
        [anthropic.ended(), anthropic.STOPPED],
    ),
    "gemini": ([], gemini.text(" word"), [gemini.ended()]),
    "tgi": ([], tgi.event(tgi.token(1, " word")), [tgi.event(tgi.token(2, "", special=True) | tgi.ends())]),
}
"""An answer's first events, the one that is repeated, and its last, as they come over the wire."""

SAID = "The quick brown fox jumps over the lazy dog, and <|im_start|> nobody minds. " * 6


class Canned:
    """A door behind which the answer lies ready: what is sent is written as JSON, as the real one does."""

    def __init__(self, events: Sequence[bytes]) -> None:
        self._events = events

    async def stream_events(self, path: str, body: Json, **_: Any) -> AsyncGenerator[bytes, None]:
        msgspec.json.encode(body)
        for data in self._events:
            yield data


async def providers(count: int = 20_000) -> list[Row]:
    """Each format's chunk and its request, in seconds of processor time."""
    rows = []
    for kind in FORMATS:
        chunk = await _answered(kind, count) - await _answered(kind, 0)
        asked = min([await _answered(kind, 0, turns=200) for _ in range(10)])
        rows += [
            Row(f"a chunk decoded and mapped, {kind}", {"": chunk / count * 1e6}, "µs", Bound(20)),
            Row(f"200 messages rendered, {kind}", {"": asked * 1e3}, "ms", Bound(2)),
        ]
    return rows


async def _answered(kind: str, chunks: int, *, turns: int = 1) -> float:
    """Processor time of one call."""
    first, middle, last = ([_data(each) for each in part] for part in _parts(kind))
    account = Account("bench", kind, options={"template": "chatml"} if kind == "tgi" else {})
    provider = cast(Chats, build(account, lambda _: cast(Http, Canned([*first, *middle * chunks, *last]))))
    said = tuple(Turn("user" if number % 2 == 0 else "assistant", SAID) for number in range(turns))
    request = ChatRequest("m", said, 500)
    began = time.process_time()
    async with closing(provider.chat(request)) as parts:
        heard = [part async for part in parts if isinstance(part, Text)]
    assert len(heard) >= min(chunks, 1)
    return time.process_time() - began


def _parts(kind: str) -> tuple[list[bytes], list[bytes], list[bytes]]:
    first, middle, last = FORMATS[kind]
    return first, [middle], last


def _data(sent: bytes) -> bytes:
    """What an event carries."""
    return sent.partition(b"data:")[2].strip()
