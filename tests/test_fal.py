"""fal through Hugging Face's router: what is asked, and pictures that are fetched before they are gone."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import (
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
)
from bot.http import Http
from bot.messages import Drawn, DrawRequest, End, EndReason, PictureOptions
from bot.providers.fal import Fal
from bot.settings import Account, Deadlines
from tests.wire.answers import CLOSE, JSON, RESET, Answer, Gate, hangs, page, resets, sends
from tests.wire.door import KEY
from tests.wire.fal import SEED, answers, fails, paints, shows
from tests.wire.imagine import paints as picture
from tests.wire.imagine import png, refuses
from tests.wire.server import AiServer, serving

MODEL = "fal-ai/sana/sprint"
CAT = DrawRequest(MODEL, "a SECRET cat")
INLINE = f"data:image/png;base64,{b64encode(png()).decode()}"


@asynccontextmanager
async def asking(*answers: Answer, **options: Any) -> AsyncIterator[tuple[AiServer, Fal]]:
    async with serving() as ai, aclosing(Http(ai.url, key=KEY, deadlines=Deadlines(whole=5))) as http:
        ai.will(*answers)
        yield ai, Fal(http, Account("hf", "fal", ai.url, SecretStr(KEY), options=options))


async def drawn(provider: Fal, request: DrawRequest = CAT) -> list[Drawn | End]:
    async with aclosing(provider.draw(request)) as parts:
        return [part async for part in parts]


def shown(parts: list[Drawn | End]) -> list[bytes]:
    return [part.picture.data for part in parts if isinstance(part, Drawn)]


async def test_a_picture_is_fetched_at_once_and_comes_with_its_seed() -> None:
    async with asking() as (ai, provider):
        ai.will(paints(f"{ai.url}/files/x.png"), picture())
        painted, end = await drawn(provider)

    assert isinstance(painted, Drawn)
    assert (painted.picture.data, painted.picture.media_type, painted.seed) == (png(), "image/png", SEED)
    assert end == End()
    asked, fetched = ai.requests
    assert (asked.method, asked.path, asked.body) == ("POST", f"/v1/{MODEL}", {"prompt": CAT.prompt})
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert asked.headers["content-type"] == "application/json"
    assert (fetched.method, fetched.path) == ("GET", "/v1/files/x.png")


@pytest.mark.parametrize(
    "model", ["fal-ai/sana/sprint", "hidream-i1-fast", "fal-ai/flux-pro/v1.1-ultra", "xai/a_b"]
)
async def test_a_model_is_asked_under_its_whole_id(model: str) -> None:
    async with asking(paints(INLINE)) as (ai, provider):
        await drawn(provider, DrawRequest(model, "a cat"))
    assert ai.requests[0].path == f"/v1/{model}"


@pytest.mark.parametrize(
    "model",
    [
        "",
        "..",
        "../../other",
        "a/../../b",
        "a/./b",
        "/etc",
        "a//b",
        "a/",
        "a?key=1",
        "a#b",
        "a%2e",
        "a b",
        "ä",
    ],
)
async def test_what_is_no_id_leads_nowhere(model: str) -> None:
    async with asking() as (ai, provider):
        with pytest.raises(ProviderRefused) as caught:
            await drawn(provider, DrawRequest(model, "a cat"))
        assert ai.requests == []
    assert type(caught.value) is ProviderRefused
    assert caught.value.status == 404


async def test_what_was_chosen_goes_by_fals_names() -> None:
    options = PictureOptions(3, (768, 512), 8, 3.5, 0, "dogs")
    async with asking(paints(INLINE, INLINE, INLINE)) as (ai, provider):
        assert len(shown(await drawn(provider, DrawRequest(MODEL, "a cat", options)))) == 3
    assert ai.requests[0].body == {
        "prompt": "a cat",
        "num_images": 3,
        "image_size": {"width": 768, "height": 512},
        "num_inference_steps": 8,
        "guidance_scale": 3.5,
        "seed": 0,
        "negative_prompt": "dogs",
    }


async def test_parameters_of_the_account_are_passed_on() -> None:
    """For all models, above them those for this one in the file's order, and above all what was chosen."""
    parameters = {
        "enable_safety_checker": True,
        "num_inference_steps": 2,
        "loras": [{"path": "a/b", "scale": 0.5}],
        "fal-ai/sana/*": {"num_inference_steps": 4, "style_name": "Photographic", "seed": 7},
        MODEL: {"style_name": "Anime", "image_size": "square_hd"},
        "fal-ai/flux/*": {"acceleration": "high"},
    }
    async with asking(paints(INLINE), parameters=parameters) as (ai, provider):
        await drawn(provider, DrawRequest(MODEL, "a cat", PictureOptions(seed=9)))
    assert ai.requests[0].body == {
        "prompt": "a cat",
        "enable_safety_checker": True,
        "num_inference_steps": 4,
        "loras": [{"path": "a/b", "scale": 0.5}],
        "style_name": "Anime",
        "image_size": "square_hd",
        "seed": 9,
    }


