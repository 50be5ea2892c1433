"""Pictures from services that speak OpenAI's dialect: what is asked, and whatever comes back."""

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.http.pictures import from_base64
from bot.messages import Drawn, DrawRequest, End, EndReason, Picture, PictureOptions, Usage
from bot.providers.openai.pictures import pictures_from_wire
from bot.settings.dialects import DIALECTS
from tests.wire.answers import Answer, fails, page, sends
from tests.wire.bodies import bodies
from tests.wire.openai import asking, gives
from tests.wire.server import serving
from tests.wire.spec import check_request

PNG = b"\x89PNG\r\n\x1a\n..."
B64 = {"b64_json": b64encode(PNG).decode()}
ONE = DrawRequest("m", "a parrot")
MANY = DrawRequest("m", "a parrot", PictureOptions(3, (1024, 768), 20, 3.5, 7, "dogs"))


async def drawn(*answers: Answer, request: DrawRequest = ONE, **options: object) -> list[Drawn | End]:
    async with asking(*answers, **options) as (_, provider):
        return [part async for part in provider.draw(request)]


async def asked(request: DrawRequest, **options: object) -> tuple[str, Any]:
    """The path and the body of a request for pictures."""
    async with asking(gives({"data": [B64]}), **options) as (ai, provider):
        assert [part async for part in provider.draw(request)]
    return ai.requests[0].path, ai.requests[0].body


async def test_a_picture_in_base64_is_drawn() -> None:
    usage = {"input_tokens": 50, "output_tokens": 40, "total_tokens": 90, "input_tokens_details": {}}
    parts = await drawn(gives({"created": 1, "data": [B64, {**B64, "url": None}], "usage": usage}))
    assert parts == [Drawn(Picture(PNG)), End(EndReason.STOP, Usage(50, 40))]


async def test_as_many_as_were_asked_for_come_with_their_seed() -> None:
    parts = await drawn(gives({"data": [B64] * 4}), request=MANY)
    assert parts == [Drawn(Picture(PNG), 7)] * 3 + [End()]


async def test_usage_is_read_as_it_is_counted_for_text_too() -> None:
    usage = {"prompt_tokens": 0, "completion_tokens": 4175, "total_tokens": 4175, "cost": 0.04}
    assert (await drawn(gives({"data": [B64], "usage": usage})))[-1] == End(usage=Usage(0, 4175))


async def test_a_picture_at_an_address_of_the_service_is_fetched_at_once() -> None:
    async with asking() as (ai, provider):
        ai.will(gives({"data": [{"url": ai.url.replace("/v1", "/files/a.png?s=1")}]}), sends(PNG))
        assert [part async for part in provider.draw(ONE)] == [Drawn(Picture(PNG)), End()]
    assert [request.path for request in ai.requests] == ["/v1/images/generations", "/files/a.png?s=1"]


async def test_an_address_elsewhere_is_asked_like_any_from_outside() -> None:
    async with serving() as inside:
        for url in (f"{inside.url}/a.png", "http://169.254.169.254/a.png", "file:///etc/passwd"):
            with pytest.raises(ProviderGarbled):
                await drawn(gives({"data": [{"url": url}]}))
        assert inside.requests == []


@pytest.mark.parametrize("field", ["b64_json", "url"])
async def test_an_address_that_holds_the_picture_needs_no_fetching(field: str) -> None:
    parts = await drawn(gives({"data": [{field: f"data:image/png;base64,{B64['b64_json']}"}]}))
    assert parts[0] == Drawn(Picture(PNG))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": None},
        {"data": []},
        {"data": {}},
        {"data": "x"},
        {"data": ["x"]},
        {"data": [{}]},
        {"data": [{"url": ""}]},
        {"data": [{"url": None, "b64_json": None}]},
        {"data": [{"url": 7}]},
        {"data": [{"b64_json": "no base64!"}]},
        {"data": [{"b64_json": "data:image/png;base64,"}]},
        {"data": [{"url": "data:image/png,%89PNG"}]},
        {"data": [B64], "usage": "some"},
        [],
        "data",
        None,
    ],
)
async def test_an_answer_without_a_picture_is_garbled(body: object) -> None:
    with pytest.raises(ProviderGarbled) as caught:
        await drawn(gives(body))
    assert "base64!" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(400), ProviderRefused),
        (gives({"error": {"code": "moderation_blocked", "message": "No."}}), ProviderRefused),
        (gives({"error": {"code": "content_policy_violation", "type": "x"}}), ProviderRefused),
        (gives({"error": {"code": 429}}), ProviderBusy),
        (gives({"error": "no"}), ProviderDown),
        (fails(403), ProviderRefused),
        (fails(401), KeyRefused),
        (fails(402), KeyRefused),
        (fails(500), ProviderDown),
        (page(), ProviderGarbled),
        (sends(b'{"data": ['), ProviderGarbled),
    ],
)  # fmt: skip
async def test_a_refusal_and_a_failure_are_told_apart(answer: Answer, kind: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as caught:
        await drawn(answer)
    assert type(caught.value) is kind


async def test_what_is_asked_is_what_the_service_publishes() -> None:
    for request in (ONE, MANY):
        check_request(*(await asked(request)))


async def test_only_what_was_chosen_is_asked_for() -> None:
    assert await asked(ONE) == ("/v1/images/generations", {"model": "m", "prompt": "a parrot"})
    _, body = await asked(MANY)
    assert body == {"model": "m", "prompt": "a parrot", "n": 3, "size": "1024x768"}


async def test_each_service_is_asked_in_its_own_words() -> None:
    said = {"model": "m", "prompt": "a parrot"}
    assert await asked(MANY, **DIALECTS["openrouter"]) == (
        "/v1/images",
        {**said, "n": 3, "size": "1024x768", "seed": 7},
    )
    assert (await asked(MANY, **DIALECTS["xai"]))[1] == {**said, "n": 3, "response_format": "b64_json"}
    sides = {"width": 1024, "height": 768}
    more = {"n": 3, "steps": 20, "guidance_scale": 3.5, "seed": 7, "negative_prompt": "dogs"}
    together = {**said, **more, "response_format": "base64"}
    assert (await asked(MANY, **DIALECTS["together"]))[1] == {**together, **sides}
    schnell = DrawRequest("black-forest-labs/FLUX.1-schnell", "a parrot", MANY.options)
    assert (await asked(schnell, **DIALECTS["together"]))[1] == {**together, "model": schnell.model}


@given(bodies("data", "url", "b64_json"))
def test_no_answer_breaks_the_reading(body: bytes) -> None:
    try:
        items, _ = pictures_from_wire(body)
        assert [from_base64(item.b64_json or item.url or "") for item in items]
    except ProviderGarbled:
        pass
