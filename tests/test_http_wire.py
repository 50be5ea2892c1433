"""However a service fails, the failure has a name and no wait is for ever."""

import asyncio
from contextlib import aclosing
from typing import Any

import pytest

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.http import Http
from bot.settings import Deadlines
from tests.wire.answers import CLOSE, DRIP, HANG, RESET, Answer, Gate, fails, hangs, page, resets, sends
from tests.wire.door import KEY, ONE, TWO, streamed, talking
from tests.wire.server import nobody, serving
from tests.wire.wire import Wire

SHORT = Deadlines(connect=5, first_token=0.15, between_tokens=0.15, whole=0.15)


async def whole(http: Http) -> Any:
    return await http.post_json("x", {})


BOTH = pytest.mark.parametrize("call", [whole, streamed])


async def _odd_status_line(wire: Wire) -> None:
    wire.raw(b"HTTP/1.1 abc What\r\n\r\n")


async def _bad_length(wire: Wire) -> None:
    wire.raw(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")


async def _bad_chunk(wire: Wire) -> None:
    wire.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
    await asyncio.Event().wait()


async def _huge_header(wire: Wire) -> None:
    wire.raw(b"HTTP/1.1 200 OK\r\nX-Policy: " + b"x" * 100_000 + b"\r\n\r\n")


async def _short(wire: Wire) -> None:
    wire.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfew")
    await wire.close()


@BOTH
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (resets(), ProviderDown),
        (Wire.close, ProviderDown),
        (sends(RESET), ProviderDown),
        (sends(CLOSE), ProviderDown),
        (_short, ProviderDown),
        (_odd_status_line, ProviderGarbled),
        (_bad_length, ProviderGarbled),
        (_bad_chunk, ProviderGarbled),
        (_huge_header, ProviderGarbled),
        (sends(b"x", headers={"Content-Encoding": "gzip"}), ProviderGarbled),
        (page(), ProviderGarbled),
        (page(502), ProviderDown),
        (fails(301, location="https://elsewhere.example/"), ProviderRefused),
        (fails(401), KeyRefused),
        (fails(404), ProviderRefused),
        (fails(429), ProviderBusy),
        (fails(529), ProviderBusy),
    ],
)
async def test_every_fault_has_a_name(answer: Answer, kind: type[ProviderError], call: Any) -> None:
    async with talking(answer) as (ai, http):
        with pytest.raises(ProviderError) as caught:
            await call(http)
    assert type(caught.value) is kind
    assert getattr(caught.value, "sent", True)
    assert len(ai.requests) == 1


@BOTH
@pytest.mark.parametrize("answer", [hangs(), sends(HANG), sends(b"da", HANG), sends(DRIP)])
async def test_no_wait_is_without_a_deadline(answer: Answer, call: Any) -> None:
    """Neither comments nor drips keep a request alive."""
    async with talking(answer, deadlines=SHORT) as (ai, http):
        with pytest.raises(ProviderTimeout):
            await call(http)
        await ai.hung_up()


async def test_further_events_have_a_deadline_of_their_own() -> None:
    deadlines = Deadlines(first_token=60, between_tokens=0.1)
    async with (
        talking(sends(ONE, DRIP), deadlines=deadlines) as (_, http),
        aclosing(http.stream_events("x", {})) as events,
    ):
        assert await anext(events) == b"one"
        with pytest.raises(ProviderTimeout):
            await anext(events)


async def test_a_malformed_chunk_in_mid_stream_ends_the_answer() -> None:
    """aiohttp may never notice: then it is the deadline that does."""

    async def answer(wire: Wire) -> None:
        await wire.start(200, {})
        await wire.send(ONE)
        await read.wait()
        wire.raw(b"zz\r\nhello\r\n")
        await asyncio.Event().wait()

    read = asyncio.Event()
    async with talking(answer, deadlines=Deadlines(first_token=60, between_tokens=0.1)) as (_, http):
        events = http.stream_events("x", {})
        async with aclosing(events):
            assert await anext(events) == b"one"
            read.set()
            with pytest.raises((ProviderTimeout, ProviderGarbled, ProviderDown)):
                await anext(events)


async def test_the_time_that_the_caller_takes_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    deadlines = Deadlines(first_token=60, between_tokens=60)
    gate, loop = Gate(), asyncio.get_running_loop()
    time = loop.time
    async with (
        talking(sends(ONE, gate, TWO), deadlines=deadlines) as (_, http),
        aclosing(http.stream_events("x", {})) as events,
    ):
        assert await anext(events) == b"one"
        monkeypatch.setattr(loop, "time", lambda: time() + 100)  # the caller is busy for longer
        gate.open()
        assert await anext(events) == b"two"


@BOTH
async def test_what_never_reached_the_service_says_so(call: Any) -> None:
    """Nobody listens; or somebody does, who knows nothing of TLS and keeps silent."""
    async with serving() as ai:
        for base in (nobody(), ai.url.replace("http:", "https:")):
            async with aclosing(Http(base, key=KEY, deadlines=Deadlines(connect=0.1))) as http:
                with pytest.raises(ProviderDown) as caught:
                    await call(http)
                assert not caught.value.sent
    assert ai.requests == []


@BOTH
@pytest.mark.parametrize("base", ["", "ftp://x", "http://", "http://[", "no address", "http://x:99999"])
async def test_an_impossible_address_is_refused(base: str, call: Any) -> None:
    async with aclosing(Http(base)) as http:
        with pytest.raises(ProviderError):
            await call(http)


@BOTH
@pytest.mark.parametrize("key", ["line\nbreak", "ключ", "\ud800"])
async def test_an_impossible_key_is_refused_and_not_told(key: str, call: Any) -> None:
    async with talking(key=key) as (ai, http):
        with pytest.raises(ProviderRefused) as caught:
            await call(http)
    assert key not in str(caught.value)
    assert ai.requests == []
