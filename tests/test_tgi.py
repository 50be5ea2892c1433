"""Text Generation Inference: what is asked, and what is made of every kind of answer."""

import re
from contextlib import aclosing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.messages import ChatRequest, CompletionRequest, End, EndReason, Picture, Style, Text, Turn, Usage
from bot.providers.tgi import TGI
from bot.providers.tgi.answer import Answer
from bot.providers.tgi.request import style_to_wire
from bot.providers.tgi.stops import Stops
from bot.providers.tgi.templates import TEMPLATES
from bot.wire.answers import Said
from tests.wire.answers import CLOSE, RESET, fails, page, sends
from tests.wire.answers import Answer as Scripted
from tests.wire.bodies import bodies
from tests.wire.tgi import (
    COUNTS,
    INFO,
    KEY,
    asking,
    breaks_off,
    ends,
    event,
    refuses,
    token,
    whole,
    writes,
    writes_all,
)
from tests.wire.tgi_spec import check

HI = ChatRequest("llava-next", (Turn("system", "Be brief."), Turn("user", "Hi")), 300)
ONCE = CompletionRequest("llava-next", "Once upon", 50)
COUNTED = Usage(*COUNTS)
STOP = TEMPLATES["chatml"].stop
LAST: dict[str, Any] = {"generated_text": "a", "details": ends()}


async def parts_of(provider: TGI, request: ChatRequest | CompletionRequest = HI) -> list[Said]:
    ask = provider.chat(request) if isinstance(request, ChatRequest) else provider.complete(request)
    async with aclosing(ask) as parts:
        return [part async for part in parts]


async def heard(
    *answers: Scripted, request: ChatRequest | CompletionRequest = HI, **options: Any
) -> list[Said]:
    async with asking(*answers, **options) as (_, provider):
        return await parts_of(provider, request)


@pytest.mark.parametrize("request_", [HI, ONCE])
async def test_text_streams_in_and_ends_once(request_: ChatRequest | CompletionRequest) -> None:
    parts = await heard(writes("Hel", "lo"), request=request_)
    assert parts == [Text("Hel"), Text("lo"), End(EndReason.STOP, COUNTED)]


@pytest.mark.parametrize(
    "body",
    [
        {"generated_text": "Hello"},
        [{"generated_text": "Hello"}],  # as public servers do
        whole("Hello"),
        [whole("Hello")],
        whole(" Hello<|im_end|>\n<|im_start|>user"),
    ],
)
async def test_an_answer_as_a_whole_is_read_in_each_of_its_forms(body: Any) -> None:
    assert await heard(writes_all(body), stream=False) == [Text("Hello"), End(EndReason.STOP)]


async def test_a_stream_that_comes_as_a_whole_is_read_too() -> None:
    assert await heard(writes_all([whole("Hello", "length")])) == [Text("Hello"), End(EndReason.LENGTH)]


async def test_what_is_asked_is_what_the_server_publishes() -> None:
    seen = Turn("user", "What is it?", (Picture(b"\xff\xd8", "image/jpeg"),))
    style = Style(0.7, 0.9, 0.1, 0.2)
    async with asking(writes("a"), writes("a"), writes("a"), model="llava-next") as (ai, provider):
        for ask in (HI, ChatRequest("m", (seen,), 7, style), CompletionRequest("", "Once <s>", 9, style)):
            assert await parts_of(provider, ask)
    plain, full, prompt = (request.body for request in ai.requests)
    assert plain == {
        "inputs": "<|im_start|>system\nBe brief.<|im_end|><|im_start|>user\nHi<|im_end|>"
        "<|im_start|>assistant\n",
        "parameters": {
            "max_new_tokens": 300,
            "stop": ["<|im_end|>", "<|im_start|>", "<|endoftext|>"],
            "details": True,
            "return_full_text": False,
        },
    }  # fmt: skip
    assert "\n![](data:image/jpeg;base64,/9g=)\nWhat is it?<" in full["inputs"]
    assert full["parameters"]["max_new_tokens"] == 7
    assert full["parameters"]["temperature"] == 0.7
    assert prompt["inputs"] == "Once < s>"
    assert {request.path for request in ai.requests} == {"/v1/generate_stream"}
    assert {request.headers["authorization"] for request in ai.requests} == {f"Bearer {KEY}"}
    for request in ai.requests:
        check("GenerateRequest", request.body)


def test_our_server_answers_as_it_is_published() -> None:
    check("StreamResponse", token(1, "a"))
    check("StreamResponse", token(1, "a", **LAST))
    check("GenerateResponse", whole("Hello"))
    check("Info", INFO)


