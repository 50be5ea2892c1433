"""The door to HTTP against real sockets: what is sent, and what comes back."""

import asyncio
from contextlib import aclosing

import pytest

from bot.errors import ProviderBusy, ProviderGarbled, ProviderRefused
from bot.http import File, Http
from bot.settings import Deadlines
from tests.wire.answers import CLOSE, HANG, JSON, RESET, Answer, Break, Gate, fails, page, sends, take
from tests.wire.door import KEY, ONE, TWO, all_of, streamed, talking
from tests.wire.server import nobody, serving
from tests.wire.wire import Wire

SHORT = Deadlines(first_token=0.15, between_tokens=0.15)


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


async def test_brackets_in_brackets_without_end_are_garbled() -> None:
    deep = b"[" * 100_000
    async with talking(sends(deep, headers=JSON)) as (_, http):
        with pytest.raises(ProviderGarbled):
            await http.get_json("x")


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


async def test_files_are_uploaded_with_fields_beside_them() -> None:
    async with talking(sends(b'{"run_id": 3}', headers=JSON)) as (ai, http):
        file = File("a.png", b"\x89PNG\0", "image/png")
        assert await http.post_form("messages", {"text": "look"}, [file]) == {"run_id": 3}
    body = ai.requests[0].body
    assert b'name="text"\r\n\r\nlook' in body
    assert b'name="files"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\0' in body
    assert ai.requests[0].headers["content-type"].startswith("multipart/form-data; boundary=")


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
            not in f"{caught.value!r} {caught.value} {caught.value.reply} {http!r} {vars(http)['_wire']!r}"
        )
    assert "Not with [key]!" in caught.value.said


@pytest.mark.parametrize("ending", [HANG, CLOSE, RESET])
async def test_the_body_of_an_error_may_hang_or_break(ending: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    """The status says enough."""
    monkeypatch.setattr("bot.http.client.ERROR_WITHIN", 0.05)

    async def half(wire: Wire) -> None:
        await wire.start(503, JSON)
        await take(ending, wire)

    async with talking(half) as (_, http):
        with pytest.raises(ProviderBusy):
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
