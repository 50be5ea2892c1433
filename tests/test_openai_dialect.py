"""What services do differently, as data: parameters by other names, and those that are refused."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyRefused, ProviderRefused
from bot.messages import ChatRequest, CompletionRequest, End, Need, Style, Text, Turn
from bot.providers.openai.dialect import Dialect, unsupported
from bot.settings.dialects import DIALECTS
from bot.settings.options.openai import OPTIONS, Purpose, wrong
from bot.settings.services import BUILT_IN
from tests.wire.answers import JSON, Answer, event, says, sends
from tests.wire.openai import asking, delta
from tests.wire.wire import Wire

HI = ChatRequest("m", (Turn("user", "Hi"),), 50)
TOLD = ChatRequest("m", HI.turns, 50, Style(0.5, 0.9, 0.1, 0.2))
EVERY = {"temperature", "top_p", "presence_penalty", "frequency_penalty"}


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, "max_tokens"),
        ({"max_tokens_field": "max_completion_tokens"}, "max_completion_tokens"),
        ({"max_tokens_field": {"m": "max_completion_tokens"}}, "max_completion_tokens"),
        ({"max_tokens_field": {"other": "max_completion_tokens"}}, "max_tokens"),
    ],
)
async def test_the_output_cap_goes_by_the_name_that_the_account_states(
    options: dict[str, object], name: str
) -> None:
    async with asking(**options) as (ai, provider):
        assert [part async for part in provider.chat(HI)]
    body = ai.requests[0].body
    assert {key: value for key, value in body.items() if key.startswith("max_")} == {name: 50}


async def test_usage_is_not_asked_for_where_that_is_refused() -> None:
    async with asking(stream_options=False) as (ai, provider):
        assert [part async for part in provider.chat(HI)]
    assert "stream_options" not in ai.requests[0].body


@pytest.mark.parametrize(
    ("refuses", "left"),
    [
        (["temperature"], EVERY - {"temperature"}),
        ({"m*": ["temperature", "top_p"]}, {"presence_penalty", "frequency_penalty"}),
        ({"m": [], "m*": ["temperature"]}, EVERY),
        ({"other": ["temperature"]}, EVERY),
    ],
)
async def test_what_a_model_refuses_is_not_sent(refuses: object, left: set[str]) -> None:
    async with asking(refuses=refuses) as (ai, provider):
        assert [part async for part in provider.chat(TOLD)]
    assert set(ai.requests[0].body) & EVERY == left


async def test_not_even_the_output_cap_is_sent_where_it_is_refused() -> None:
    async with asking(refuses=["max_tokens", "stream_options"]) as (ai, provider):
        assert [part async for part in provider.chat(HI)]
    assert set(ai.requests[0].body) == {"model", "messages", "stream"}


def refuses(body: object, status: int = 400) -> Answer:
    """Refuse with this body."""

    async def answer(wire: Wire) -> None:
        await wire.start(status, JSON)
        await wire.send(json.dumps(body).encode())
        await wire.end()

    return answer


def unknown(name: str, code: str | None = "unsupported_parameter") -> Answer:
    """Refuse a parameter, in OpenAI's words."""
    told = f"Unsupported parameter: '{name}' is not supported with this model."
    return refuses({"error": {"message": told, "type": "invalid_request_error", "param": name, "code": code}})


async def test_a_refused_parameter_is_left_out_at_once_and_ever_after() -> None:
    refusals = (unknown("temperature", None), unknown("top_p"))
    async with asking(*refusals, says("Hello"), says("Hello"), says("Hello")) as (ai, provider):
        for request in (TOLD, TOLD, ChatRequest("other", HI.turns, 50, TOLD.style)):
            parts = [part async for part in provider.chat(request)]
            assert parts[0] == Text("Hello")
    sent = [set(request.body) & EVERY for request in ai.requests]
    kept = EVERY - {"temperature", "top_p"}
    assert sent == [EVERY, EVERY - {"temperature"}, kept, kept, EVERY]


@pytest.mark.parametrize(
    ("stated", "other"),
    [("max_tokens", "max_completion_tokens"), ("max_completion_tokens", "max_tokens")],
)
async def test_an_output_cap_by_the_wrong_name_is_sent_by_the_other(stated: str, other: str) -> None:
    async with asking(unknown(stated), says("a"), says("b"), max_tokens_field=stated) as (ai, provider):
        assert [part async for part in provider.chat(HI)]
        assert [part async for part in provider.chat(HI)]
    caps = [[name for name in request.body if name.startswith("max_")] for request in ai.requests]
    assert caps == [[stated], [other], [other]]


