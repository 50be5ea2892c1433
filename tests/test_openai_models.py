"""What a service lists of its models becomes facts: what it states, and no more."""

from decimal import Decimal
from typing import Any

import pytest

from bot.errors import KeyRefused, ProviderGarbled
from bot.messages import ModelFacts, Need, Price
from bot.settings.dialects import DIALECTS
from tests.wire.answers import fails
from tests.wire.openai import asking, gives

OPENROUTER = {
    "id": "openai/o3-pro",
    "name": "OpenAI: o3 Pro",
    "context_length": 200000,
    "architecture": {
        "input_modalities": ["text", "image"],
        "output_modalities": ["text"],
        "tokenizer": "GPT",
    },
    "pricing": {"prompt": "0.00002", "completion": "0.00008", "request": "0", "image": "0.0153"},
    "top_provider": {"max_completion_tokens": None},
    "per_request_limits": None,
}


async def test_a_catalogue_becomes_facts() -> None:
    async with asking() as (ai, provider):
        ai.models = [
            OPENROUTER,
            {"id": "plain", "object": "model", "created": 1, "owned_by": "me"},
            {**OPENROUTER, "id": "auto", "pricing": {"prompt": "-1", "completion": "-1"}},
            {**OPENROUTER, "id": "odd", "pricing": {"prompt": "cheap", "completion": []}},
            {**OPENROUTER, "id": "painter", "architecture": {"output_modalities": ["image"]}},
            {"id": "small", "max_context_length": 32768, "capabilities": {"vision": True, "fim": False}},
            {"id": 7},
            "nonsense",
        ]
        models = {facts.name: facts for facts in await provider.models()}
    assert list(models) == ["openai/o3-pro", "plain", "auto", "odd", "painter", "small"]
    first = models["openai/o3-pro"]
    assert (first.id, first.title, first.context_length) == ("lab/openai/o3-pro", "OpenAI: o3 Pro", 200000)
    assert first.needs == {Need.CHAT, Need.VISION}
    assert first.price == Price(Decimal("0.00002"), Decimal("0.00008"))
    assert models["plain"].needs == {Need.CHAT}
    assert models["plain"].price is None
    assert models["plain"].context_length == 8192
    assert (models["auto"].price, models["odd"].price) == (None, None)
    assert models["painter"].needs == {Need.IMAGE}
    assert models["small"].sees
    assert models["small"].context_length == 32768


@pytest.mark.parametrize("listed", [{"models": []}, {"data": None}, {"error": "no"}])
async def test_an_answer_without_a_list_is_garbled(listed: dict[str, Any]) -> None:
    async with asking() as (ai, provider):
        ai.models = listed
        with pytest.raises(ProviderGarbled):
            await provider.models()


async def listed(*entries: object, **options: object) -> dict[str, ModelFacts]:
    async with asking(**options) as (ai, provider):
        ai.models = list(entries)
        return {facts.name: facts for facts in await provider.models()}


def painting(**pricing: str) -> dict[str, Any]:
    """An entry of a model that paints."""
    return {"id": "p", "architecture": {"output_modalities": ["image"]}, "pricing": pricing}


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("gpt-6-luna", {Need.CHAT}),
        ("gpt-image-1-mini", {Need.IMAGE}),
        ("dall-e-3", {Need.IMAGE}),
        ("text-embedding-3-small", {Need.EMBEDDING}),
        ("omni-moderation-latest", {Need.MODERATION}),
        ("gpt-4o-mini-tts", {Need.SPEECH}),
        ("whisper-1", set()),
        ("gpt-realtime-mini", set()),
        ("flux-1", {Need.IMAGE}),
        ("llava", {Need.CHAT, Need.VISION}),
        ("dall-e-local", {Need.CHAT}),
    ],
)
async def test_where_a_list_has_names_only_a_table_says_what_they_are_for(
    name: str, needs: set[Need]
) -> None:
    table = {"flux-*": "image", "llava": "vision", "dall-e-local": "chat"}
    models = await listed({"id": name, "object": "model"}, needs=table)
    assert models[name].needs == needs


@pytest.mark.parametrize(
    ("stated", "needs"),
    [
        ({"architecture": {"output_modalities": ["image"]}}, {Need.IMAGE}),
        ({"architecture": {"output_modalities": ["text", "image"]}}, {Need.CHAT, Need.IMAGE}),
        ({"architecture": {"output_modalities": ["embeddings"]}}, {Need.EMBEDDING}),
        ({"architecture": {"output_modalities": ["video"]}}, set()),
        (
            {"architecture": {"input_modalities": ["text", "image"], "output_modalities": ["image"]}},
            {Need.IMAGE},
        ),
        ({"type": "image"}, {Need.IMAGE}),
        ({"type": "embedding"}, {Need.EMBEDDING}),
        ({"type": "moderation"}, {Need.MODERATION}),
        ({"type": "rerank"}, set()),
        ({"type": "base"}, {Need.CHAT}),
        ({"capabilities": {"completion_chat": False}}, set()),
        ({"capabilities": {"completion_chat": False, "moderation": True}}, {Need.MODERATION}),
        ({"capabilities": ["tool_use"]}, {Need.CHAT}),
    ],
)
async def test_what_a_list_states_of_a_model_is_what_it_is_for(
    stated: dict[str, Any], needs: set[Need]
) -> None:
    models = await listed({"id": "m", **stated})
    assert models["m"].needs == needs


