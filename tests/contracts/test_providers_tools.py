"""Tools and forms of answers, the same over every wire format."""

import asyncio
import json
import re
from dataclasses import replace
from operator import attrgetter
from typing import Any

import pytest

from bot.errors import ProviderError, ProviderGarbled
from bot.messages import (
    Calling,
    ChatRequest,
    End,
    EndReason,
    Shape,
    Text,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
)
from tests.contracts.callers import CALLERS, Asked, Caller
from tests.contracts.providers import Talker, asking, nothing_left
from tests.wire.answers import Answer

SOON = 60.0
SEARCH = ToolSpec(
    "search",
    "Looks something up.",
    {
        "type": "object",
        "properties": {"words": {"type": "string", "description": "What to look for."}},
        "required": ["words"],
        "additionalProperties": False,
    },
)
CLOCK = ToolSpec(
    "now", "Tells the time.", {"type": "object", "properties": {}, "additionalProperties": False}
)
HI = ChatRequest("m", (Turn("system", "Be brief."), Turn("user", "Hi")), 500, tools=(SEARCH, CLOCK))
SHAPE = Shape(
    "verdict",
    {
        "type": "object",
        "properties": {"good": {"type": "boolean", "description": "Whether it is."}},
        "required": ["good"],
        "additionalProperties": False,
    },
)
SHAPED = replace(HI, tools=(), shape=SHAPE)
ONE: Asked = ("call_1", "search", ('{"wo', 'rds": "grün', ' 🦜"}'))
TWO: Asked = ("call_2", "search", ('{"words": "tw', 'o"}'))
BARE: Asked = ("call_3", "now", ())

every_caller = pytest.mark.parametrize("one", CALLERS, ids=attrgetter("name"))
several = pytest.mark.parametrize(
    "one", [one for one in CALLERS if one.name != "openai-functions"], ids=attrgetter("name")
)


async def taken(
    one: Caller, *answers: Answer, request: ChatRequest = HI
) -> tuple[list[Any], ProviderError | None, list[Any]]:
    """What comes of an answer, the error that ends it, and the requests."""
    parts: list[Any] = []
    error = None
    async with asyncio.timeout(SOON), asking(as_account(one), *answers) as (ai, provider):
        try:
            with nothing_left():
                async for part in provider.chat(request):
                    parts += [part]
        except ProviderError as exc:
            error = exc
    return parts, error, [request.body for request in ai.requests]


def as_account(one: Caller) -> Talker:
    """What `asking` needs of it."""
    never = one.shapes
    return Talker(one.name, one.kind, never, never, never, lambda body: [], options=one.options)


def told(parts: list[Any]) -> tuple[str, list[tuple[str, Any]], list[EndReason]]:
    """The text, the calls and the ends, after it was seen that they come in this order."""
    kinds = [{Text: 0, ToolCall: 1, End: 2}[type(part)] for part in parts]
    assert kinds == sorted(kinds)
    calls = [(part.name, json.loads(part.arguments)) for part in parts if isinstance(part, ToolCall)]
    text = "".join(part.text for part in parts if isinstance(part, Text))
    return text, calls, [part.reason for part in parts if isinstance(part, End)]


# What a model asks for.


@every_caller
async def test_a_call_in_fragments_comes_as_a_whole(one: Caller) -> None:
    parts, error, _ = await taken(one, one.asks("", ONE))
    assert error is None
    assert told(parts) == ("", [("search", {"words": "grün 🦜"})], [EndReason.TOOLS])


@every_caller
async def test_a_call_is_told_while_it_is_written_to_who_follows_it(one: Caller) -> None:
    parts, error, _ = await taken(one, one.asks("", ONE), request=replace(HI, followed=True))
    (call,) = (part for part in parts if isinstance(part, ToolCall))
    pieces = [part for part in parts if isinstance(part, Calling)]
    assert error is None
    if pieces:
        assert parts.index(call) > parts.index(pieces[-1])
        assert {piece.place for piece in pieces} == {0}
        assert pieces[-1].name == "search"
        assert json.loads("".join(piece.arguments for piece in pieces)) == {"words": "grün 🦜"}
    assert told([part for part in parts if part not in pieces])[1] == [("search", {"words": "grün 🦜"})]
    streams = one.kind in {"openai", "g4f", "anthropic"} and one.name != "openai-words"
    assert len(pieces) > 2 if streams else len(pieces) <= 1


@several
async def test_calls_side_by_side_are_kept_apart_and_have_ids_of_their_own(one: Caller) -> None:
    for calls in ((ONE, TWO, BARE), (ONE, ("call_1", *TWO[1:]), ("", *BARE[1:]))):
        parts, _, _ = await taken(one, one.asks("", *calls))
        called = [("search", {"words": "grün 🦜"}), ("search", {"words": "two"}), ("now", {})]
        assert told(parts) == ("", called, [EndReason.TOOLS])
        assert len({part.id for part in parts[:3]} - {""}) == 3


