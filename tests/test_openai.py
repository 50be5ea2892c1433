"""OpenAI's dialect: what is asked, and what is made of every kind of answer."""

import json
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderRefused
from bot.messages import (
    ChatRequest,
    CompletionRequest,
    End,
    EndReason,
    Picture,
    Style,
    Text,
    Turn,
    Usage,
)
from bot.providers.openai.answer import Answer
from bot.providers.openai.request import chat_to_wire
from bot.wire.answers import Said
from tests.wire.answers import CLOSE, RESET, counted, event, fails, says, sends, tells
from tests.wire.answers import Answer as Scripted
from tests.wire.bodies import bodies
from tests.wire.openai import asking, delta, gives
from tests.wire.spec import check_request

HI = ChatRequest("m", (Turn("system", "Be brief."), Turn("user", "Hi")), 50)
ONCE = CompletionRequest("m", "Once upon", 50)
DONE = b"data: [DONE]\n\n"
COUNTED = Usage(9, 3)


async def heard(*answers: Scripted, request: ChatRequest | CompletionRequest = HI) -> list[Said]:
    async with asking(*answers) as (_, provider):
        ask = provider.chat(request) if isinstance(request, ChatRequest) else provider.complete(request)
        async with aclosing(ask) as parts:
            return [part async for part in parts]


@pytest.mark.parametrize("request_", [HI, ONCE])
async def test_text_streams_in_and_ends_once(request_: ChatRequest | CompletionRequest) -> None:
    parts = await heard(says("Hel", "lo"), request=request_)
    assert parts == [Text("Hel"), Text("lo"), End(EndReason.STOP, COUNTED)]


@pytest.mark.parametrize("request_", [HI, ONCE])
async def test_an_answer_as_a_whole_is_read_too(request_: ChatRequest | CompletionRequest) -> None:
    assert await heard(tells("Hello"), request=request_) == [Text("Hello"), End(EndReason.STOP, COUNTED)]


async def test_what_is_asked_is_what_the_service_publishes() -> None:
    picture = Picture(b"\x89PNG", "image/png")
    seen = Turn("user", "What is it?", (picture, picture))
    style = Style(0.5, 0.9, 0.1, 0.2)
    async with asking() as (ai, provider):
        for ask in (
            provider.chat(HI),
            provider.chat(ChatRequest("m", (seen, Turn("assistant", "A parrot."), seen), 7, style)),
            provider.complete(CompletionRequest("m", "Once upon", 9, style)),
        ):
            assert [part async for part in ask]
    plain, full, prompt = (request.body for request in ai.requests)
    assert plain == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "max_tokens": 50,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    url = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}
    assert full["messages"][0]["content"] == [{"type": "text", "text": "What is it?"}, url, url]
    assert (full["temperature"], full["top_p"], full["presence_penalty"]) == (0.5, 0.9, 0.1)
    assert (prompt["prompt"], prompt["max_tokens"]) == ("Once upon", 9)
    assert [request.path for request in ai.requests] == ["/v1/chat/completions"] * 2 + ["/v1/completions"]
    assert "authorization" not in ai.requests[0].headers
    for request in ai.requests:
        check_request(request.path, request.body)


def finished(reason: str | None) -> bytes:
    return event({"choices": [{"delta": {}, "finish_reason": reason}]})


STOPPED = finished("stop")


@pytest.mark.parametrize(
    ("steps", "text", "end"),
    [
        ([delta(content="a"), STOPPED], "a", End()),  # no [DONE]
        ([delta(content="a"), DONE], "a", End()),  # no finish reason
        ([delta(content="a"), STOPPED, CLOSE], "a", End()),  # complete, whatever follows
        ([delta(content="a"), STOPPED, RESET], "a", End()),
        ([delta(content="a")], "a", None),  # neither: cut off
        ([delta(content="a"), b'data: {"choices": [{"del'], "a", None),
        ([delta(content="a"), finished("length")], "a", End(EndReason.LENGTH)),
        ([delta(content="a"), finished("content_filter")], "a", End(EndReason.REFUSAL)),
        ([delta(content="a"), finished("model_length")], "a", End(EndReason.LENGTH)),
        ([delta(content="a"), finished("eos_token")], "a", End()),
        ([delta(refusal="I "), delta(refusal="won't."), STOPPED], "I won't.", End(EndReason.REFUSAL)),
        ([delta(refusal="I ")], "I ", None),
        ([delta(role="assistant", content=None), delta(), delta(content=""), STOPPED], "", End()),
        ([delta(reasoning="hm", reasoning_content="hm"), delta(content="a"), STOPPED], "a", End()),
        ([delta(content="<th"), delta(content="ink>hm</think>\n"), delta(content="\na"), DONE], "a", End()),
        ([delta(content="<think>hm"), delta(content="</think>a"), DONE], "a", End()),
        ([delta(content="a <think>b</think>"), DONE], "a <think>b</think>", End()),
        ([delta(content="<thi"), STOPPED], "<thi", End()),
        ([delta(content="<thi")], "<thi", None),
        ([delta(content="<think>hm"), STOPPED], "", End()),
        ([delta(content="<think>hm"), finished("length")], "", End(EndReason.LENGTH)),
        ([delta(content=[{"type": "thinking"}, {"type": "text", "text": "a"}]), DONE], "a", End()),
        ([event({"choices": []}), event({"choices": None}), event({}), delta(content="a"), DONE], "a", End()),
        ([b"data: what?\n\n", b"data: 7\n\n", delta(content="a"), DONE], "a", End()),
        ([b'data: {"choices":[{"delta":{"content":"a\xff"}}]}\n\n', DONE], "a\ufffd", End()),
        ([b'data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\n', DONE], "a?", End()),
        ([STOPPED, event({"usage": counted((9, 3))}), DONE], "", End(usage=COUNTED)),
        ([STOPPED, event({"usage": {"prompt_tokens": None}, "choices": []}), DONE], "", End(usage=Usage())),
    ],
)  # fmt: skip
async def test_whatever_services_send_is_understood(steps: list[Any], text: str, end: End | None) -> None:
    parts = await heard(sends(*steps))
    assert "".join(part.text for part in parts if isinstance(part, Text)) == text
    assert [part for part in parts if isinstance(part, End)] == ([end] if end else [])
    assert end is None or parts[-1] == end


