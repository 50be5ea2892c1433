"""Tools and forms of answers over the Gemini API, as far as it goes its own ways."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ProviderGarbled
from bot.messages import ChatRequest, Shape, Text, ToolCall, ToolResult, ToolSpec, Turn
from bot.providers.gemini.schemas import schema_to_wire
from tests.test_gemini import HI, all_of, asking, heard
from tests.wire.answers import sends
from tests.wire.gemini import asks, ended, failure, says, tells, text

SHAPE = Shape("verdict", {"type": "object", "properties": {"good": {"type": "boolean"}}})
CLOCK = ToolSpec(
    "now", "Tells the time.", {"type": "object", "properties": {}, "additionalProperties": False}
)
SIGNATURE = "c2lnbmVk/+=="


async def body_of(request: ChatRequest) -> Any:
    async with asking(says("Hello")) as (ai, provider):
        assert await all_of(provider.chat(request))
    return ai.requests[0].body


def used(*calls: ToolCall, model: str = "gemini-3.5-flash") -> ChatRequest:
    results = tuple(ToolResult(call, "Done.", failed=not number) for number, call in enumerate(calls))
    turns = (*HI.turns, Turn("assistant", "", calls=calls), Turn("tool", "", results=results))
    return replace(HI, model=model, turns=turns)


async def test_a_call_goes_back_with_the_signature_that_it_came_with() -> None:
    calls = [
        part
        for part in await heard(asks("", ("fc_1", "now", ()), ("", "now", ())))
        if isinstance(part, ToolCall)
    ]
    *_, asked, answered = (await body_of(used(*calls)))["contents"]
    first, second = asked["parts"]
    assert (first["functionCall"]["id"], first["thoughtSignature"]) == ("fc_1", SIGNATURE)
    assert "thoughtSignature" not in second
    assert [part["functionResponse"]["id"] for part in answered["parts"]] == [
        part["functionCall"]["id"] for part in asked["parts"]
    ]
    assert [list(part["functionResponse"]["response"]) for part in answered["parts"]] == [
        ["error"],
        ["result"],
    ]


@pytest.mark.parametrize(
    ("model", "signed"),
    [("gemini-3.5-flash", True), ("gemini-10", True), ("gemini-2.5-pro", False), ("m", False)],
)
async def test_a_call_of_another_model_is_signed_for_those_who_insist(model: str, signed: bool) -> None:
    body = await body_of(used(ToolCall("call_1", "now", "{}"), ToolCall("call_2", "now", "{}"), model=model))
    parts = next(content["parts"] for content in body["contents"] if content["role"] == "model")
    assert ["thoughtSignature" in part for part in parts] == [signed, False]


async def test_a_tool_without_arguments_has_no_parameters() -> None:
    body = await body_of(replace(HI, tools=(CLOCK,)))
    assert body["tools"] == [{"functionDeclarations": [{"name": "now", "description": "Tells the time."}]}]


@pytest.mark.parametrize("reason", ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"])
async def test_a_call_that_the_service_could_not_read_is_no_answer(reason: str) -> None:
    with pytest.raises(ProviderGarbled):
        await heard(sends(text("a"), ended(reason)))


REFUSED = "JSON mode is not enabled for models/gemma-4"


async def test_a_model_that_knows_no_forms_is_told_of_them_in_words() -> None:
    answers = (
        tells(failure(400, "INVALID_ARGUMENT", REFUSED), 400),
        says('{"good": true}'),
        says('{"good": true}'),
    )
    async with asking(*answers) as (ai, provider):
        for _ in range(2):
            assert (await all_of(provider.chat(replace(HI, shape=SHAPE))))[0] == Text('{"good": true}')
    asked = [request.body for request in ai.requests]
    assert ["responseSchema" in body["generationConfig"] for body in asked] == [True, False, False]
    assert "JSON Schema" in asked[1]["systemInstruction"]["parts"][0]["text"]


async def test_with_tools_the_form_is_told_in_words() -> None:
    body = await body_of(replace(HI, shape=SHAPE, tools=(CLOCK,)))
    assert "responseSchema" not in body["generationConfig"]
    assert "JSON Schema" in body["systemInstruction"]["parts"][0]["text"]


A = {"type": "integer", "title": "A"}
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": "string", "minLength": 1, "format": "uri"}, {"type": "string", "minLength": 1}),
        ({"type": "string", "format": "date-time"}, {"type": "string", "format": "date-time"}),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        ({"$ref": "#/$defs/A", "description": "b"}, {"type": "integer", "title": "A", "description": "b"}),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}, {"nullable": True, "anyOf": [A]}),
        ({"oneOf": [TEXT, WHOLE]}, {"anyOf": [TEXT, WHOLE]}),
        ({"allOf": [{"$ref": "#/$defs/A"}], "default": 3}, A),
        ({"const": "x", "type": "string"}, {"enum": ["x"], "type": "string"}),
        ({"enum": [1, 2], "type": "integer"}, {"type": "integer"}),
        ({"type": "array", "items": {"$ref": "#/$defs/A"}}, {"type": "array", "items": A}),
        ({"$ref": "#/$defs/nowhere"}, {}),
        ({"$ref": "#/$defs/B"}, {}),
    ],
)  # fmt: skip
def test_a_schema_is_told_as_far_as_the_service_understands_it(schema: Any, told: Any) -> None:
    definitions = {"A": A, "B": {"$ref": "#/$defs/B"}}
    whole = schema_to_wire({"type": "object", "properties": {"x": schema}, "$defs": definitions})
    assert whole == {"type": "object", "properties": {"x": told}}


def test_a_schema_that_contains_itself_has_an_end() -> None:
    branches = {name: {"$ref": "#/$defs/tree"} for name in "abcdefgh"}
    tree = {"type": "object", "properties": branches}
    knot = {"allOf": [{"$ref": "#/$defs/knot"}] * 500}
    for part in (tree, knot):
        defined = {
            "type": "object",
            "$ref": "#/$defs/part",
            "$defs": {"part": part, "tree": tree, "knot": knot},
        }
        assert schema_to_wire(defined)["type"] == "object"


KEYWORDS = (
    "type",
    "$ref",
    "anyOf",
    "allOf",
    "oneOf",
    "const",
    "enum",
    "items",
    "properties",
    "$defs",
    "format",
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("object", "#/$defs/type", "null")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYWORDS), anything, max_size=5))
def test_no_schema_however_odd_breaks_anything(schema: Any) -> None:
    assert isinstance(schema_to_wire(schema), dict)
