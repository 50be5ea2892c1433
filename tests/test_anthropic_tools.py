"""Tools and forms of answers over Anthropic's Messages API, as far as it goes its own ways."""

import json
from dataclasses import replace
from typing import Any

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
from tests.test_anthropic import COUNTED, HI, all_of, asking, heard
from tests.wire.answers import JSON, sends
from tests.wire.anthropic import STOPPED, delta, ended, event, fails, says, started, text

SEARCH = ToolSpec("search", "Looks something up.", {"type": "object", "properties": {}})
CALL = ToolCall("toolu_1", "search", "{}")
USED = replace(
    HI,
    turns=(
        *HI.turns,
        Turn("assistant", "Wait.", calls=(CALL,)),
        Turn(
            "tool",
            "",
            (Picture(b"\x89PNG", "image/png"),),
            results=(ToolResult(CALL, "Broken.", failed=True),),
        ),
        Turn("user", "And?"),
    ),
)


async def body_of(request: ChatRequest) -> Any:
    async with asking(says("Hello")) as (ai, provider):
        assert await all_of(provider.chat(request))
    return ai.requests[0].body


async def test_tools_that_were_used_are_named_where_none_is_offered_any_more() -> None:
    body = await body_of(USED)
    assert ([tool["name"] for tool in body["tools"]], body["tool_choice"]) == (["search"], {"type": "none"})
    assert "tool_choice" not in await body_of(replace(USED, tools=(SEARCH,)))


async def test_a_result_comes_first_and_says_whether_the_tool_failed() -> None:
    *_, asked, answered = (await body_of(USED))["messages"]
    assert [block["type"] for block in asked["content"]] == ["text", "tool_use"]
    failed = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "Broken.", "is_error": True}
    first, picture, question = answered["content"]
    assert (first, picture["type"], question["text"]) == (failed, "image", "And?")
    assert answered["role"] == "user"


SHAPE = Shape("verdict", {"type": "object", "properties": {"good": {"type": "boolean"}}})
NOT_FORCED = "Thinking may not be enabled when tool_choice forces tool use."


async def test_a_model_that_cannot_be_made_to_use_a_tool_is_told_of_the_form_in_words() -> None:
    request = replace(HI, shape=SHAPE)
    answers = (
        fails(400, "invalid_request_error", NOT_FORCED),
        says('{"good": true}'),
        says('{"good": true}'),
    )
    async with asking(*answers) as (ai, provider):
        for _ in range(2):
            assert (await all_of(provider.chat(request)))[0] == Text('{"good": true}')
    assert ["tools" in request.body for request in ai.requests] == [True, False, False]
    assert "JSON Schema" in ai.requests[1].body["system"]


async def test_with_tools_a_form_is_one_of_them_and_one_of_them_is_used() -> None:
    body = await body_of(replace(HI, shape=SHAPE, tools=(SEARCH,)))
    assert [tool["name"] for tool in body["tools"]] == ["search", "verdict"]
    assert body["tool_choice"] == {"type": "any"}


async def test_who_is_made_to_use_a_tool_does_not_think_first() -> None:
    async with asking(says("{}"), thinking="adaptive") as (ai, provider):
        assert await all_of(provider.chat(replace(HI, shape=SHAPE)))
    assert "thinking" not in ai.requests[0].body


async def test_what_a_tool_at_the_service_is_asked_is_no_call_of_ours() -> None:
    steps = [
        event("content_block_start", index=1, content_block={"type": "server_tool_use", "name": "search"})
    ]
    steps += [delta("input_json_delta", 1, partial_json='{"q": 1}'), text("a", 2), ended(), STOPPED]
    parts = await heard(sends(started(), *steps))
    assert parts == [Text("a"), End(usage=COUNTED)]


async def test_calls_in_an_answer_as_a_whole_are_read_too() -> None:
    content = [
        {"type": "text", "text": "Wait."},
        {"type": "tool_use", "id": "t", "name": "search", "input": {"q": 1}},
    ]
    whole = {"type": "message", "content": content, "stop_reason": "tool_use"}
    answer = sends(json.dumps(whole).encode(), headers=JSON)
    assert await heard(answer) == [Text("Wait."), ToolCall("t", "search", '{"q":1}'), End(EndReason.TOOLS)]