@pytest.mark.parametrize(
    ("style", "wire"),
    [
        (Style(), {}),
        (Style(temperature=0.7), {"do_sample": True, "temperature": 0.7}),
        (Style(temperature=1.0, top_p=1.0), {"do_sample": True, "temperature": 1.0}),
        (Style(temperature=0.0, top_p=0.7), {"do_sample": False}),
        (Style(top_p=0.7), {"top_p": 0.7}),
        (Style(top_p=0.0), {}),
        (Style(presence_penalty=0.5, frequency_penalty=0.0), {"frequency_penalty": 0.0}),
    ],
)
def test_a_style_stays_within_what_the_server_takes(style: Style, wire: dict[str, object]) -> None:
    assert style_to_wire(style) == wire


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_that_does_not_stream_is_asked_for_the_whole_and_that_is_remembered(
    status: int,
) -> None:
    once, again = writes_all({"generated_text": "Hello"}), writes_all([{"generated_text": "Again"}])
    async with asking(fails(status), once, again) as (ai, provider):
        assert await parts_of(provider) == [Text("Hello"), End()]
        assert await parts_of(provider) == [Text("Again"), End()]
    assert [request.path for request in ai.requests] == [
        "/v1/generate_stream",
        "/v1/generate",
        "/v1/generate",
    ]
    assert ai.requests[0].body == ai.requests[1].body


async def test_a_server_that_answers_neither_is_asked_for_a_stream_again() -> None:
    async with asking(fails(404), fails(404), writes("a")) as (ai, provider):
        with pytest.raises(ProviderRefused):
            await parts_of(provider)
        assert await parts_of(provider) == [Text("a"), End(usage=COUNTED)]
    assert ai.requests[-1].path == "/v1/generate_stream"


async def test_where_the_operator_knows_that_there_is_no_stream_none_is_tried() -> None:
    async with asking(writes_all(whole("a")), stream=False) as (ai, provider):
        assert await parts_of(provider) == [Text("a"), End()]
    assert [request.path for request in ai.requests] == ["/v1/generate"]


EOS = event(token(9, "</s>", special=True, **LAST))


@pytest.mark.parametrize(
    ("steps", "text", "end"),
    [
        ([event(token(1, "a", **LAST))], "a", End(usage=COUNTED)),
        ([event(token(1, "a")), EOS, CLOSE], "a", End(usage=COUNTED)),  # complete, whatever follows
        ([event(token(1, "a")), EOS, RESET], "a", End(usage=COUNTED)),
        ([event(token(1, "a"))], "a", None),  # no last event: cut off
        ([event(token(1, "a")), b'data:{"token":{"te'], "a", None),
        ([event(token(1, "a", generated_text="a"))], "a", End()),  # no details
        ([event(token(1, "a", details=ends()))], "a", End(usage=COUNTED)),
        ([event(token(1, "a", details=ends("length", None)))], "a", End(EndReason.LENGTH)),
        ([event(token(1, "a", details=ends("stop_sequence")))], "a", End(usage=COUNTED)),
        ([event(token(1, "a", details=ends("who knows")))], "a", End(usage=COUNTED)),
        ([event({"generated_text": "a"})], "a", End()),  # a server that only ends
        ([event({"token": None, "generated_text": "", "details": None})], "", End()),
        ([event(token(1, "<|im_start|>", special=True)), event(token(2, "a")), EOS], "a", End(usage=COUNTED)),
        ([event(token(1, "\n")), event(token(2, " a")), event(token(3, " b")), EOS], "a b",
         End(usage=COUNTED)),
        ([event(token(1, "a<|im_")), event(token(2, "end|>")), event(token(3, "b"))], "a", End()),
        ([event(token(1, "a<|im_")), event(token(2, "age")), EOS], "a<|im_age", End(usage=COUNTED)),
        ([event(token(1, "a<|im_", **LAST))], "a<|im_", End(usage=COUNTED)),
        ([event(token(1, "<think>hm</th")), event(token(2, "ink>\na")), EOS], "a", End(usage=COUNTED)),
        ([event(token(1, "<think>hm<|im_end|>a"))], "", End()),
        ([b"data:what?\n\n", b"data:7\n\n", event({}), event([]), event(token(1, "a")), EOS], "a",
         End(usage=COUNTED)),
        ([b'data:{"token":{"text":"a\xff"}}\n\n', EOS], "a\ufffd", End(usage=COUNTED)),
        ([b'data:{"token":{"text":"a\\ud83d"}}\n\n', EOS], "a?", End(usage=COUNTED)),
    ],
)  # fmt: skip
async def test_whatever_servers_send_is_understood(steps: list[Any], text: str, end: End | None) -> None:
    parts = await heard(sends(*steps))
    assert "".join(part.text for part in parts if isinstance(part, Text)) == text
    assert [part for part in parts if isinstance(part, End)] == ([end] if end else [])
    assert end is None or parts[-1] == end
    assert Text("") not in parts


