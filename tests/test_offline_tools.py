"""Without any service, too, tools can be tried: the stand-in asks for one where the words are plain."""

import json
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from bot.messages import (
    ChatRequest,
    End,
    EndReason,
    PictureRef,
    Shape,
    Text,
    ToolCall,
    ToolResult,
    ToolSpec,
    Turn,
)
from bot.providers.offline import Offline
from bot.providers.offline.forms import filled
from bot.providers.offline.handy import told, wish
from bot.settings import Account

ALL = tuple(
    ToolSpec(name, name, {"type": "object"})
    for name in ("calculate", "now", "fetch_page", "search_web", "remember", "forget", "remind", "imagine")
)


def asked(text: str, *more: Turn, tools: tuple[ToolSpec, ...] = ALL) -> ChatRequest:
    return ChatRequest("parrot", (Turn("user", text), *more), 500, tools=tools)


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("What is 6 × 7?", "calculate", {"formula": "6 * 7"}),
        ("calculate (2+3)*4.5 please", "calculate", {"formula": "(2+3)*4.5"}),
        ("What is 15% of 240?", "calculate", {"formula": "15% * 240"}),
        ("What time is it?", "now", {}),
        ("Please read https://example.org/a?b=c", "fetch_page", {"address": "https://example.org/a?b=c"}),
        ("search the web for fjords", "search_web", {"query": "fjords"}),
        ("Please draw me a red parrot", "imagine", {"prompt": "a red parrot"}),
        ("Remember that I like tea.", "remember", {"text": "I like tea."}),
        ("Please forget number 1", "forget", {"number": 1}),
        ("Forget fact 12.", "forget", {"number": 12}),
        ("forget the note #3, please", "forget", {"number": 3}),
        ("Remind me in 20 minutes to drink", "remind", {"when": "in 20 minutes", "text": "drink"}),
        ("Remind me to drink at 18:30.", "remind", {"when": "at 18:30", "text": "drink"}),
    ],
)
def test_plain_wishes_become_calls(text: str, name: str, arguments: dict[str, object]) -> None:
    call = wish(asked(text))
    assert call is not None
    assert (call.name, json.loads(call.arguments)) == (name, arguments)
    assert wish(asked(text, tools=())) is None


@pytest.mark.parametrize(
    "text",
    ["What is a fjord?", "I remember 1999", "Count to 20", "2 + 2", "Don't forget fact 1", "Forget 1999", ""],
)
def test_other_words_do_not(text: str) -> None:
    assert wish(asked(text)) is None


async def test_it_asks_and_then_says_what_came_of_it() -> None:
    parrot = Offline(Account("offline", "offline", options={"pace": 0}))
    first = [part async for part in parrot.chat(asked("What is 6 * 7?"))]
    assert isinstance(first[0], ToolCall)
    assert isinstance(first[1], End)
    assert first[1].reason is EndReason.TOOLS
    used = (Turn("assistant", "", calls=(first[0],)), Turn("tool", "", results=(ToolResult(first[0], "42"),)))
    second = [part async for part in parrot.chat(asked("What is 6 * 7?", *used))]
    said = "".join(part.text for part in second if isinstance(part, Text))
    assert said == "My tool `calculate` says: 42"


def test_a_picture_is_not_explained_to_who_sees_it() -> None:
    call, picture = ToolCall("1", "imagine", "{}"), PictureRef("0" * 64, "image/png", 1, 1)
    shown = ToolResult(call, "It is painted. Go on with your answer.", pictures=(picture,))
    assert told((Turn("tool", "", results=(shown,)),)) == "There it is."


async def test_a_form_is_filled_in_with_what_was_said_word_for_word() -> None:
    marked = (Turn("user", "⟦1 Ann 12:05⟧ Shall we meet on Friday?"), Turn("user", "⟦2 Bo B. 12:06⟧ Gladly."))
    request = ChatRequest(
        "parrot", (*marked, Turn("user", "Summarize.")), 500, shape=Shape("summary", {"type": "object"})
    )
    summary = json.loads(filled(request) or "")
    assert [(one["who"], one["text"], one["messages"]) for one in summary["statements"]] == [
        ("Ann", "Shall we meet on Friday?", [1]), ("Bo B.", "Gladly.", [2])
    ]  # fmt: skip


def test_any_other_form_is_filled_in_with_the_least_that_fits() -> None:
    class Inner(BaseModel):
        kind: Literal["a", "b"]

    class Form(BaseModel):
        name: str
        count: int = Field(ge=3)
        inner: Inner
        many: list[Inner]
        maybe: str | None
        sure: bool

    shape = Shape("form", Form.model_json_schema())
    assert Form.model_validate_json(filled(ChatRequest("parrot", (), 500, shape=shape)) or "").count == 3