@pytest.mark.parametrize(
    "told",
    [
        {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs"}]},
        {"message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]}},
    ],
)
async def test_a_field_that_is_not_permitted_is_left_out_too(told: object) -> None:
    async with asking(refuses(told, 422), says("a")) as (ai, provider):
        assert [part async for part in provider.chat(HI)]
    assert ["stream_options" in request.body for request in ai.requests] == [True, False]


@pytest.mark.parametrize(
    "refusal",
    [
        unknown("messages"),
        unknown("model"),
        unknown("logprobs"),
        refuses({"error": {"param": "temperature", "code": "invalid_value", "message": "Too high."}}),
        refuses({"error": {"param": "temperature", "code": None, "message": "Too high."}}),
        refuses({"error": {"message": "Unsupported parameter: 'temperature'"}}),
        refuses({"detail": "Unsupported parameter: 'temperature'"}),
        refuses("temperature"),
    ],
)
async def test_any_other_refusal_is_one(refusal: Answer) -> None:
    async with asking(refusal) as (ai, provider):
        with pytest.raises(ProviderRefused):
            assert [part async for part in provider.chat(TOLD)]
    assert len(ai.requests) == 1


async def test_an_output_cap_that_is_refused_by_both_names_is_a_refusal() -> None:
    async with asking(unknown("max_tokens"), unknown("max_completion_tokens")) as (ai, provider):
        with pytest.raises(ProviderRefused):
            assert [part async for part in provider.chat(HI)]
    assert len(ai.requests) == 2


async def test_an_account_that_is_refused_is_not_asked_again() -> None:
    told = {"error": {"param": "temperature", "code": "unsupported_parameter", "type": "insufficient_quota"}}
    async with asking(refuses(told, 429)) as (ai, provider):
        with pytest.raises(KeyRefused):
            assert [part async for part in provider.chat(TOLD)]
    assert len(ai.requests) == 1


async def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    refusal = {
        "error": {"param": "temperature", "code": "unsupported_parameter", "type": "invalid_request_error"}
    }
    async with asking(sends(delta(content="a"), event(refusal))) as (ai, provider):
        with pytest.raises(ProviderRefused):
            assert [part async for part in provider.chat(TOLD)]
    assert len(ai.requests) == 1


async def test_a_refusal_inside_an_answer_teaches_as_well() -> None:
    refusal = {
        "error": {"param": "temperature", "code": "unsupported_parameter", "type": "invalid_request_error"}
    }
    async with asking(sends(event(refusal)), says("a")) as (ai, provider):
        parts = [part async for part in provider.complete(CompletionRequest("m", "Once", 9, TOLD.style))]
    assert [type(part) for part in parts] == [Text, End]
    assert ["temperature" in request.body for request in ai.requests] == [True, False]


TREES = st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(("error", "param", "code", "message", "detail", "loc", "type")), inner
        )
    ),
)


@given(TREES | st.text())
def test_no_refusal_breaks_the_reading(told: object) -> None:
    assert isinstance(unsupported(told if isinstance(told, str) else json.dumps(told)), str)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_tokens_field", 7),
        ("max_tokens_field", {"m": 7}),
        ("max_tokens_field", ""),
        ("stream_options", "no"),
        ("stream_options", 0),
        ("refuses", "temperature"),
        ("refuses", {"m": "temperature"}),
        ("refuses", [1]),
        ("needs", {"m": "painting"}),
        ("needs", "image"),
        ("model_lists", []),
        ("model_lists", "models"),
        ("check_path", ""),
        ("picture_path", 7),
        ("picture_fields", {"colour": "c"}),
        ("picture_fields", {"size": ["width"]}),
        ("picture_fields", ["n"]),
        ("picture_extra", "b64_json"),
    ],
)
def test_an_option_of_the_wrong_form_is_told_by_its_name(option: str, value: object) -> None:
    (sentence,) = wrong({option: value})
    assert sentence.startswith(f"{option} must be ")
    assert sentence.endswith(".")


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_that_is_built_in_is_of_the_right_form(name: str) -> None:
    assert list(wrong(DIALECTS[name])) == []
    assert set(DIALECTS[name]) <= OPTIONS
    assert BUILT_IN[name].options == DIALECTS[name]


def test_the_purposes_of_a_model_are_the_needs_that_there_are() -> None:
    assert set(get_args(Purpose)) == {"", *Need}


@pytest.mark.parametrize("account", [one for one in BUILT_IN.values() if one.kind == "openai"])
def test_what_a_built_in_account_paints_with_is_known_to_paint(account: Any) -> None:
    if account.image_model:
        (paints,) = (facts for facts in account.models if facts.name == account.image_model)
        assert paints.takes == frozenset(Dialect(account.options).picture_fields)
