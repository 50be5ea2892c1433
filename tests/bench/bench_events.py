"""Server-sent events into words: how many a second, in bulk and one by one."""

import json
import time
from collections.abc import Callable

import msgspec

from bot.http.events import EventDecoder
from bot.providers.openai.answer import Answer
from tests.bench.figures import Bound, Row

PIECE = 64 * 1024
"""Bytes that come at once, in bulk."""
CHUNK = {
    "id": "gen-1",
    "object": "chat.completion.chunk",
    "created": 1_700_000_000,
    "model": "m",
    "choices": [{"index": 0, "delta": {"content": " word"}, "finish_reason": None}],
}


async def events(count: int = 200_000) -> list[Row]:
    """OpenAI's chunks decoded and mapped, beside the least that could be done with them."""
    one = f"data: {json.dumps(CHUNK)}\n\n".encode()
    whole = one * count
    bulk = [whole[start : start + PIECE] for start in range(0, len(whole), PIECE)]
    decoded = _rate(lambda: _words(bulk), count)
    return [
        Row(
            "events decoded and mapped in bulk",
            {"": decoded},
            "/s",
            Bound(200_000, least=True),
            _rate(lambda: _bare(bulk, json.loads), count),
        ),
        Row("the same, a chunk", {"": 1e6 / decoded}, "µs", None, 1e6 / _rate(lambda: _fast(bulk), count)),
        Row(
            "the same, a chunk that comes alone",
            {"": 1e6 / _rate(lambda: _words([one] * count), count)},
            "µs",
        ),
    ]


def _rate(decode: Callable[[], int], count: int) -> float:
    """Events a second."""
    began = time.perf_counter()
    assert decode() == count
    return count / (time.perf_counter() - began)


def _words(pieces: list[bytes]) -> int:
    """As Parley does it."""
    decoder, answer = EventDecoder(), Answer()
    return sum(bool(answer.take(event.data)) for piece in pieces for event in decoder.feed(piece))


def _bare(pieces: list[bytes], loads: Callable[[bytes], object]) -> int:
    """Split and read, and trust everybody."""
    tail, count = b"", 0
    for piece in pieces:
        *whole, tail = (tail + piece).split(b"\n\n")
        for each in whole:
            loads(each[6:])
            count += 1
    return count


def _fast(pieces: list[bytes]) -> int:
    """The same with msgspec."""
    return _bare(pieces, msgspec.json.decode)