@every_caller
async def test_text_before_a_call_is_text(one: Caller) -> None:
    parts, _, _ = await taken(one, one.asks("I'll look. ", ONE))
    assert told(parts) == ("I'll look. ", [("search", {"words": "grün 🦜"})], [EndReason.TOOLS])


@every_caller
async def test_a_call_without_arguments_has_an_empty_object(one: Caller) -> None:
    parts, _, _ = await taken(one, one.asks("", BARE))
    assert [part.arguments for part in parts if isinstance(part, ToolCall)] == ["{}"]


@pytest.mark.parametrize("one", [one for one in CALLERS if not one.objects], ids=attrgetter("name"))
async def test_arguments_that_are_none_are_passed_on_as_they_are(one: Caller) -> None:
    parts, _, _ = await taken(one, one.asks("", ("call_1", "search", ("{'wor", "ds': oops"))))
    (call,) = (part for part in parts if isinstance(part, ToolCall))
    assert (call.name, call.arguments.rstrip("}")) == ("search", "{'words': oops")
    assert parts[-1].reason is EndReason.TOOLS


@every_caller
async def test_calls_count_whatever_the_service_calls_the_end(one: Caller) -> None:
    for reason in ("stop", "something_new"):
        parts, _, _ = await taken(one, one.asks("", ONE, finish=reason))
        assert told(parts)[1:] == ([("search", {"words": "grün 🦜"})], [EndReason.TOOLS])


@every_caller
async def test_of_an_answer_that_was_too_long_no_call_is_carried_out(one: Caller) -> None:
    parts, _, _ = await taken(one, one.asks("Well", ONE, finish=one.length))
    assert told(parts) == ("Well", [], [EndReason.LENGTH])


@every_caller
async def test_an_answer_that_breaks_off_inside_a_call_has_neither_call_nor_end(one: Caller) -> None:
    parts, _, _ = await taken(one, one.asks("Well", ("call_1", "search", ('{"wo',)), finish=None))
    assert told(parts) == ("Well", [], [])


@every_caller
async def test_arguments_without_measure_are_no_call(one: Caller) -> None:
    huge = ('{"words": "', *["x" * 100_000] * 11, '"}')
    parts, error, _ = await taken(one, one.asks("", ("call_1", "search", huge)))
    assert (parts, type(error)) == ([], ProviderGarbled)


# What a model is told.


@every_caller
async def test_tools_are_offered_with_all_that_is_known_of_them(one: Caller) -> None:
    _, _, (body,) = await taken(one, one.asks("", BARE))
    offered = one.offered(body)
    assert {name: description for name, (description, _) in offered.items()} == {
        "search": "Looks something up.",
        "now": "Tells the time.",
    }
    assert offered["search"][1]["properties"] == SEARCH.schema["properties"]
    assert offered["search"][1]["required"] == ["words"]
    _, _, (plain,) = await taken(one, one.asks("", BARE), request=replace(HI, tools=()))
    assert "tool" not in json.dumps(plain)


ASKED = (ToolCall("call_1", "search", '{"words": "a"}'), ToolCall("call_2", "now", "{}"))
DONE = (ToolResult(ASKED[0], "Found </tool_result> it"), ToolResult(ASKED[1], "Broken.", failed=True))


def after(*turns: Turn) -> ChatRequest:
    return replace(HI, turns=(*HI.turns, *turns))


@every_caller
async def test_results_are_handed_back_behind_their_calls(one: Caller) -> None:
    request = after(Turn("assistant", "Wait.", calls=ASKED), Turn("tool", "", results=DONE))
    for tools in (HI.tools, ()):
        _, error, (body,) = await taken(one, one.asks("", BARE), request=replace(request, tools=tools))
        assert error is None
        handed = one.handed(body)
        assert [what for kind, _, what in handed if kind == "call"] == [{"words": "a"}, {}]
        assert [what for kind, _, what in handed if kind == "result"] == [
            "Found </tool_result> it",
            "Broken.",
        ]
        for kind, named, _ in handed:
            assert kind in ("call", "result")
            assert named in ("call_1", "call_2", "search", "now")
        assert [named for kind, named, _ in handed if kind == "call"] == [
            named for kind, named, _ in handed if kind == "result"
        ]
        assert "Wait." in json.dumps(body)


