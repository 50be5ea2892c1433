"""Tools and forms of answers in OpenAI's format: what its services do differently, and what they refuse."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import ProviderRefused
from bot.messages import (
    ChatRequest,
    End,
    EndReason,
    Picture,
    Shape,
    Text,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
)
from bot.providers.openai.pondered import Pondered
from bot.providers.openai.tools import is_strict
from bot.settings.dialects import DIALECTS
from tests.wire.answers import JSON, Answer, event, says, sends
from tests.wire.openai import asking, delta, ended, gives
from tests.wire.spec import check_request
from tests.wire.wire import Wire

STRICT = {
    "type": "object",
    "properties": {"q": {"type": "string", "description": "What."}},
    "required": ["q"],
    "additionalProperties": False,
}
LOOSE = {**STRICT, "required": []}
SEARCH = ToolSpec("search", "Looks something up.", STRICT)
HI = ChatRequest("m", (Turn("system", "Be brief."), Turn("user", "Hi")), 50, tools=(SEARCH,))
SHAPED = replace(HI, tools=(), shape=Shape("a verdict", STRICT))
CALLS = (ToolCall("call_1", "search", '{"q": "a"}'), ToolCall("call_2", "search", '{"q": "b"}'))
RESULTS = (ToolResult(CALLS[0], "A."), ToolResult(CALLS[1], "B."))
USED = replace(
    HI, turns=(*HI.turns, Turn("assistant", "Wait.", calls=CALLS), Turn("tool", "", results=RESULTS))
)
CALLED = '<tool_call>{"name": "search", "arguments": {"q": "a"}}</tool_call>'


async def asked(
    *answers: Answer, request: ChatRequest = HI, times: int = 1, **options: Any
) -> tuple[list[Any], list[Any]]:
    """What is asked, and what is heard."""
    heard: list[Any] = []
    async with asking(*answers, **options) as (ai, provider):
        for _ in range(times):
            heard += [part async for part in provider.chat(request)]
    return [sent.body for sent in ai.requests], heard


def refuses(body: object, status: int = 400) -> Answer:
    """Refuse with this body."""

    async def answer(wire: Wire) -> None:
        await wire.start(status, JSON)
        await wire.send(json.dumps(body).encode())
        await wire.end()

    return answer


def says_error(message: str, status: int = 400, **more: object) -> Answer:
    return refuses({"error": {"message": message, **more}}, status)


# What is asked.


@pytest.mark.parametrize("request_", [HI, SHAPED, USED])
@pytest.mark.parametrize("form", ["tools", "functions"])
async def test_requests_are_as_the_service_describes_them(request_: ChatRequest, form: str) -> None:
    (body,), _ = await asked(request=request_, tools=form, strict=True)
    check_request("/v1/chat/completions", body)


@pytest.mark.parametrize(
    ("schema", "options", "promised"),
    [
        (STRICT, DIALECTS["openai"], True),
        (LOOSE, DIALECTS["openai"], False),
        (STRICT, {}, False),
        (STRICT, {"strict": True, "tools": "functions"}, False),
    ],
)
async def test_arguments_are_promised_to_fit_where_that_can_be(
    schema: Any, options: Any, promised: bool
) -> None:
    (body,), _ = await asked(request=replace(HI, tools=(ToolSpec("search", "Looks.", schema),)), **options)
    (told,) = [tool["function"] for tool in body.get("tools", ())] + body.get("functions", [])
    assert told.get("strict", False) is promised


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (STRICT, True),
        ({"type": "string"}, True),
        ({"type": "object"}, False),
        ({"type": "object", "properties": {}, "additionalProperties": False}, True),
        ({**STRICT, "additionalProperties": True}, False),
        ({**STRICT, "properties": {"q": {"type": "string", "default": "x"}}}, False),
        ({**STRICT, "properties": {"q": {"anyOf": [STRICT, {"type": "null"}]}}}, True),
        ({**STRICT, "properties": {"q": {"anyOf": [LOOSE, {"type": "null"}]}}}, False),
        ({**STRICT, "properties": {"q": {"type": "array", "items": LOOSE}}}, False),
        ({**STRICT, "properties": {"q": {"$ref": "#/$defs/format"}}, "$defs": {"format": STRICT}}, True),
        ({**STRICT, "properties": {"q": {"$ref": "#/$defs/format"}}, "$defs": {"format": LOOSE}}, False),
    ],
)
def test_a_schema_is_strict_when_objects_name_and_need_all_that_they_have(schema: Any, strict: bool) -> None:
    assert is_strict(schema) is strict


async def test_a_form_has_a_name_that_the_service_takes() -> None:
    (body,), _ = await asked(says('{"q": "a"}'), request=SHAPED)
    told = body["response_format"]["json_schema"]
    assert (told["name"], told["schema"], told["strict"]) == ("a_verdict", STRICT, True)


async def test_in_the_older_form_each_call_is_followed_by_its_result() -> None:
    (body,), _ = await asked(request=USED, tools="functions")
    said = [
        (one["role"], one.get("function_call", {}).get("arguments") or one["content"])
        for one in body["messages"][2:]
    ]
    assert said == [
        ("assistant", '{"q": "a"}'),
        ("function", "A."),
        ("assistant", '{"q": "b"}'),
        ("function", "B."),
    ]
    assert body["messages"][2]["content"] == "Wait."
    assert "tools" not in body


async def test_pictures_that_a_tool_found_are_shown_behind_its_results() -> None:
    seen = Turn("tool", "", (Picture(b"\x89PNG", "image/png"),), results=RESULTS)
    (body,), _ = await asked(request=replace(HI, turns=(*USED.turns[:-1], seen)))
    assert [message["role"] for message in body["messages"][-3:]] == ["tool", "tool", "user"]
    assert body["messages"][-1]["content"][0]["type"] == "image_url"


# What is answered.


@pytest.mark.parametrize(
    "calls",
    [
        [{"id": "a", "function": {"name": "search", "arguments": '{"q": 1}'}}],
        [{"index": 0, "id": "a", "function": {"name": "search", "arguments": {"q": 1}}}],
        [{"index": None, "id": "a", "type": None, "function": {"name": "search", "arguments": '{"q": 1}'}}],
    ],
)
async def test_a_call_is_read_however_it_is_written(calls: Any) -> None:
    whole = {"choices": [{"message": {"content": None, "tool_calls": calls}, "finish_reason": "tool_calls"}]}
    for answer in (sends(delta(tool_calls=calls), *ended("stop")), gives(whole)):
        _, (call, end) = await asked(answer)
        assert (call.name, json.loads(call.arguments), end.reason) == ("search", {"q": 1}, EndReason.TOOLS)


async def test_calls_without_places_are_told_apart_by_their_ids() -> None:
    def piece(**fields: Any) -> bytes:
        return delta(tool_calls=[fields])

    steps = [
        piece(id="a", function={"name": "search", "arguments": '{"q"'}),
        piece(id="a", function={"name": "search", "arguments": ": 1}"}),
        piece(id="b", function={"name": "search", "arguments": '{"q": 2}'}),
    ]
    _, (*calls, _) = await asked(sends(*steps, *ended("tool_calls")))
    assert calls == [ToolCall("a", "search", '{"q": 1}'), ToolCall("b", "search", '{"q": 2}')]


async def test_a_reason_for_calls_without_any_is_a_normal_end() -> None:
    assert (await asked(says("Hello", finish="tool_calls", usage=None)))[1] == [Text("Hello"), End()]


async def test_a_refusal_to_answer_in_a_form_is_one() -> None:
    steps = [delta(refusal="I will "), delta(refusal="not."), *ended("stop")]
    assert (await asked(sends(*steps), request=SHAPED))[1] == [Text("I will not."), End(EndReason.REFUSAL)]


# What is refused.


@pytest.mark.parametrize(
    "refusal",
    [
        says_error("registry.ollama.ai/library/gemma3:latest does not support tools", type="api_error"),
        says_error("No endpoints found that support tool use. Try disabling \"search\".", 404, code=404),
        says_error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
        refuses({"object": "error", "message": '"auto" tool choice requires --enable-auto-tool-choice'}),
        says_error("Unsupported parameter: 'tools'", param="tools", code="unsupported_parameter"),
        refuses({"detail": [{"type": "extra_forbidden", "loc": ["body", "tools"]}]}, 422),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["tools", "functions"])
async def test_a_model_that_knows_no_tools_is_told_of_them_in_words_from_then_on(
    refusal: Answer, form: str
) -> None:
    bodies, heard = await asked(refusal, says(CALLED), says("Hello"), times=2, tools=form)
    assert [form in body for body in bodies] == [True, False, False]
    assert '"search"' in bodies[1]["messages"][0]["content"]
    assert [type(part) for part in heard] == [ToolCall, End, Text, End]


def calls_for(place: int, q: str) -> dict[str, Any]:
    function = {"name": "search", "arguments": json.dumps({"q": q})}
    return {"index": place, "id": f"call_{place + 1}", "function": function}


THINKS = [
    delta(reasoning_content="Two things "),
    delta(reasoning_content="to look up."),
    delta(tool_calls=[calls_for(0, "a")]),
    delta(tool_calls=[calls_for(1, "b")]),
    *ended("tool_calls"),
]
BACK = "Missing `reasoning_content` field in the assistant message at message index 2. For more …"


async def rounds(*answers: Answer, requests: Sequence[ChatRequest], **options: Any) -> list[Any]:
    """What one provider asks in requests that follow on one another."""
    async with asking(*answers, **options) as (ai, provider):
        for request in requests:
            assert [part async for part in provider.chat(request)]
    return [sent.body for sent in ai.requests]


def thoughts(body: Any) -> list[Any]:
    return [turn.get("reasoning_content") for turn in body["messages"] if turn["role"] == "assistant"]


async def test_what_was_thought_goes_back_with_the_calls_and_nowhere_else() -> None:
    later = replace(USED, turns=(Turn("assistant", "Hello."), *USED.turns))
    deepseek: Any = DIALECTS["deepseek"]
    first, second = await rounds(sends(*THINKS), says("Done"), requests=(HI, later), **deepseek)
    assert "tools" in second
    assert (thoughts(first), thoughts(second)) == ([], ["", "Two things to look up."])
    _, other = await rounds(sends(*THINKS), says("Done"), requests=(HI, USED))
    assert thoughts(other) == [None]


@pytest.mark.parametrize(
    "message",
    [
        BACK,
        "The `reasoning_content` in the thinking mode must be passed back to the API.",
        "thinking is enabled but reasoning_content is missing in assistant tool call message at index 2",
    ],
)
async def test_a_service_that_wants_thoughts_back_gets_them_from_then_on(message: str) -> None:
    answers = (sends(*THINKS), says_error(message), says("Done"), says("Done"))
    bodies = await rounds(*answers, requests=(HI, USED, USED))
    assert ["tools" in body for body in bodies] == [True] * 4
    assert [thoughts(body)[-1] for body in bodies[1:]] == [None, *["Two things to look up."] * 2]


async def test_a_service_that_still_misses_thoughts_is_told_of_tools_in_words() -> None:
    bodies, _ = await asked(says_error(BACK), says_error(BACK), says("Done"), request=USED)
    assert [thoughts(body) for body in bodies[:2]] == [[None], [""]]
    assert ["tools" in body for body in bodies] == [True, True, False]


def test_thoughts_are_kept_within_bounds() -> None:
    kept = Pondered(most=10)
    for number in range(4):
        kept.keep(f"call_{number}", "four")
    kept.keep("call_3", "five!")
    assert [kept.of(f"call_{number}") for number in range(4)] == ["", "", "four", "five!"]


async def test_ids_of_calls_are_nine_letters_where_that_is_so() -> None:
    mistral: Any = DIALECTS["mistral"]
    own = ToolCall("D681PevKs", "search", "{}")
    kept = (Turn("assistant", "", calls=(own,)), Turn("tool", "", results=(ToolResult(own, "A."),)))
    later = replace(USED, turns=(*USED.turns, *kept))
    (body,) = await rounds(says("Done"), requests=[later], **mistral)
    ids = [call["id"] for turn in body["messages"] for call in turn.get("tool_calls", ())]
    assert ids == [turn["tool_call_id"] for turn in body["messages"] if turn["role"] == "tool"]
    assert [re.fullmatch("[A-Za-z0-9]{9}", one) is not None for one in ids] == [True] * 3
    assert ids[2] == "D681PevKs"


@pytest.mark.parametrize(
    "refusal",
    [
        says_error("This response_format type is unavailable now", type="invalid_request_error"),
        says_error("Invalid parameter: 'response_format' of type 'json_schema'…", param="response_format"),
        says_error("Invalid schema for response_format 'a'", param="response_format.json_schema", code=None),
        refuses({"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"]}]}, 422),
    ],
)
async def test_a_model_that_knows_no_forms_is_told_of_them_in_words_from_then_on(refusal: Answer) -> None:
    answer = says("```json\n", '{"q": "a"}', "\n```")
    bodies, heard = await asked(refusal, answer, answer, request=SHAPED, times=2)
    assert ["response_format" in body for body in bodies] == [True, False, False]
    assert "JSON Schema" in bodies[1]["messages"][0]["content"]
    assert [part.text for part in heard if isinstance(part, Text)] == ['{"q": "a"}'] * 2


@pytest.mark.parametrize(
    "message",
    [
        'The word "tools" is not allowed. It does not support tools of any kind.',
        "Who says: gemma does not support tools, is wrong.",
        "Invalid schema for function 'search'",
    ],
)
async def test_any_other_refusal_is_one(message: str) -> None:
    with pytest.raises(ProviderRefused):
        await asked(says_error(message, param="tools[0].function.parameters"))


@pytest.mark.parametrize("stated", ["prompted", {"other": "functions", "m*": "prompted"}])
async def test_an_account_can_say_that_tools_are_told_in_words(stated: Any) -> None:
    (body,), heard = await asked(says("Wait.", CALLED), tools=stated)
    assert "tools" not in body
    assert [type(part) for part in heard] == [Text, ToolCall, End]


@pytest.mark.parametrize(
    ("pieces", "kinds"),
    [(("a <", "tool_"), [Text, Text, End]), (('{"name": "search", ', '"arguments": {}}'), [ToolCall, End])],
)
async def test_what_was_held_back_comes_with_the_end(pieces: tuple[str, ...], kinds: list[type]) -> None:
    _, heard = await asked(says(*pieces), tools="prompted")
    assert [type(part) for part in heard] == kinds


async def test_half_an_event_of_a_call_is_left_out_like_any_other() -> None:
    broken = event({"choices": [{"delta": {"tool_calls": 7}}]})
    _, heard = await asked(sends(broken, delta(content="Hello"), *ended("stop")))
    assert heard == [Text("Hello"), End()]