async def test_several_pictures_are_fetched_together_and_keep_their_order() -> None:
    """The first one comes only after the others were fetched."""
    gate = Gate()

    async def last(wire: Any) -> None:
        await picture(png(3))(wire)
        gate.open()

    async with asking() as (ai, provider):
        files = shows({"1.png": hangs(gate, picture(png(1))), "2.png": picture(png(2)), "3.png": last})
        links = [f"{ai.url}/files/{number}.png" for number in (1, 2, 3)]
        ai.will(paints(*links), files, files, files)
        parts = await drawn(provider)
    assert shown(parts) == [png(1), png(2), png(3)]


async def test_more_pictures_than_anybody_asks_for_are_left() -> None:
    async with asking(paints(*[INLINE] * 11)) as (_, provider):
        assert len(shown(await drawn(provider))) == 10


async def test_a_link_elsewhere_never_sees_the_key_and_none_leads_inside() -> None:
    """A picture on another port of this machine is as foreign as any, and this machine is no public place."""
    async with serving() as other, asking() as (ai, provider):
        for link in (
            f"{other.url}/x.png",
            "http://169.254.169.254/latest",
            "file:///etc/passwd",
            "//[::1]/x",
        ):
            ai.will(paints(link))
            with pytest.raises(ProviderGarbled):
                await drawn(provider)
        assert other.requests == []


@pytest.mark.parametrize(
    "link",
    [
        "data:",
        "data:image/png;base64",
        "data:image/png,hello",
        "data:image/png;base64,not base64!",
        "data:image/png;base64,AAAA",
        INLINE.replace(",", ",!"),
        "data:image/png;base64,ÄÄÄÄ",
        "data:text/html;base64,PGgxPg==",
    ],
)
async def test_a_link_that_holds_no_picture_is_garbled(link: str) -> None:
    async with asking(paints(link)) as (_, provider):
        with pytest.raises(ProviderGarbled):
            await drawn(provider)


@pytest.mark.parametrize(
    "body",
    [
        {"seed": 1},
        {"images": []},
        {"images": None},
        {"images": "https://fal.media/x.png"},
        {"images": {"url": "https://fal.media/x.png"}},
        {"images": ["https://fal.media/x.png"]},
        {"images": [{}]},
        {"images": [{"url": ""}]},
        {"images": [{"url": None}]},
        {"images": [{"url": 7}]},
        {"status": "IN_QUEUE", "request_id": "SECRET"},
        {"detail": "SECRET"},
        {"error": "SECRET"},
        [],
        "SECRET",
        None,
    ],
)
async def test_an_answer_without_pictures_is_garbled(body: Any) -> None:
    async with asking(answers(body)) as (_, provider):
        with pytest.raises(ProviderGarbled) as caught:
            await drawn(provider)
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (page(404), ProviderGarbled),
        (page(200), ProviderGarbled),
        (refuses(403, "Expired"), ProviderGarbled),
        (refuses(401, "Expired"), ProviderGarbled),
        (picture(b""), ProviderGarbled),
        (picture(png() + b"x" * 10 * 1024 * 1024), ProviderGarbled),
        (sends(png(), headers={"Content-Encoding": "gzip"}), ProviderGarbled),
        (refuses(500), ProviderDown),
        (sends(png()[:20], CLOSE, headers={}), ProviderDown),
    ],
)
async def test_a_picture_that_is_gone_is_an_error(answer: Answer, kind: type[ProviderError]) -> None:
    async with asking() as (ai, provider):
        ai.will(paints(f"{ai.url}/files/SECRET.png"), answer)
        with pytest.raises(ProviderError) as caught:
            await drawn(provider)
    assert type(caught.value) is kind
    assert "SECRET" not in str(caught.value)