async def test_an_odd_field_costs_what_is_known_of_a_model_but_not_the_model() -> None:
    models = await listed({"id": "m", "context_length": "long", "pricing": []}, {"name": "nameless"})
    assert list(models.values()) == [ModelFacts("lab/m")]


@pytest.mark.parametrize(
    ("pricing", "price"),
    [
        ({"prompt": "0", "completion": "0", "image_output": "0.00001"}, Price(completion=Decimal("0.00001"))),
        ({"prompt": "0", "completion": "0", "request": "0.04"}, Price(picture=Decimal("0.04"))),
        (
            {"prompt": "0.1", "completion": "0.2", "image": "9"},
            Price(Decimal("0.1"), Decimal("0.2")),
        ),
        ({"prompt": "0", "completion": "0", "image": "0.5"}, None),  # of a picture that is shown to it
        ({"prompt": "0", "completion": "0", "request": "-1"}, None),
        ({"prompt": "0", "completion": "0", "image_output": "much"}, None),
        ({"prompt": "NaN", "completion": "0"}, None),
        ({}, None),
    ],
)
async def test_what_a_picture_costs_is_told_only_when_it_is_known(
    pricing: dict[str, str], price: Price | None
) -> None:
    assert (await listed(painting(**pricing)))["p"].price == price


async def test_a_model_that_talks_is_free_when_its_list_says_so() -> None:
    models = await listed({"id": "m", "pricing": {"prompt": "0", "completion": "0", "request": "0.01"}})
    assert models["m"].price == Price()


async def test_a_list_says_which_parameters_a_model_takes() -> None:
    models = await listed(
        {"id": "said", "supported_parameters": ["max_tokens", "temperature", "top_p"]},
        {"id": "unsaid"},
        {"id": "o3-mini"},
        refuses={"said": ["top_p"], "o3*": ["temperature", "top_p"]},
    )
    assert models["said"].takes == frozenset({"max_tokens", "temperature"})
    assert models["unsaid"].takes is None
    assert models["o3-mini"].takes == frozenset({"presence_penalty", "frequency_penalty", "tools"})


async def test_what_paints_takes_what_the_dialect_has_a_name_for() -> None:
    models = await listed({"id": "dall-e-3"}, {"id": "p", **painting()})
    assert [facts.takes for facts in models.values()] == [frozenset({"count", "size"})] * 2
    together = await listed(
        {"id": "black-forest-labs/FLUX.1-schnell", "type": "image"},
        {"id": "black-forest-labs/FLUX.2-dev", "type": "image"},
        **DIALECTS["together"],
    )
    every = frozenset({"count", "size", "steps", "guidance", "seed", "negative"})
    assert [facts.takes for facts in together.values()] == [every - {"size"}, every]


async def test_a_second_list_says_what_a_painter_takes() -> None:
    general = {**painting(prompt="0", completion="0", request="0.04"), "name": "Painter"}
    talker = {"id": "t", "architecture": {"output_modalities": ["text"]}}
    described = {"resolution": {"type": "enum", "values": ["1K"]}, "seed": {"type": "boolean"}}
    image = {"id": "p", "architecture": {"output_modalities": ["image"]}, "supported_parameters": described}
    other = {**image, "id": "q", "supported_parameters": {"n": {"type": "range", "min": 1, "max": 4}}}
    lists = {"model_lists": ["models?output_modalities=all", "images/all"]}
    async with asking(gives({"data": [image, other]}), **{**DIALECTS["openrouter"], **lists}) as (
        ai,
        provider,
    ):
        ai.models = [general, talker]
        models = {facts.name: facts for facts in await provider.models()}
    assert [request.path for request in ai.requests] == ["/v1/models?output_modalities=all", "/v1/images/all"]
    assert list(models) == ["p", "t", "q"]
    assert (models["p"].title, models["p"].price) == ("Painter", Price(picture=Decimal("0.04")))
    assert models["p"].takes == frozenset({"size", "seed"})
    assert models["q"].takes == frozenset({"count"})
    assert models["q"].needs == {Need.IMAGE}


async def test_a_second_list_that_fails_takes_nothing_away() -> None:
    async with asking(fails(500), model_lists=["models", "more"]) as (_, provider):
        assert [facts.name for facts in await provider.models()] == ["m"]


async def test_a_key_is_checked_where_only_a_good_one_is_answered() -> None:
    async with asking(gives({"data": {"label": "sk"}}), **DIALECTS["openrouter"]) as (ai, provider):
        await provider.check()
    assert [(request.method, request.path) for request in ai.requests] == [("GET", "/v1/key")]


async def test_elsewhere_the_list_of_models_shows_whether_the_key_is_taken() -> None:
    async with asking() as (ai, provider):
        await provider.check()
    assert ai.requests[0].path == "/v1/models"


async def test_a_key_that_is_not_taken_is_told() -> None:
    async with asking(fails(401), check_path="key") as (_, provider):
        with pytest.raises(KeyRefused):
            await provider.check()
