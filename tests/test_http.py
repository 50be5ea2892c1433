"""The door to HTTP against real sockets: what is sent, what comes back, and how everything can fail."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
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
from bot.http import File, Http
from bot.settings import Deadlines
from tests.wire.answers import CLOSE, DRIP, HANG, JSON, RESET, Answer, Gate, fails, hangs, page, resets, sends
from tests.wire.server import AiServer, nobody, serving
from tests.wire.wire import Wire

KEY = "sk-secret-1234567890"
SHORT = Deadlines(connect=5, first_token=0.15, between_tokens=0.15, turn=0.15)
ONE, TWO = b"data: one\n\n", b"data: two\n\n"


@asynccontextmanager
async def talking(
    *answers: Answer, key: str = KEY, deadlines: Deadlines | None = None
) -> AsyncIterator[tuple[AiServer, Http]]:
    async with serving() as ai, aclosing(Http(ai.url, key=key, deadlines=deadlines)) as http:
        ai.will(*answers)
        yield ai, http


async def all_of(events: AsyncGenerator[bytes, None]) -> list[bytes]:
    async with aclosing(events):
        return [event async for event in events]


async def test_a_path_is_appended_to_the_base_address() -> None:
    async with talking(sends(b"{}", headers=JSON), sends(b"{}", headers=JSON)) as (ai, http):
        await http.post_json("chat/completions", {"a": ["ä", None, 1.5]})
        await http.post_json("", {})
    assert [request.path for request in ai.requests] == ["/v1/chat/completions", "/v1"]
    assert ai.requests[0].body == {"a": ["ä", None, 1.5]}
    assert ai.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert ai.requests[0].headers["content-type"] == "application/json"
    assert ai.requests[0].headers["accept-encoding"] == "identity"


async def test_without_a_key_nothing_is_said_of_one() -> None:
    async with talking(sends(b"{}", headers=JSON), key="") as (ai, http):
        await http.post_json("x", {})
    assert "authorization" not in ai.requests[0].headers


async def test_parameters_json_and_bytes_come_through() -> None:
    async with talking(
        sends(b'{"a": ', b"1}", headers=JSON), sends(b"\x89PNG", b"..."), sends(b"a" * 10)
    ) as (ai, http):
        assert await http.get_json("facts", {"page": 2}) == {"a": 1}
        assert await http.post_bytes("draw", {"prompt": "a parrot"}, 100) == b"\x89PNG..."
        assert await http.get_bytes("file", 10) == b"a" * 10
    assert ai.requests[0].path == "/v1/facts?page=2"


async def test_a_large_body_is_sent_whole() -> None:
    async with talking(sends(b"{}", headers=JSON)) as (ai, http):
        await http.post_json("x", {"picture": "x" * 3_000_000})
    assert len(ai.requests[0].body["picture"]) == 3_000_000


async def test_a_body_over_its_cap_is_not_read_on() -> None:
    gate = Gate()
    async with talking(sends(b"x" * 101, gate)) as (ai, http):
        with pytest.raises(ProviderGarbled):
            await http.get_bytes("file", 100)
        await ai.hung_up()


async def test_files_are_uploaded_and_things_deleted() -> None:
    async with talking(sends(b'{"run_id": 3}', headers=JSON), sends(b"", headers=JSON)) as (ai, http):
        file = File("a.png", b"\x89PNG\0", "image/png")
        assert await http.post_form("messages", {"text": "look"}, [file]) == {"run_id": 3}
        await http.delete("messages/7")
    body = ai.requests[0].body
    assert b'name="text"\r\n\r\nlook' in body
    assert b'name="files"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\0' in body
    assert ai.requests[0].headers["content-type"].startswith("multipart/form-data; boundary=")
    assert (ai.requests[1].method, ai.requests[1].path) == ("DELETE", "/v1/messages/7")


async def test_events_stream_in_while_the_answer_is_written() -> None:
    gate = Gate()
    async with talking(sends(ONE, gate, TWO)) as (_, http), aclosing(http.stream_events("x", {})) as events:
        assert await anext(events) == b"one"
        gate.open()
        assert await anext(events) == b"two"
        assert await anext(events, None) is None


async def test_an_endless_stream_is_followed_with_names_and_ids() -> None:
    """Silence is no fault there: the deadlines of answers do not hold."""
    gate = Gate()
    async with (
        talking(sends(gate, b"id: 8\nevent: run.updated\ndata: {}\n\n"), deadlines=SHORT) as (ai, http),
        aclosing(http.get_events("events", after="7")) as events,
    ):
        coming = asyncio.create_task(anext(events))
        await gate.reached()
        await asyncio.wait({coming}, timeout=SHORT.first_token * 2)
        gate.open()
        event = await coming
        assert (event.name, event.id, event.data) == ("run.updated", "8", b"{}")
    assert ai.requests[0].headers["last-event-id"] == "7"


@pytest.mark.parametrize("headers", [JSON, {"Content-Type": "text/event-stream"}, {}])
async def test_json_instead_of_a_stream_is_handed_on_whole(headers: dict[str, str]) -> None:
    async with talking(sends(b' \n{"a":', b'\n\n"b"}', headers=headers)) as (_, http):
        assert await all_of(http.stream_events("x", {})) == [b'{"a":\n\n"b"}']


@pytest.mark.parametrize(
    "answer", [page(), sends(), sends(b": ping\n\n", b"event: x\n\n"), sends(b"\n \n<html>")]
)
async def test_a_body_without_any_event_is_garbled(answer: Answer) -> None:
    async with talking(answer) as (_, http):
        with pytest.raises(ProviderGarbled):
            await all_of(http.stream_events("x", {}))


async def test_the_content_type_is_not_trusted() -> None:
    async with talking(sends(ONE, headers={"Content-Type": "text/html"})) as (_, http):
        assert await all_of(http.stream_events("x", {})) == [b"one"]


async def whole(http: Http) -> Any:
    return await http.post_json("x", {})


async def streamed(http: Http) -> Any:
    return await all_of(http.stream_events("x", {}))


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


async def test_the_time_that_the_caller_takes_does_not_count() -> None:
    deadlines = Deadlines(first_token=60, between_tokens=0.05)
    gate = Gate()
    async with (
        talking(sends(ONE, gate, TWO), deadlines=deadlines) as (_, http),
        aclosing(http.stream_events("x", {})) as events,
    ):
        assert await anext(events) == b"one"
        await asyncio.sleep(0.1)  # the caller is busy for longer than the deadline
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


async def test_patience_comes_with_a_busy_service() -> None:
    async with talking(fails(429, retry_after="7")) as (_, http):
        with pytest.raises(ProviderBusy) as caught:
            await http.post_json("x", {})
    assert caught.value.retry_after == 7


async def test_an_echoed_key_never_reaches_the_log_or_the_chat() -> None:
    echo = b'data: {"error": "' + KEY.encode() + b'"}\n\n'
    async with talking(fails(400, f"Not with {KEY}!"), sends(echo)) as (_, http):
        with pytest.raises(ProviderRefused) as caught:
            await http.post_json("x", {})
        assert await all_of(http.stream_events("x", {})) == [b'{"error": "[key]"}']
        assert (
            KEY
            not in f"{caught.value!r} {caught.value} {caught.value.reply} {http!r} {vars(http)['_client']!r}"
        )
    assert "Not with [key]!" in str(caught.value)


async def test_the_body_of_an_error_may_hang() -> None:
    """The status says enough."""

    async def half(wire: Wire) -> None:
        await wire.start(503, JSON)
        await wire.send(b"one moment")
        await wire.close()

    async with talking(half) as (_, http):
        with pytest.raises(ProviderBusy, match="503 one moment"):
            await http.post_json("x", {})


async def test_who_stops_listening_hangs_up_at_once() -> None:
    gate = Gate()
    async with talking(sends(ONE, gate), sends(ONE, gate)) as (ai, http):
        async with aclosing(http.stream_events("x", {})) as events:
            await anext(events)
        await ai.hung_up()

        task = asyncio.create_task(streamed(http))
        await ai.asked(2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await ai.hung_up(2)
        assert task.cancelled()


async def test_a_hundred_and_fifty_streams_are_open_at_once() -> None:
    """Neither httpx's nor aiohttp's limit of connections holds."""
    gate = Gate()
    async with serving() as ai, aclosing(Http(ai.url)) as http:
        ai.always = sends(gate, ONE)
        tasks = [asyncio.create_task(streamed(http)) for _ in range(150)]
        await ai.asked(150)
        gate.open()
        assert await asyncio.gather(*tasks) == [[b"one"]] * 150


async def test_no_cookie_is_kept() -> None:
    biscuit = {**JSON, "Set-Cookie": "who=me; Path=/"}
    async with talking(sends(b"{}", headers=biscuit), sends(b"{}", headers=JSON)) as (ai, http):
        await http.get_json("a")
        await http.get_json("b")
    assert "cookie" not in ai.requests[1].headers


async def test_no_proxy_of_the_environment_sees_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    async with talking(sends(b"{}", headers=JSON)) as (ai, http):
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, nobody())
        assert await http.get_json("a") == {}
    assert len(ai.requests) == 1