async def test_pictures_before_one_that_is_gone_are_not_lost() -> None:
    parts: list[Drawn | End] = []
    async with asking() as (ai, provider):
        ai.will(paints(INLINE, f"{ai.url}/files/x.png"), page(404))
        stream = provider.draw(CAT)
        parts.append(await anext(stream))
        with pytest.raises(ProviderGarbled):
            await anext(stream)
    assert shown(parts) == [png()]


@pytest.mark.parametrize(
    ("flags", "left", "reason"),
    [
        ([True, True], 0, EndReason.REFUSAL),
        ([True, False], 1, EndReason.REFUSAL),
        ([False, False], 2, EndReason.STOP),
        ([False], 2, EndReason.STOP),
        ([None, "no"], 2, EndReason.STOP),
        ([], 2, EndReason.STOP),
        (None, 2, EndReason.STOP),
    ],
)
async def test_a_picture_that_may_not_be_shown_is_not_fetched(
    flags: Any, left: int, reason: EndReason
) -> None:
    async with asking() as (ai, provider):
        link = f"{ai.url}/files/x.png"
        ai.will(paints(link, link, has_nsfw_concepts=flags), picture(), picture())
        *pictures, end = await drawn(provider)
        assert len(ai.requests) == 1 + left
    assert len(pictures) == left
    assert end == End(reason)


@pytest.mark.parametrize(
    ("seed", "told"),
    [(0, 0), (2**70, 2**70), (None, None), ("7", None), (1.5, None), (True, None), ([], None)],
)
async def test_a_seed_is_a_whole_number_or_none(seed: Any, told: int | None) -> None:
    async with asking(paints(INLINE, seed=seed)) as (_, provider):
        painted, _ = await drawn(provider)
    assert isinstance(painted, Drawn)
    assert painted.seed == told


INVALID = {
    "detail": [{"loc": ["body", "image_size"], "msg": "SECRET", "type": "value_error", "input": "SECRET"}]
}
POLICY = {"detail": [{"loc": ["body", "prompt"], "msg": "SECRET", "type": "content_policy_violation"}]}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (fails(401, {"error": "Invalid username or password. SECRET"}), KeyRefused),
        (fails(402, {"error": "You have exceeded your monthly included credits. SECRET"}), KeyRefused),
        (fails(403, {"detail": "User is locked. SECRET"}), ProviderRefused),
        (fails(404, {"detail": "Application 'SECRET' not found"}), ProviderRefused),
        (fails(400, {"error": "Model not supported by provider fal-ai. SECRET"}), ProviderRefused),
        (fails(422, INVALID), ProviderRefused),
        (fails(422, POLICY), ProviderRefused),
        (fails(429, {"detail": "SECRET"}, **{"Retry-After": "3"}), ProviderBusy),
        (fails(500, {"detail": "SECRET"}), ProviderDown),
        (fails(503, {"error": "SECRET"}), ProviderBusy),
        (fails(504, {"detail": f"SECRET {KEY}"}), ProviderDown),
        (page(502), ProviderDown),
        (page(200), ProviderGarbled),
        (resets(), ProviderDown),
        (sends(b'{"images": [', RESET, headers=JSON), ProviderDown),
        (sends(b'{"images": [', headers=JSON), ProviderGarbled),
    ],
)
async def test_an_error_of_the_model_or_the_router_has_a_name(
    answer: Answer, kind: type[ProviderError]
) -> None:
    async with asking(answer) as (_, provider):
        with pytest.raises(ProviderError) as caught:
            await drawn(provider)

    assert type(caught.value) is kind
    told = f"{caught.value} {caught.value.reply}"
    assert "SECRET" not in told
    assert KEY not in told + caught.value.said
