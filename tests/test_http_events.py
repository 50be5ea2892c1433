"""Server-sent events come out the same, however the network cuts the bytes."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import ProviderGarbled, ProviderTimeout
from bot.http.events import EventDecoder
from bot.http.stream import EventStream


def decoded(*pieces: bytes, largest: int = 1 << 20) -> list[bytes]:
    decoder = EventDecoder(largest)
    return [event.data for piece in pieces for event in decoder.feed(piece)] + [
        event.data for event in decoder.end()
    ]


def plainly(body: bytes) -> list[bytes]:
    """What the standard says, the slow way: the whole body, line by line."""
    events: list[bytes] = []
    data: list[bytes] = []
    for line in [*re.split(rb"\r\n|\r|\n", body.removeprefix(b"\xef\xbb\xbf")), b""]:
        name, _, value = line.partition(b":")
        if not line and (event := b"\n".join(data)):
            events.append(event)
        if not line:
            data = []
        elif name == b"data":
            data.append(value[1:] if value.startswith(b" ") else value)
    return events


def cut(body: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(body) + 1) for place in places})
    return [body[start:end] for start, end in zip([0, *ends], [*ends, len(body)], strict=True)]


bodies = st.lists(
    st.sampled_from(
        [
            *(b"data", b"data:", b"data: ", b":", b" ", b"event: x", b"id: 7", b"retry: 5", b"[DONE]"),
            *(b"\n", b"\r", b"\r\n", b"\n\n", b"\xef", b"\xef\xbb\xbf", b"\xff\xfe"),
            *(b'{"a": 1}', "{“\u2028\u0085”}".encode()),
        ]
    ),
    max_size=40,
).map(b"".join)


@given(bodies, st.lists(st.integers(0, 500), max_size=30))
@example(b"data: a\r\n\r\ndata: b\r\n\r\n", list(range(30)))
@example(b"\xef\xbb\xbfdata: a\n\n", [1, 2])
@example(b"\n\xef\xbb\xbfdata: a\n\n", [])
@example(b"data\ndata", [])
def test_any_split_gives_what_the_standard_says(body: bytes, places: list[int]) -> None:
    assert decoded(*cut(body, places)) == plainly(body)


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"data: one\n\ndata:two\n\n", [b"one", b"two"]),
        (b"data: first\ndata: second\n\n", [b"first\nsecond"]),
        (b": ping\n\n:\n\ndata: x\r\rdata: y\r\n\r\n", [b"x", b"y"]),
        ('data: "a\u2028b\u0085c"\n\n'.encode(), ['"a\u2028b\u0085c"'.encode()]),
        (b"data: [DONE]", [b"[DONE]"]),
        (b"data: \xff\n\n", [b"\xff"]),
        (b"data:\n\ndata\n\nevent: x\n\n", []),
    ],
)
def test_what_senders_do_is_understood(body: bytes, events: list[bytes]) -> None:
    assert decoded(body) == events


def test_an_event_is_here_as_soon_as_its_last_byte_is() -> None:
    """A carriage return ends a line at once: nobody waits for a line feed that may never come."""
    assert [event.data for event in EventDecoder().feed(b"data: x\r\r")] == [b"x"]


def test_names_and_ids_are_kept_for_those_who_ask() -> None:
    events = EventDecoder().feed(b"id: 7\nevent: message.created\ndata: {}\n\ndata: 1\n\n")
    assert [(event.name, event.id) for event in events] == [("message.created", "7"), ("", "7")]


@pytest.mark.parametrize("body", [b"x" * 1001, b"data: " + b"x" * 1001, b"data: xxxxxxxxx\n" * 101])
def test_a_flood_without_an_end_is_garbled(body: bytes) -> None:
    with pytest.raises(ProviderGarbled):
        decoded(*(body[at : at + 100] for at in range(0, len(body), 100)), largest=1000)


async def test_nothing_but_data_extends_a_deadline() -> None:
    """Comments come without a pause, and the deadline passes all the same."""

    async def chatter() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0)
            yield b": still here\n\nevent: x\n\ndata:\n\n"

    until = asyncio.get_running_loop().time() + 0.05
    with pytest.raises(ProviderTimeout):
        await EventStream(chatter(), "", until, 60).more()
