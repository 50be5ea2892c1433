"""Anthropic's Messages API: what is asked, and what is made of every kind of answer."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.messages import ChatRequest, End, EndReason, Need, Picture, Style, Text, Turn, Usage
from bot.providers.anthropic import Anthropic
from bot.providers.anthropic.answer import Answer
from bot.providers.anthropic.request import chat_to_wire
from bot.settings import Account, Deadlines
from bot.settings.kinds import KINDS
from bot.wire.answers import Said
from tests.wire.answers import CLOSE, DRIP, HANG, JSON, RESET, in_turn, page, sends
from tests.wire.answers import Answer as Scripted
from tests.wire.anthropic import (
    PING,
    STOPPED,
    block,
    delta,
    ended,
    event,
    failed,
    fails,
    lists,
    says,
    started,
    text,
)
from tests.wire.bodies import bodies
from tests.wire.server import AiServer, serving

KEY = "sk-ant-canary-0123456789"
HI = ChatRequest("m", (Turn("system", "Be brief."), Turn("user", "Hi")), 50)
COUNTED = Usage(9, 3)


@asynccontextmanager
async def asking(
    *answers: Scripted, deadlines: Deadlines | None = None, **options: object
) -> AsyncIterator[tuple[AiServer, Anthropic]]:
    kind = KINDS["anthropic"]
    async with serving() as ai:
        door = Http(ai.url, key=KEY, key_header=kind.key_header, headers=kind.headers, deadlines=deadlines)
        async with aclosing(door) as http:
            ai.will(*answers)
            yield ai, Anthropic(http, Account("claude", "anthropic", ai.url, options=options))


async def all_of(parts: AsyncIterator[Said]) -> list[Said]:
    return [part async for part in parts]


async def heard(*answers: Scripted, request: ChatRequest = HI) -> list[Said]:
    async with asking(*answers) as (_, provider):
        return await all_of(provider.chat(request))


async def test_text_streams_in_and_ends_once() -> None:
    assert await heard(says("Hel", "lo")) == [Text("Hel"), Text("lo"), End(EndReason.STOP, COUNTED)]


async def test_what_is_asked_is_what_the_service_documents() -> None:
    picture = Picture(b"\x89PNG", "image/png")
    turns = (Turn("system", "Be brief."), Turn("user", "What is it?", (picture,)), *HI.turns)
    async with asking(says("a"), says("b")) as (ai, provider):
        await all_of(provider.chat(HI))
        await all_of(provider.chat(ChatRequest("m", turns, 7)))
    plain, seen = ai.requests
    assert plain.path == "/v1/messages"
    assert plain.body == {
        "model": "m",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 50,
        "stream": True,
    }
    source = {"type": "base64", "media_type": "image/png", "data": "iVBORw=="}
    assert seen.body["system"] == "Be brief.\n\nBe brief."
    assert seen.body["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "image", "source": source},
                {"type": "text", "text": "What is it?"},
                {"type": "text", "text": "Hi"},
            ],
        }
    ]


async def test_the_key_travels_in_its_own_header_and_never_in_an_address() -> None:
    async with asking(says("a")) as (ai, provider):
        await all_of(provider.chat(HI))
    (request,) = ai.requests
    assert request.headers["x-api-key"] == KEY
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert "authorization" not in request.headers
    assert KEY not in request.path


async def test_a_key_that_is_echoed_is_masked() -> None:
    for answer in (fails(401, "authentication_error", KEY), sends(failed("api_error", KEY))):
        with pytest.raises(ProviderError) as caught:
            await heard(answer)
        assert "[key]" in caught.value.said
        assert KEY not in f"{caught.value} {caught.value.said}"


@pytest.mark.parametrize(
    ("style", "sent"),
    [
        (Style(), {}),
        (Style(temperature=0.3), {"temperature": 0.3}),
        (Style(temperature=1.7, top_p=0.9), {"temperature": 1.0}),
        (Style(top_p=0.9), {"top_p": 0.9}),
        (Style(presence_penalty=0.5, frequency_penalty=0.5), {}),
    ],
)
def test_a_style_is_brought_into_what_the_service_takes(style: Style, sent: dict[str, float]) -> None:
    body = chat_to_wire(replace(HI, style=style))
    assert {name: body[name] for name in ("temperature", "top_p") if name in body} == sent
    assert not any("penalty" in name for name in body)


async def test_a_model_that_takes_no_style_answers_without_it_from_then_on() -> None:
    refusal = fails(400, "invalid_request_error", "`temperature` is deprecated for this model.")
    styled = replace(HI, style=Style(temperature=0.5))
    async with asking(refusal, says("a"), says("b"), says("c")) as (ai, provider):
        for request in (styled, styled, replace(styled, model="other")):
            assert (await all_of(provider.chat(request)))[-1] == End(EndReason.STOP, COUNTED)
    assert ["temperature" in request.body for request in ai.requests] == [True, False, False, True]


@pytest.mark.parametrize(
    "refusal",
    [
        fails(400, "invalid_request_error", "prompt is too long"),
        fails(404, "not_found_error", "temperature is no model"),
    ],
)
async def test_another_refusal_is_not_taken_for_one_of_the_style(refusal: Scripted) -> None:
    async with asking(refusal) as (ai, provider):
        with pytest.raises(ProviderRefused):
            await all_of(provider.chat(replace(HI, style=Style(temperature=0.5))))
    assert len(ai.requests) == 1


@pytest.mark.parametrize(
    ("stated", "sent"),
    [("disabled", "disabled"), ({"m*": "adaptive"}, "adaptive"), ({"other": "disabled"}, None), (None, None)],
)
async def test_how_a_model_thinks_is_the_operators_choice(stated: object, sent: str | None) -> None:
    async with asking(says("a"), thinking=stated) as (ai, provider):
        await all_of(provider.chat(HI))
    assert ai.requests[0].body.get("thinking") == (sent and {"type": sent})


@pytest.mark.parametrize(
    ("stated", "wrong"),
    [("disabled", False), ({"claude-*": "adaptive"}, False), ("off", True), ({"m": True}, True), ([], True)],
)
def test_a_way_of_thinking_that_there_is_not_is_told_at_start(stated: object, wrong: bool) -> None:
    told = list(KINDS["anthropic"].wrong({"thinking": stated}))
    assert [sentence.startswith("thinking must be one of adaptive, ") for sentence in told] == [True] * wrong


TURNS = st.builds(
    Turn,
    st.sampled_from(["system", "user", "assistant"]),
    st.text(alphabet=" \n\u2003aé", max_size=3),
    st.sampled_from([(), (Picture(b"p"),)]),
)


@given(st.lists(TURNS, max_size=8))
def test_every_conversation_becomes_one_that_the_service_takes(turns: list[Turn]) -> None:
    body: Any = chat_to_wire(ChatRequest("m", tuple(turns), 1))
    messages = body["messages"]

    roles = [message["role"] for message in messages]
    assert roles == ["user" if number % 2 == 0 else "assistant" for number in range(len(roles))]
    assert roles[-1] == "user"
    assert body.get("system", "-").strip()
    for message in messages:
        content = message["content"]
        assert content
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        assert all(block["type"] == "image" or block["text"].strip() for block in blocks)
        assert message["role"] == "user" or all(block["type"] == "text" for block in blocks)
    for turn in turns:
        assert not turn.text.strip() or json.dumps(turn.text)[1:-1] in json.dumps(body)


ANSWER = (started(), block(), text("a"))
BROKEN = text("?").replace(b"?", b"\xff")


@pytest.mark.parametrize(
    ("steps", "said", "end"),
    [
        ([*ANSWER, ended("end_turn"), STOPPED], "a", End(usage=COUNTED)),
        ([*ANSWER, ended("stop_sequence"), STOPPED], "a", End(usage=COUNTED)),
        ([*ANSWER, ended("max_tokens"), STOPPED], "a", End(EndReason.LENGTH, COUNTED)),
        ([*ANSWER, ended("model_context_window_exceeded"), STOPPED], "a", End(EndReason.LENGTH, COUNTED)),
        ([*ANSWER, ended("pause_turn"), STOPPED], "a", End(EndReason.LENGTH, COUNTED)),
        ([*ANSWER, ended("refusal"), STOPPED], "a", End(EndReason.REFUSAL, COUNTED)),
        ([*ANSWER, ended("something_new"), STOPPED], "a", End(usage=COUNTED)),
        ([*ANSWER, STOPPED], "a", End(usage=Usage(9, 1))),  # no reason
        ([*ANSWER, ended()], "a", End(usage=COUNTED)),  # no message_stop
        ([*ANSWER, ended(), CLOSE], "a", End(usage=COUNTED)),  # complete, whatever follows
        ([*ANSWER, ended(), failed("overloaded_error")], "a", End(usage=COUNTED)),
        ([*ANSWER, STOPPED, RESET], "a", End(usage=Usage(9, 1))),
        ([*ANSWER], "a", None),  # cut off
        ([*ANSWER, ended(None)], "a", None),
        ([PING, PING], "", None),
        ([text("a"), PING, text("b"), PING, STOPPED], "ab", End()),
        ([block("thinking"), delta("thinking_delta", thinking="hm"), text("a"), STOPPED], "a", End()),
        ([delta("signature_delta", signature="x"), text("a"), STOPPED], "a", End()),
        ([delta("something_new", text="hm"), text("a"), STOPPED], "a", End()),
        ([block("redacted_thinking"), delta("input_json_delta", partial_json="{"), STOPPED], "", End()),
        ([b"data: what?\n\n", b"data: 7\n\n", event("odd", delta=7), text("a"), STOPPED], "a", End()),
        ([BROKEN, STOPPED], "\ufffd", End()),
        (
            [
                started(input_tokens=5, cache_read_input_tokens=100, cache_creation_input_tokens=20),
                text("a"),
                ended(output_tokens=7),
                STOPPED,
            ],
            "a",
            End(usage=Usage(125, 7)),
        ),
        ([started(), ended(input_tokens=11, output_tokens=7), STOPPED], "", End(usage=Usage(11, 7))),
    ],
)  # fmt: skip
async def test_whatever_the_service_sends_is_understood(steps: list[Any], said: str, end: End | None) -> None:
    parts = await heard(sends(*steps))
    assert "".join(part.text for part in parts if isinstance(part, Text)) == said
    assert [part for part in parts if isinstance(part, End)] == ([end] if end else [])
    assert end is None or parts[-1] == end


async def test_an_answer_as_a_whole_is_read_too() -> None:
    content = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hello"}]
    counted = {"input_tokens": 9, "output_tokens": 3}
    whole = {"type": "message", "content": content, "stop_reason": "end_turn", "usage": counted}
    assert await heard(sends(json.dumps(whole).encode(), headers=JSON)) == [Text("Hello"), End(usage=COUNTED)]


async def test_nothing_is_waited_for_behind_the_last_event() -> None:
    async with asking(sends(*ANSWER, ended(), STOPPED, HANG)) as (ai, provider):
        assert (await all_of(provider.chat(HI)))[-1] == End(usage=COUNTED)
        await ai.hung_up()


@pytest.mark.parametrize("ending", [CLOSE, RESET])
async def test_a_connection_that_breaks_is_no_end(ending: Any) -> None:
    with pytest.raises(ProviderDown):
        await heard(sends(*ANSWER, ending))


async def test_a_silence_before_the_first_event_has_an_end() -> None:
    deadlines = Deadlines(first_token=0.1, between_tokens=0.1)
    async with asking(sends(DRIP), deadlines=deadlines) as (_, provider):
        with pytest.raises(ProviderTimeout):
            await all_of(provider.chat(HI))


@pytest.mark.parametrize(
    ("kind", "raised"),
    [
        ("overloaded_error", ProviderBusy),
        ("rate_limit_error", ProviderBusy),
        ("api_error", ProviderDown),
        ("timeout_error", ProviderDown),
        ("invalid_request_error", ProviderRefused),
        ("authentication_error", KeyRefused),
        ("billing_error", KeyRefused),
        ("permission_error", ProviderRefused),
        ("something_new", ProviderDown),
    ],
)
async def test_an_error_inside_a_stream_is_an_error(kind: str, raised: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as caught:
        await heard(sends(*ANSWER, failed(kind)))
    assert type(caught.value) is raised


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (fails(401, "authentication_error"), KeyRefused),
        (fails(402, "billing_error"), KeyRefused),
        (fails(403, "permission_error"), ProviderRefused),
        (fails(400, "invalid_request_error", "Your credit balance is too low to go on."), KeyRefused),
        (fails(400, "invalid_request_error"), ProviderRefused),
        (fails(413, "request_too_large"), ProviderRefused),
        (fails(429, "rate_limit_error"), ProviderBusy),
        (fails(529, "overloaded_error"), ProviderBusy),
        (fails(500, "api_error"), ProviderDown),
        (sends(b'data: {"type":"error","error":"oops"}\n\n'), ProviderDown),
        (sends(b'data: {"type":"error"}\n\n'), ProviderDown),
        (page(), ProviderGarbled),
    ],
)
async def test_a_failure_says_whose_it_is(answer: Scripted, raised: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as caught:
        await heard(answer)
    assert type(caught.value) is raised


@given(
    bodies("type", "delta", "message", "content", "content_block", "usage", "error", "text", "stop_reason")
)
def test_no_event_breaks_the_reading(body: bytes) -> None:
    answer = Answer()
    try:
        assert isinstance(answer.take(body), str)
    except ProviderError:
        assert b"error" in body


async def test_the_list_of_models_is_read_to_its_last_page() -> None:
    blind = {"image_input": {"supported": False}, "batch": {"supported": True}}
    new = {"id": "new", "display_name": "New", "max_input_tokens": 1_000_000}
    last = ({"id": "old", "capabilities": None}, {"id": 7}, "?", {"id": "blind", "capabilities": blind})
    async with asking() as (ai, provider):
        ai.models = in_turn(lists(new, last="new"), lists(*last))
        first, old, unseeing = await provider.models()
    assert [request.path for request in ai.requests] == [
        "/v1/models?limit=1000",
        "/v1/models?limit=1000&after_id=new",
    ]
    assert (first.id, first.title, first.context_length) == ("claude/new", "New", 1_000_000)
    assert first.needs == {Need.CHAT, Need.VISION}
    assert (old.id, old.title, old.context_length, old.sees) == ("claude/old", "", 200_000, True)
    assert (unseeing.id, unseeing.sees) == ("claude/blind", False)


async def test_a_list_that_never_ends_is_left() -> None:
    async with asking() as (ai, provider):
        ai.models = lists({"id": "m"}, last="m")
        assert await provider.models()
    assert len(ai.requests) == 20


async def test_an_answer_without_a_list_is_garbled() -> None:
    async with asking() as (ai, provider):
        ai.models = {"models": []}
        with pytest.raises(ProviderGarbled):
            await provider.models()


async def test_a_check_asks_for_little_and_shows_a_refused_key() -> None:
    async with asking() as (ai, provider):
        ai.models = in_turn(lists(), fails(401, "authentication_error"))
        await provider.check()
        with pytest.raises(KeyRefused):
            await provider.check()
    assert ai.requests[0].path == "/v1/models?limit=1"
