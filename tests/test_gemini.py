"""The Gemini API: what is asked, and what is made of every kind of answer."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import fields, replace
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
from bot.messages import (
    ChatRequest,
    Drawn,
    DrawRequest,
    End,
    EndReason,
    Need,
    Picture,
    Style,
    Text,
    Turn,
    Usage,
)
from bot.providers.gemini import Gemini
from bot.providers.gemini.answer import Answer
from bot.providers.gemini.request import chat_to_wire
from bot.settings import Account, Deadlines
from bot.settings.kinds import KINDS
from tests.wire.answers import CLOSE, DRIP, RESET, event, in_turn, page, sends
from tests.wire.answers import Answer as Scripted
from tests.wire.bodies import bodies
from tests.wire.gemini import COUNTED, chunk, ended, failure, lists, says, tells, text
from tests.wire.server import AiServer, serving

KEY = "AIzaCanary0123456789"
HI = ChatRequest("gemini-x", (Turn("system", "Be brief."), Turn("user", "Hi")), 50)
USAGE = Usage(9, 3)
INVALID = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}


@asynccontextmanager
async def asking(
    *answers: Scripted, deadlines: Deadlines | None = None
) -> AsyncIterator[tuple[AiServer, Gemini]]:
    async with serving() as ai:
        door = Http(ai.url, key=KEY, key_header=KINDS["gemini"].key_header, deadlines=deadlines)
        async with aclosing(door) as http:
            ai.will(*answers)
            yield ai, Gemini(http, Account("google", "gemini", ai.url))


async def all_of(parts: AsyncIterator[Any]) -> list[Any]:
    return [part async for part in parts]


async def heard(*answers: Scripted, request: ChatRequest = HI) -> list[Any]:
    async with asking(*answers) as (_, provider):
        return await all_of(provider.chat(request))


async def drawn(answer: Scripted) -> list[Any]:
    async with asking(answer) as (_, provider):
        return await all_of(provider.draw(DrawRequest("painter", "a parrot")))


async def test_text_streams_in_and_ends_once() -> None:
    assert await heard(says("Hel", "lo")) == [Text("Hel"), Text("lo"), End(EndReason.STOP, USAGE)]


async def test_what_is_asked_is_what_the_service_documents() -> None:
    picture = Picture(b"\x89PNG", "image/png")
    turns = (Turn("user", "What is it?", (picture,)), Turn("assistant", "A parrot."), Turn("user", "Sure?"))
    async with asking(says("a"), says("b")) as (ai, provider):
        await all_of(provider.chat(HI))
        await all_of(provider.chat(ChatRequest("tunedModels/my own", turns, 7, Style(1.5, 0.9, 0.1, 0.2))))
    plain, full = ai.requests
    assert plain.path == "/v1/models/gemini-x:streamGenerateContent?alt=sse"
    assert plain.body == {
        "contents": [{"role": "user", "parts": [{"text": "Hi"}]}],
        "generationConfig": {"maxOutputTokens": 50},
        "systemInstruction": {"parts": [{"text": "Be brief."}]},
    }
    assert full.path == "/v1/tunedModels/my%20own:streamGenerateContent?alt=sse"
    data = {"inlineData": {"mimeType": "image/png", "data": "iVBORw=="}}
    assert full.body == {
        "contents": [
            {"role": "user", "parts": [data, {"text": "What is it?"}]},
            {"role": "model", "parts": [{"text": "A parrot."}]},
            {"role": "user", "parts": [{"text": "Sure?"}]},
        ],
        "generationConfig": {
            "maxOutputTokens": 7,
            "temperature": 1.5,
            "topP": 0.9,
            "presencePenalty": 0.1,
            "frequencyPenalty": 0.2,
        },
    }


async def test_the_key_travels_in_its_own_header_and_never_in_an_address() -> None:
    async with asking(says("a")) as (ai, provider):
        await all_of(provider.chat(HI))
    (request,) = ai.requests
    assert request.headers["x-goog-api-key"] == KEY
    assert "authorization" not in request.headers
    assert KEY not in request.path


async def test_a_key_that_is_echoed_is_masked() -> None:
    told = failure(400, "INVALID_ARGUMENT", f"Who is {KEY}?", INVALID)
    for answer in (tells(told, 400), sends(event(told))):
        with pytest.raises(KeyRefused) as caught:
            await heard(answer)
        assert "[key]" in caught.value.said
        assert KEY not in f"{caught.value} {caught.value.said}"


async def test_a_model_that_takes_no_penalties_answers_without_a_style_from_then_on() -> None:
    refusal = tells(failure(400, "INVALID_ARGUMENT", "Penalty is not enabled for this model"), 400)
    styled = replace(HI, style=Style(0.5, 0.9, 0.1, 0.2))
    async with asking(refusal, says("a"), says("b"), says("c")) as (ai, provider):
        for request in (styled, styled, replace(styled, model="other")):
            assert (await all_of(provider.chat(request)))[-1] == End(EndReason.STOP, USAGE)
    sent = [len(request.body["generationConfig"]) for request in ai.requests]
    assert sent == [5, 1, 1, 5]


@pytest.mark.parametrize(
    "told",
    [failure(400, "INVALID_ARGUMENT", "too long"), failure(404, "NOT_FOUND", "temperature is no model")],
)
async def test_another_refusal_is_not_taken_for_one_of_the_style(told: dict[str, Any]) -> None:
    async with asking(tells(told, told["error"]["code"])) as (ai, provider):
        with pytest.raises(ProviderRefused):
            await all_of(provider.chat(replace(HI, style=Style(temperature=0.5))))
    assert len(ai.requests) == 1


TURNS = st.builds(
    Turn,
    st.sampled_from(["system", "user", "assistant"]),
    st.text(alphabet=" \n\u2003aé", max_size=3),
    st.sampled_from([(), (Picture(b"p"),)]),
)


@given(st.lists(TURNS, max_size=8))
def test_every_conversation_becomes_one_that_the_service_takes(turns: list[Turn]) -> None:
    body: Any = chat_to_wire(ChatRequest("m", tuple(turns), 1))

    roles = [content["role"] for content in body["contents"]]
    assert roles == ["user" if number % 2 == 0 else "model" for number in range(len(roles))]
    assert roles[-1] == "user"
    told = [*body["contents"], *([body["systemInstruction"]] if "systemInstruction" in body else [])]
    for content in told:
        assert content["parts"]
        assert all("inlineData" in part or part["text"].strip() for part in content["parts"])
    for turn in turns:
        assert not turn.text.strip() or json.dumps(turn.text)[1:-1] in json.dumps(body)


A = text("a")
THOUGHT = event(chunk({"text": "hm", "thought": True}))
MIXED = event(chunk({"text": "hm", "thought": True}, {"text": "a"}, {"functionCall": {"name": "f"}}))
SIGNED = event(chunk({"text": "", "thoughtSignature": "x"}, finish="STOP"))
THINKING = event(chunk(finish="STOP", usageMetadata={**COUNTED, "thoughtsTokenCount": 40}))
BLOCKED = event({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": COUNTED})


@pytest.mark.parametrize(
    ("steps", "said", "end"),
    [
        ([A, ended("STOP")], "a", End(usage=USAGE)),
        ([text("a", "STOP")], "a", End()),
        ([A, ended("MAX_TOKENS")], "a", End(EndReason.LENGTH, USAGE)),
        *(
            ([A, ended(reason)], "a", End(EndReason.REFUSAL, USAGE))
            for reason in (
                *("SAFETY", "RECITATION", "LANGUAGE", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"),
                *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
            )
        ),
        ([A, ended("OTHER")], "a", End(usage=USAGE)),
        ([A, ended("SOMETHING_NEW")], "a", End(usage=USAGE)),
        ([BLOCKED], "", End(EndReason.REFUSAL, USAGE)),
        ([A], "a", None),  # cut off
        ([A, ended("FINISH_REASON_UNSPECIFIED")], "a", None),
        ([A, b'data: {"candidates": [{"fini'], "a", None),
        ([b": ping\n\n", event({"usageMetadata": COUNTED})], "", None),
        ([A, ended(), CLOSE], "a", End(usage=USAGE)),  # complete, whatever follows
        ([A, ended(), RESET], "a", End(usage=USAGE)),
        ([A, ended(), event(failure(503, "UNAVAILABLE"))], "a", End(usage=USAGE)),
        ([THOUGHT, A, SIGNED], "a", End()),
        ([MIXED, THINKING], "a", End(EndReason.TOOLS, Usage(9, 43))),
        ([event({}), event({"candidates": []}), A, ended()], "a", End(usage=USAGE)),
        ([event({"candidates": None}), ended()], "", End(usage=USAGE)),
        ([event({"candidates": [{"content": {"role": "model"}}]}), ended()], "", End(usage=USAGE)),
        ([b"data: what?\n\n", b"data: 7\n\n", A, ended()], "a", End(usage=USAGE)),
        ([A.replace(b'"a"', b'"a\xff"'), ended()], "a\ufffd", End(usage=USAGE)),
        ([event({"usageMetadata": {"promptTokenCount": None}}), text("a", "STOP")], "a", End(usage=Usage())),
    ],
)  # fmt: skip
async def test_whatever_the_service_sends_is_understood(steps: list[Any], said: str, end: End | None) -> None:
    parts = await heard(sends(*steps))
    assert "".join(part.text for part in parts if isinstance(part, Text)) == said
    assert [part for part in parts if isinstance(part, End)] == ([end] if end else [])
    assert end is None or parts[-1] == end


async def test_an_answer_as_a_whole_is_read_too() -> None:
    last = chunk({"text": "lo"}, finish="STOP", usageMetadata=COUNTED)
    for whole in ([chunk({"text": "Hel"}), last], last):
        *said, end = await heard(tells(whole))
        assert said[0].text in ("Hello", "lo")
        assert end == End(usage=USAGE)


@pytest.mark.parametrize("ending", [CLOSE, RESET])
async def test_a_connection_that_breaks_is_no_end(ending: Any) -> None:
    with pytest.raises(ProviderDown):
        await heard(sends(A, ending))


async def test_a_silence_before_the_first_event_has_an_end() -> None:
    deadlines = Deadlines(first_token=0.1, between_tokens=0.1)
    async with asking(sends(DRIP), deadlines=deadlines) as (_, provider):
        with pytest.raises(ProviderTimeout):
            await all_of(provider.chat(HI))


FAILURES: list[tuple[dict[str, Any], type[ProviderError]]] = [
    (failure(400, "INVALID_ARGUMENT", "API key not valid.", INVALID), KeyRefused),
    (failure(400, "INVALID_ARGUMENT"), ProviderRefused),
    (failure(400, "FAILED_PRECONDITION", "User location is not supported."), ProviderRefused),
    (failure(401, "UNAUTHENTICATED"), KeyRefused),
    (failure(403, "PERMISSION_DENIED"), KeyRefused),
    (failure(404, "NOT_FOUND"), ProviderRefused),
    (failure(429, "RESOURCE_EXHAUSTED"), ProviderBusy),
    (failure(500, "INTERNAL"), ProviderDown),
    (failure(503, "UNAVAILABLE"), ProviderBusy),
    (failure(504, "DEADLINE_EXCEEDED"), ProviderDown),
]


@pytest.mark.parametrize(("told", "raised"), FAILURES)
@pytest.mark.parametrize("listed", [False, True])
async def test_a_failure_says_whose_it_is(
    told: dict[str, Any], raised: type[ProviderError], listed: bool
) -> None:
    body = [told] if listed else told
    for answer in (tells(body, told["error"]["code"]), tells(body), sends(A, event(body))):
        with pytest.raises(ProviderError) as caught:
            await heard(answer)
        assert type(caught.value) is raised


@pytest.mark.parametrize("told", [{"error": "oops"}, {"error": {}}, {"error": {"code": 7}}])
async def test_an_error_that_says_little_is_one_too(told: dict[str, Any]) -> None:
    with pytest.raises(ProviderDown):
        await heard(sends(event(told)))


async def test_a_web_page_is_garbled() -> None:
    with pytest.raises(ProviderGarbled):
        await heard(page())


async def test_how_long_to_wait_stands_in_the_error() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17.5s"}
    with pytest.raises(ProviderBusy) as caught:
        await heard(tells(failure(429, "RESOURCE_EXHAUSTED", "Slowly.", info), 429))
    assert caught.value.retry_after == 17.5


@given(
    bodies(
        "candidates", "content", "parts", "text", "thought", "error", "finishReason", "usageMetadata", "code"
    )
)
def test_no_event_breaks_the_reading(body: bytes) -> None:
    answer = Answer()
    try:
        assert isinstance(answer.take(body), str)
    except ProviderError:
        assert b"error" in body


PNG = b"\x89PNG\r\n\x1a\n"
BLOB = {"inlineData": {"mimeType": "image/png", "data": b64encode(PNG).decode()}}


async def test_a_picture_is_painted() -> None:
    draft = {**BLOB, "thought": True}
    whole = chunk(draft, {"text": "Here it is."}, BLOB, finish="STOP", usageMetadata=COUNTED)
    async with asking(tells(whole)) as (ai, provider):
        parts = await all_of(provider.draw(DrawRequest("painter", "a parrot")))
    assert parts == [Drawn(Picture(PNG, "image/png")), End(EndReason.STOP, USAGE)]
    (request,) = ai.requests
    assert request.path == "/v1/models/painter:generateContent"
    assert request.body == {
        "contents": [{"role": "user", "parts": [{"text": "a parrot"}]}],
        "generationConfig": {"responseModalities": ["IMAGE"]},
    }


async def test_a_picture_that_is_refused_is_a_refusal() -> None:
    assert await drawn(tells(chunk(finish="IMAGE_SAFETY"))) == [End(EndReason.REFUSAL)]
    assert await drawn(tells({"promptFeedback": {"blockReason": "SAFETY"}})) == [End(EndReason.REFUSAL)]


@pytest.mark.parametrize(
    "whole",
    [
        chunk({"text": "I cannot paint."}, finish="NO_IMAGE"),
        chunk({"inlineData": {"mimeType": "image/png", "data": "?"}}, finish="STOP"),
        {},
    ],
)
async def test_an_answer_without_a_picture_is_garbled(whole: dict[str, Any]) -> None:
    with pytest.raises(ProviderGarbled):
        await drawn(tells(whole))


async def test_a_painter_without_a_key_is_told() -> None:
    with pytest.raises(KeyRefused):
        await drawn(tells(failure(400, "INVALID_ARGUMENT", "API key expired.", INVALID), 400))


async def test_the_list_of_models_is_read_to_its_last_page() -> None:
    generates = {"supportedGenerationMethods": ["generateContent", "countTokens"]}
    first = {"name": "models/new", "displayName": "New", "inputTokenLimit": 1_048_576, **generates}
    embeds = {"name": "models/embedder", "supportedGenerationMethods": ["embedContent"]}
    last = ({"name": "tunedModels/own"}, {"name": 7}, "nonsense")
    async with asking() as (ai, provider):
        ai.models = in_turn(lists(first, embeds, after="more"), lists(*last))
        new, own = await provider.models()
    assert [request.path for request in ai.requests] == [
        "/v1/models?pageSize=1000",
        "/v1/models?pageSize=1000&pageToken=more",
    ]
    assert (new.id, new.title, new.context_length) == ("google/new", "New", 1_048_576)
    assert new.needs == {Need.CHAT, Need.VISION}
    assert (own.id, own.title, own.context_length) == ("google/tunedModels/own", "", 8192)


async def test_a_model_that_paints_is_listed_as_one_that_takes_no_option_of_a_picture() -> None:
    async with asking() as (ai, provider):
        ai.models = lists({"name": "models/gemini-x-image-preview"})
        (model,) = await provider.models()
    assert Need.IMAGE in model.needs
    assert model.takes == frozenset(field.name for field in fields(Style))


async def test_a_list_that_never_ends_is_left() -> None:
    async with asking() as (ai, provider):
        ai.models = lists({"name": "models/m"}, after="m")
        assert await provider.models()
    assert len(ai.requests) == 20


async def test_an_answer_without_a_list_is_garbled() -> None:
    async with asking() as (ai, provider):
        ai.models = {"data": []}
        with pytest.raises(ProviderGarbled):
            await provider.models()


async def test_a_check_asks_for_little_and_shows_a_refused_key() -> None:
    refusal = tells(failure(400, "INVALID_ARGUMENT", "API key not valid.", INVALID), 400)
    async with asking() as (ai, provider):
        ai.models = in_turn(lists({"name": "models/m"}), refusal)
        await provider.check()
        with pytest.raises(KeyRefused):
            await provider.check()
    assert ai.requests[0].path == "/v1/models?pageSize=1"