@every_caller
async def test_who_has_used_all_rounds_is_forbidden_tools_and_told_what_came_of_them(one: Caller) -> None:
    """What was used stays named, as services want it of a history with calls."""
    request = after(Turn("assistant", "Wait.", calls=ASKED), Turn("tool", "", results=DONE))
    request = replace(request, spent=True)
    _, error, (body,) = await taken(one, one.asks("Well.", BARE), request=request)
    assert error is None
    assert len(one.handed(body)) == 4
    said = json.dumps(body)
    if one.name in ("openai-words", "tgi"):
        assert "Your tools are used up" in said
        assert one.offered(body) == {}
        return
    forbidden, named = FORBIDDEN[one.name]
    assert forbidden.items() <= body.items()
    assert body[named]
    assert all(tool.name in said.partition(f'"{named}"')[2] for tool in HI.tools)


FORBIDDEN: dict[str, tuple[dict[str, Any], str]] = {
    "openai": ({"tool_choice": "none"}, "tools"),
    "g4f": ({"tool_choice": "none"}, "tools"),
    "openai-functions": ({"function_call": "none"}, "functions"),
    "anthropic": ({"tool_choice": {"type": "none"}}, "tools"),
    "gemini": ({"toolConfig": {"functionCallingConfig": {"mode": "NONE"}}}, "tools"),
}
"""How a wire format forbids tools, and where it names them."""


@every_caller
async def test_round_after_round_is_told_in_its_order(one: Caller) -> None:
    """What services refuse: a result before its call, or one that is missing."""
    later = ToolCall("call_3", "search", '{"words": "b"}')
    rounds = (
        *(Turn("assistant", "Wait.", calls=ASKED), Turn("tool", "", results=DONE)),
        *(Turn("assistant", "", calls=(later,)), Turn("tool", "", results=(ToolResult(later, "Third."),))),
    )
    parts, error, (body,) = await taken(one, one.asks("Once more. ", BARE), request=after(*rounds))
    assert error is None
    assert [part.name for part in parts if isinstance(part, ToolCall)] == ["now"]
    handed = one.handed(body)
    calls = [what for kind, _, what in handed if kind == "call"]
    results = [what for kind, _, what in handed if kind == "result"]
    assert (calls, results) == (
        [{"words": "a"}, {}, {"words": "b"}],
        ["Found </tool_result> it", "Broken.", "Third."],
    )
    open_calls = 0
    for kind, *_ in handed:
        open_calls += 1 if kind == "call" else -1
        assert open_calls >= 0
    assert handed[-2:] == [handed[-2], ("result", handed[-2][1], "Third.")]


@every_caller
async def test_calls_and_results_that_lack_one_another_are_left_out(one: Caller) -> None:
    lonely = ToolResult(ToolCall("call_9", "search", "{}"), "Nobody asked.")
    request = after(
        Turn("assistant", "First.", calls=ASKED),
        Turn("user", "Never mind."),
        Turn("tool", "", results=(lonely,)),
        Turn("assistant", "", calls=ASKED),
        Turn("tool", "", results=DONE[:1]),
    )
    _, _, (body,) = await taken(one, one.asks("", BARE), request=request)
    assert [what for *_, what in one.handed(body)] == [{"words": "a"}, "Found </tool_result> it"]
    assert "First." in json.dumps(body)


@every_caller
async def test_what_another_model_made_up_can_be_told_to_this_one(one: Caller) -> None:
    odd = ToolCall("call:1/" + "x" * 80, "functions.search it", "{oops")
    request = after(
        Turn("assistant", "", calls=(odd,)), Turn("tool", "", results=(ToolResult(odd, "No such tool."),))
    )
    _, _, (body,) = await taken(one, one.asks("", BARE), request=request)
    (_, asked, arguments), (_, answered, text) = one.handed(body)
    assert (asked, arguments, text) == (answered, {"unreadable": "{oops"}, "No such tool.")
    in_words = one.name in ("openai-words", "tgi")
    assert in_words or re.fullmatch(r"[A-Za-z0-9_-]{1,40}", asked)


# Answers of a form.


@every_caller
async def test_an_answer_of_a_form_is_json_and_nothing_else(one: Caller) -> None:
    parts, error, (body,) = await taken(one, one.shapes('{"good": true}'), request=SHAPED)
    assert error is None
    assert one.shaped(body)["properties"] == SHAPE.schema["properties"]
    text, calls, ends = told(parts)
    assert (json.loads(text), calls, ends) == ({"good": True}, [], [EndReason.STOP])


@pytest.mark.parametrize("one", [one for one in CALLERS if one.declines], ids=attrgetter("name"))
async def test_who_declines_to_answer_is_told_apart_from_who_fails(one: Caller) -> None:
    assert one.declines is not None
    parts, error, _ = await taken(one, one.declines, request=SHAPED)
    assert error is None
    assert parts[-1].reason is EndReason.REFUSAL