async def test_what_continues_a_prompt_keeps_its_blank() -> None:
    parts = await heard(writes(" a", " time"), request=ONCE)
    assert parts[:2] == [Text(" a"), Text(" time")]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        *(page(), writes_all({"hello": "world"}), writes_all([]), writes_all(7)),
        *(sends(b"data:what?\n\n"), sends(b"?")),
    ],
)
async def test_what_is_no_answer_is_garbled(answer: Scripted, stream: bool) -> None:
    with pytest.raises(ProviderGarbled):
        await heard(answer, stream=stream)


@pytest.mark.parametrize("ending", [CLOSE, RESET])
async def test_a_connection_that_breaks_is_no_end(ending: Any) -> None:
    with pytest.raises(ProviderDown):
        await heard(writes("a", ending, finish=None))


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    ("status", "error", "kind", "raised"),
    [
        (429, "Model is overloaded", "overloaded", ProviderBusy),
        (503, "Model is overloaded", "overloaded", ProviderBusy),
        (503, "Model phi-3 is currently loading", None, ProviderBusy),
        (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096", "validation",
         ProviderRefused),
        (424, "Request failed during generation: CUDA out of memory", "generation", ProviderDown),
        (500, "Incomplete generation", "incomplete_generation", ProviderDown),
        (401, "Authorization header is invalid", None, KeyRefused),
    ],
)  # fmt: skip
async def test_every_status_has_its_meaning(
    status: int, error: str, kind: str | None, raised: type[ProviderError], stream: bool
) -> None:
    with pytest.raises(ProviderError) as caught:
        await heard(refuses(status, error, kind), stream=stream)
    assert type(caught.value) is raised
    assert "tokens" not in str(caught.value)


async def test_an_overloaded_server_says_how_long_to_wait() -> None:
    with pytest.raises(ProviderBusy) as caught:
        await heard(refuses(429, "Model is overloaded", "overloaded", retry_after="3"))
    assert caught.value.retry_after == 3


@pytest.mark.parametrize(
    ("error", "kind", "raised"),
    [
        ("Model is overloaded", "overloaded", ProviderBusy),
        ("Model is overloaded", "", ProviderBusy),
        ("Input validation error", "validation", ProviderRefused),
        ("Request failed during generation", "generation", ProviderDown),
        ("Incomplete generation", "incomplete_generation", ProviderDown),
        ("", "", ProviderDown),
    ],
)
async def test_an_error_inside_a_stream_is_an_error(
    error: str, kind: str, raised: type[ProviderError]
) -> None:
    with pytest.raises(ProviderError) as caught:
        await heard(breaks_off("a", error=error, kind=kind))
    assert type(caught.value) is raised


async def test_an_error_that_echoes_the_key_is_kept_without_it() -> None:
    with pytest.raises(ProviderDown) as caught:
        await heard(writes_all({"error": [f"bad {KEY}"]}), stream=False)
    assert KEY not in f"{caught.value} {caught.value.said}"
    assert "bad" in caught.value.said


def shown(pieces: list[str]) -> str:
    """What is seen of an answer that comes in these tokens."""
    answer = Answer(STOP)
    told = [answer.take(event(token(1, piece))[5:]) for piece in pieces if not answer.reason]
    return "".join((*told, answer.rest()))


BITS = st.sampled_from(
    (*STOP, "<", "<|", "<|im_", "end|>", "|>", " ", "\n", "<think>", "</think>", "a", "im_end")
)
CHUNKS = st.lists(BITS | st.text(max_size=3), max_size=12)


@given(CHUNKS, st.lists(st.integers(0, 60), max_size=12))
def test_however_an_answer_is_cut_it_is_shown_up_to_its_first_stop_string(
    bits: list[str], cuts: list[int]
) -> None:
    text = "".join(bits)
    visible = shown([text])
    places = sorted({0, *cuts, len(text)})
    for pieces in (bits, list(text), [text[start:end] for start, end in pairwise(places)]):
        assert shown(pieces) == visible
    assert not any(stop in visible for stop in STOP)
    if "<think>" not in text:
        ended = min((text.find(stop) for stop in STOP if stop in text), default=len(text))
        assert visible == text[:ended].lstrip()


@given(st.lists(st.text("ab[/s", max_size=3)))
def test_a_stop_string_that_begins_like_itself_is_found_however_it_is_cut(pieces: list[str]) -> None:
    stops = Stops(("aab", "[/s"))
    told = "".join([*(stops.say(piece) for piece in pieces), stops.rest()])
    text = "".join(pieces)
    assert told == re.split(r"aab|\[/s", text)[0]
    assert stops.found == (told != text)


@given(bodies("token", "text", "special", "generated_text", "details", "error", "input_length"))
def test_no_event_breaks_the_reading(body: bytes) -> None:
    answer = Answer(STOP)
    try:
        assert isinstance(answer.take(body) + answer.rest(), str)
    except ProviderError:
        assert b"error" in body or answer.skipped
