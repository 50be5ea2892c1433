"""Answers of a form over every wire format: filled in, mended once, declined."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from operator import attrgetter
from typing import Any

import pytest

from bot.conversation.forms.structured import Declined, Form, Structured
from bot.conversation.forms.summarizing import Summary
from bot.conversation.prompt.window import Line
from bot.errors import ProviderGarbled
from bot.messages import ChatRequest, Part, Turn
from tests.contracts.callers import CALLERS, Caller
from tests.contracts.providers import asking, nothing_left
from tests.contracts.test_providers_tools import SOON, as_account
from tests.wire.answers import Answer

WHOLE = {
    "topics": [{"text": "Grün 🦜", "messages": [1, 2]}],
    "decisions": [],
    "questions": [],
    "statements": [{"who": "Ann", "text": "Hi.", "messages": [1]}],
}
NONE: dict[str, Any] = {name: [] for name in WHOLE}
VERDICT = Structured("verdict", Summary)
"""A form by the name that the services here give it."""

every_caller = pytest.mark.parametrize("one", CALLERS, ids=attrgetter("name"))


class Verdict(Form):
    """What a judge says."""

    good: bool


async def formed(
    one: Caller, *answers: Answer, form: Structured[Any] = VERDICT, longest: int = 10_000
) -> tuple[Any, list[Any]]:
    """What comes of these answers, and the requests."""
    async with asyncio.timeout(SOON), asking(as_account(one), *answers) as (ai, provider):

        async def says(further: Sequence[Line]) -> AsyncGenerator[Part]:
            turns = (Turn("user", "Well?"), *(Turn(line.role, line.text) for line in further))
            request = ChatRequest("m", turns, 500, shape=form.shape)
            async with aclosing(provider.chat(request)) as parts:
                async for part in parts:
                    yield part

        found: Any
        try:
            with nothing_left():
                found = await form.ask(says, longest)
        except (Declined, ProviderGarbled) as exc:
            found = exc
        return found, [request.body for request in ai.requests]


@every_caller
async def test_an_answer_that_fits_is_a_value(one: Caller) -> None:
    found, bodies = await formed(one, one.shapes(json.dumps(WHOLE)))
    assert found == Summary.model_validate(WHOLE)
    assert len(bodies) == 1
    assert one.shaped(bodies[0])["properties"].keys() == WHOLE.keys()


@every_caller
async def test_an_answer_that_does_not_fit_is_mended_in_the_second_round(one: Caller) -> None:
    broken = {**WHOLE, "topics": [{"text": 7}], "decisions": "none"}
    found, (_, again) = await formed(one, one.shapes(json.dumps(broken)), one.shapes(json.dumps(NONE)))
    assert found == Summary.model_validate(NONE)
    told = json.dumps(again)
    assert "topics.0.text: Input should be a valid string" in told
    assert "topics.0.messages: Field required" in told
    assert "decisions: Input should be a valid" in told


@every_caller
async def test_there_is_no_third_round(one: Caller) -> None:
    odd = one.shapes(json.dumps({**NONE, "canary": "sings"}))
    found, bodies = await formed(one, odd, odd, one.shapes(json.dumps(NONE)))
    assert type(found) is ProviderGarbled
    assert "sings" not in str(found)
    assert len(bodies) == 2


@every_caller
async def test_an_answer_without_measure_is_none(one: Caller) -> None:
    long = one.shapes(json.dumps({**NONE, "topics": [{"text": "x" * 5000, "messages": []}]}))
    found, (_, again) = await formed(one, long, one.shapes(json.dumps(NONE)), longest=1000)
    assert found == Summary.model_validate(NONE)
    assert "be briefer" in json.dumps(again)


@every_caller
async def test_another_form_goes_the_same_way(one: Caller) -> None:
    found, _ = await formed(one, one.shapes('{"good": true}'), form=Structured("verdict", Verdict))
    assert found == Verdict(good=True)


@pytest.mark.parametrize("one", [one for one in CALLERS if one.declines], ids=attrgetter("name"))
async def test_who_declines_is_asked_only_once(one: Caller) -> None:
    assert one.declines is not None
    found, bodies = await formed(one, one.declines)
    assert type(found) is Declined
    assert len(bodies) == 1
