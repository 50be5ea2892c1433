"""Texts placed and judged by services that speak OpenAI's dialect."""

import struct
from base64 import b64encode
from typing import Any

import pytest

from bot.errors import KeyRefused, ProviderBusy, ProviderError, ProviderGarbled, ProviderRefused
from bot.messages import Embedded, Picture, TextsRequest, Usage, Verdict
from tests.wire.answers import Answer, fails, page
from tests.wire.openai import asking, gives
from tests.wire.spec import check_request

TWO = ("a parrot", "a dog")


def vector(place: int | None, *numbers: float) -> dict[str, Any]:
    return {"object": "embedding", "index": place, "embedding": list(numbers)}


async def embedded(answer: Answer, *texts: str) -> Embedded:
    async with asking(answer) as (_, provider):
        return await provider.embed(TextsRequest("m", texts or TWO))


async def judged(answer: Answer, *texts: str) -> list[Verdict]:
    async with asking(answer) as (_, provider):
        return list(await provider.moderate(TextsRequest("m", texts or TWO)))


async def test_vectors_come_in_the_order_of_the_texts() -> None:
    answer = {
        "object": "list",
        "data": [vector(1, 0.5, -1), vector(0, 0.25, 2)],
        "model": "m",
        "usage": {"prompt_tokens": 4, "total_tokens": 4},
    }
    assert await embedded(gives(answer)) == Embedded(((0.25, 2.0), (0.5, -1.0)), Usage(4, 0))


async def test_vectors_without_a_place_come_as_they_are() -> None:
    answer = {"data": [vector(None, 1), vector(None, 2)]}
    assert await embedded(gives(answer)) == Embedded(((1.0,), (2.0,)))


async def test_only_a_model_that_knows_how_is_asked_for_short_vectors() -> None:
    answer = gives({"data": [vector(0, 1)]})
    async with asking(answer, answer, answer) as (ai, provider):
        for model in ("openai/text-embedding-3-small", "text-embedding-ada-002", "nomic-embed-text"):
            await provider.embed(TextsRequest(model, TWO[:1], 384))
    asked = [request.body for request in ai.requests]

    assert [body.get("dimensions") for body in asked] == [384, None, None]
    check_request("/v1/embeddings", asked[0])


async def test_vectors_in_base64_are_read() -> None:
    packed = b64encode(struct.pack("<3f", 0.5, -2, 1e-3)).decode()
    found = await embedded(gives({"data": [{"index": 0, "embedding": packed}]}), "a parrot")
    assert found.vectors[0] == pytest.approx((0.5, -2.0, 1e-3))


async def test_what_is_asked_is_what_the_service_publishes() -> None:
    vectors = gives({"data": [vector(0, 1), vector(1, 2)]})
    verdicts = gives({"results": [{"flagged": False, "category_scores": {}}] * 2})
    async with asking(vectors, verdicts, verdicts) as (ai, provider):
        await provider.embed(TextsRequest("m", TWO))
        await provider.moderate(TextsRequest("m", TWO))
        await provider.moderate(TextsRequest("", TWO))
    assert [request.path for request in ai.requests] == ["/v1/embeddings", *["/v1/moderations"] * 2]
    assert [request.body for request in ai.requests[1:]] == [
        {"model": "m", "input": ["a parrot", "a dog"]},
        {"input": ["a parrot", "a dog"]},
    ]
    for request in ai.requests:
        check_request(request.path, request.body)


async def test_each_picture_is_judged_by_itself() -> None:
    bad = gives({"results": [{"flagged": True, "category_scores": {"violence": 0.9}}]})
    async with asking(bad, bad) as (ai, provider):
        pictures = (Picture(b"one"), Picture(b"two", "image/jpeg"))
        verdicts = await provider.moderate(TextsRequest("m", (), pictures=pictures))
    assert verdicts == [Verdict(flagged=True, scores={"violence": 0.9})] * 2
    first, second = (request.body["input"] for request in ai.requests)
    assert first == [{"type": "image_url", "image_url": {"url": "data:image/png;base64,b25l"}}]
    assert second[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")
    for request in ai.requests:
        check_request(request.path, request.body)


async def test_nothing_is_asked_about_no_text() -> None:
    async with asking() as (ai, provider):
        assert await provider.embed(TextsRequest("m", ())) == Embedded(())
        assert list(await provider.moderate(TextsRequest("m", ()))) == []
    assert ai.requests == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"data": None},
        {"data": []},
        {"data": [vector(0, 1)]},
        {"data": [vector(0, 1), vector(0, 2)]},
        {"data": [vector(0, 1), vector(2, 2)]},
        {"data": [vector(0, 1), vector(1, 2), vector(2, 3)]},
        {"data": [vector(0, 1), vector(1, 2, 3)]},
        {"data": [vector(0), vector(1)]},
        {"data": [vector(0, 1), {"index": 1}]},
        {"data": [vector(0, 1), {"index": 1, "embedding": ["x"]}]},
        {"data": [vector(0, 1), {"index": 1, "embedding": "no base64!"}]},
        {"data": [vector(0, 1), {"index": 1, "embedding": "AAA="}]},
        {"data": [vector(0, 1), {"index": 1, "embedding": "AADAfw=="}]},  # no number
    ],
)  # fmt: skip
async def test_anything_but_a_vector_for_each_text_is_garbled(body: object) -> None:
    with pytest.raises(ProviderGarbled):
        await embedded(gives(body))


async def test_every_text_has_its_verdict() -> None:
    answer = {
        "id": "modr-1",
        "model": "omni-moderation-latest",
        "results": [
            {"flagged": True, "categories": {"hate": True}, "category_scores": {"hate": 0.9, "sexual": 0}},
            {"flagged": False, "category_scores": {"hate": 0.1, "sexual": None}},
        ],
    }
    assert await judged(gives(answer)) == [
        Verdict(True, {"hate": 0.9, "sexual": 0.0}),
        Verdict(False, {"hate": 0.1}),
    ]


@pytest.mark.parametrize("flagged", [True, False])
async def test_where_nobody_flags_a_category_does(flagged: bool) -> None:
    result = {"categories": {"hate": flagged, "pii": None}, "category_scores": {"hate": 0.5}}
    assert [one.flagged for one in await judged(gives({"results": [result]}), "x")] == [flagged]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"results": None},
        {"results": []},
        {"results": [{"flagged": False, "category_scores": {}}]},
        {"results": [{"flagged": False}] * 2},
        {"results": [{"flagged": "no", "category_scores": {}}] * 2},
        {"results": [{"flagged": False, "category_scores": {"hate": "much"}}] * 2},
        "fine",
    ],
)
async def test_anything_but_a_verdict_on_each_text_is_garbled(body: object) -> None:
    with pytest.raises(ProviderGarbled):
        await judged(gives(body))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (gives({"error": {"code": 429}}), ProviderBusy),
        (fails(401), KeyRefused),
        (fails(404), ProviderRefused),
        (page(), ProviderGarbled),
    ],
)
async def test_what_goes_wrong_has_a_name(answer: Answer, kind: type[ProviderError]) -> None:
    for call in (embedded, judged):
        with pytest.raises(ProviderError) as caught:
            await call(answer)
        assert type(caught.value) is kind