@pytest.mark.parametrize("ending", [CLOSE, RESET])
async def test_a_connection_that_breaks_is_no_end(ending: Any) -> None:
    with pytest.raises(ProviderDown):
        await heard(sends(delta(content="a"), ending))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "slow down", "code": 429}, ProviderBusy),
        ({"message": "slow down", "code": "429"}, ProviderBusy),
        ({"message": "slow down", "code": "rate_limit_exceeded", "type": "requests"}, ProviderBusy),
        ({"message": "pay", "type": "insufficient_quota", "code": None}, KeyRefused),
        ({"message": "too long", "type": "invalid_request_error", "code": None}, ProviderRefused),
        ({"message": "oops", "code": 502, "metadata": {"raw": []}}, ProviderDown),
        ({"message": "oops", "code": "²"}, ProviderDown),
        ({"message": "no", "code": 403, "metadata": {"reasons": ["violence"]}}, ProviderRefused),
        ({"message": "no", "code": "content_filter"}, ProviderRefused),
        ({"message": "who?", "type": "authentication_error"}, KeyRefused),
        ({}, ProviderDown),
        ("oops", ProviderDown),
    ],
)
@pytest.mark.parametrize("streamed", [True, False])
async def test_an_error_inside_an_answer_is_an_error(
    error: object, kind: type[ProviderError], streamed: bool
) -> None:
    body = json.dumps({"error": error, "choices": []}).encode()
    answer = sends(delta(content="a"), b"data: " + body + b"\n\n") if streamed else sends(body)
    with pytest.raises(ProviderError) as caught:
        await heard(answer)
    assert type(caught.value) is kind


@pytest.mark.parametrize("streamed", [True, False])
async def test_an_error_of_a_choice_is_an_error(streamed: bool) -> None:
    choice = {"error": {"code": 429, "message": "oops"}, "finish_reason": "error", "message": {"content": ""}}
    answer = sends(event({"choices": [choice]})) if streamed else gives({"choices": [choice]})
    with pytest.raises(ProviderBusy):
        await heard(answer)


@pytest.mark.parametrize("reason", ["error", "abort", "insufficient_system_resource"])
async def test_an_answer_that_the_service_gave_up_is_no_answer(reason: str) -> None:
    with pytest.raises(ProviderDown):
        await heard(sends(delta(content="a"), finished(reason), DONE))


@pytest.mark.parametrize(
    ("text", "shown"), [("<think>hm</think>\n\na", "a"), ("<think>hm", ""), ("say <think>", "say <think>")]
)
async def test_thoughts_are_kept_out_of_an_answer_as_a_whole(text: str, shown: str) -> None:
    expected = [Text(shown)] if shown else []
    assert await heard(tells(text)) == [*expected, End(EndReason.STOP, COUNTED)]


async def test_a_status_is_an_error() -> None:
    with pytest.raises(KeyRefused):
        await heard(fails(401))


@given(bodies("choices", "delta", "message", "content", "usage", "error", "finish_reason", "text"))
def test_no_event_breaks_the_reading(body: bytes) -> None:
    answer = Answer()
    try:
        assert isinstance(answer.take(body), str)
    except ProviderError:
        assert b"error" in body


@given(st.lists(st.text(min_size=1)))
def test_no_text_is_lost_between_the_turns_and_the_wire(texts: list[str]) -> None:
    turns = tuple(Turn("user", text) for text in texts)
    messages: Any = chat_to_wire(ChatRequest("m", turns, 1))["messages"]
    assert [message["content"] for message in messages] == texts
