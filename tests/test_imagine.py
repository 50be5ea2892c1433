"""Flux and SDXL-Lightning: what is asked, what every answer means, and one server standing in for another."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.accounts import Accounts
from bot.errors import (
    ConfigError,
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.http import Http
from bot.messages import Drawn, DrawRequest, End, ModelFacts, Need, Part, PictureOptions
from bot.providers.imagine import Imagine
from bot.routes import Routes
from bot.settings import Account, Deadlines, Settings, load
from tests.test_breaker import StillClock
from tests.wire.answers import CLOSE, RESET, Answer, hangs, page, resets, sends
from tests.wire.door import KEY
from tests.wire.imagine import paints, png, refuses
from tests.wire.server import AiServer, serving

CAT = DrawRequest("flux", "a SECRET cat")
SHORT = Deadlines(whole=0.15)
FLUX = {"prompt": "a SECRET cat", "img_size": 1024, "guidance_scale": 0, "num_inference_steps": 4}
LIGHTNING = {**FLUX, "guidance_scale": 7.5, "num_inference_steps": 50}


@asynccontextmanager
async def asking(
    *answers: Answer, name: str = "lab", deadlines: Deadlines | None = None, **options: Any
) -> AsyncIterator[tuple[AiServer, Imagine]]:
    async with serving() as ai, aclosing(Http(ai.url, key=KEY, deadlines=deadlines)) as http:
        ai.will(*answers)
        yield ai, Imagine(http, Account(name, "imagine", ai.url, SecretStr(KEY), options=options))


async def drawn(provider: Imagine, request: DrawRequest = CAT) -> list[Drawn | End]:
    async with aclosing(provider.draw(request)) as parts:
        return [part async for part in parts]


async def test_the_body_of_a_200_is_the_picture() -> None:
    async with asking(paints()) as (ai, provider):
        picture, end = await drawn(provider)

    assert isinstance(picture, Drawn)
    assert (picture.picture.data, picture.picture.media_type, picture.seed) == (png(), "image/png", None)
    assert end == End()
    (request,) = ai.requests
    assert (request.method, request.path) == ("POST", "/v1/imagine/generate")
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"
    assert request.body == FLUX


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
async def test_a_picture_is_what_its_first_bytes_say(data: bytes, media_type: str) -> None:
    async with asking(paints(data, "application/octet-stream")) as (_, provider):
        picture, _ = await drawn(provider)
    assert isinstance(picture, Drawn)
    assert picture.picture.media_type == media_type


@pytest.mark.parametrize(
    ("name", "model", "expected"),
    [
        ("lab", "flux", FLUX),
        ("lab", "anything", FLUX),
        ("lab", "sdxl-lightning", LIGHTNING),
        ("lab", "SDXL", LIGHTNING),
        ("sdxl", "default", LIGHTNING),
        ("flux-1", "default", FLUX),
    ],
)
async def test_each_model_is_asked_with_its_own_defaults(
    name: str, model: str, expected: dict[str, Any]
) -> None:
    async with asking(paints(), name=name) as (ai, provider):
        await drawn(provider, DrawRequest(model, CAT.prompt))
    assert ai.requests[0].body == expected


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        ({"guidance_scale": 3.5}, {"guidance_scale": 3.5}),
        ({"num_inference_steps": 8, "img_size": 512}, {"num_inference_steps": 8, "img_size": 512}),
        ({"guidance_scale": {"flux": 2.0, "*": 1.0}}, {"guidance_scale": 2.0}),
        ({"img_size": {"fl*": 768}}, {"img_size": 768}),
        ({"img_size": {"sdxl": 768}}, {}),
    ],
)
async def test_the_account_may_state_other_defaults(options: dict[str, Any], changed: dict[str, Any]) -> None:
    async with asking(paints(), **options) as (ai, provider):
        await drawn(provider)
    assert ai.requests[0].body == {**FLUX, **changed}


async def test_what_was_chosen_for_a_picture_goes_above_all_defaults() -> None:
    options = PictureOptions(size=(512, 768), steps=1, guidance=0.0)
    async with asking(paints(), guidance_scale=7.0, num_inference_steps=9, img_size=256) as (ai, provider):
        await drawn(provider, DrawRequest("sdxl", CAT.prompt, options))
    assert ai.requests[0].body == {**FLUX, "img_size": 768, "num_inference_steps": 1}


async def test_several_pictures_are_asked_for_one_after_another() -> None:
    async with asking(paints(png(1)), paints(png(2)), paints(png(3))) as (ai, provider):
        *pictures, end = await drawn(provider, DrawRequest("flux", CAT.prompt, PictureOptions(count=3)))

    assert [part.picture.data for part in pictures if isinstance(part, Drawn)] == [png(1), png(2), png(3)]
    assert end == End()
    assert [request.body for request in ai.requests] == [FLUX] * 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refuses(401, "SECRET"), KeyRefused),
        (refuses(402, "SECRET"), KeyRefused),
        (refuses(400, f"SECRET {KEY}"), ProviderRefused),
        (refuses(404, {"detail": "SECRET"}), ProviderRefused),
        (refuses(422, {"detail": [{"loc": ["body"], "msg": "SECRET"}]}), ProviderRefused),
        (refuses(429, "SECRET", **{"Retry-After": "7"}), ProviderBusy),
        (refuses(500, "CUDA out of memory. SECRET"), ProviderDown),
        (refuses(503, "SECRET"), ProviderBusy),
        (page(502), ProviderDown),
        (page(200), ProviderGarbled),
        (paints(b"The model is loading. SECRET"), ProviderGarbled),
        (paints(b'{"error": "SECRET"}'), ProviderGarbled),
        (paints(b"<svg onload=alert(1)>SECRET"), ProviderGarbled),
        (paints(b"BM SECRET", "image/png"), ProviderGarbled),
        (paints(b"RIFF\x24\x00\x00\x00WAVEfmt "), ProviderGarbled),
        (paints(b""), ProviderGarbled),
        (paints(png() + b"x" * 10 * 1024 * 1024), ProviderGarbled),
        (sends(png(), headers={"Content-Encoding": "gzip"}), ProviderGarbled),
        (sends(png()[:30], CLOSE, headers={}), ProviderDown),
        (sends(png()[:30], RESET, headers={}), ProviderDown),
        (resets(), ProviderDown),
    ],
)
async def test_what_is_no_picture_is_an_error_that_repeats_nothing(
    answer: Answer, kind: type[ProviderError]
) -> None:
    async with asking(answer) as (_, provider):
        with pytest.raises(ProviderError) as caught:
            await drawn(provider)

    assert type(caught.value) is kind
    shown = f"{caught.value} {caught.value.reply}"
    assert "SECRET" not in shown
    assert KEY not in shown + caught.value.said


async def test_a_painter_that_hangs_is_given_up() -> None:
    async with asking(hangs(), deadlines=SHORT) as (_, provider):
        with pytest.raises(ProviderTimeout):
            await drawn(provider)


async def test_the_text_of_an_error_is_kept_apart() -> None:
    async with asking(refuses(500, "CUDA out of memory")) as (_, provider):
        with pytest.raises(ProviderDown) as caught:
            await drawn(provider)
    assert caught.value.said == "CUDA out of memory"
    assert str(caught.value) == "500"


@pytest.mark.parametrize("status", [400, 422, 200])
async def test_a_key_is_taken_when_only_the_prompt_is_missing(status: int) -> None:
    async with asking(paints() if status == 200 else refuses(status)) as (ai, provider):
        await provider.check()
    assert [(request.path, request.body) for request in ai.requests] == [("/v1/imagine/generate", {})]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, KeyRefused),
        (403, ProviderRefused),
        (404, ProviderRefused),
        (405, ProviderRefused),
        (500, ProviderDown),
    ],
)
async def test_a_check_fails_with_what_stands_in_the_way(status: int, kind: type[ProviderError]) -> None:
    async with asking(refuses(status)) as (_, provider):
        with pytest.raises(kind):
            await provider.check()


@pytest.mark.parametrize(
    ("named", "model"),
    [({}, "lab/default"), ({"default_model": "flux"}, "lab/flux"), ({"image_model": "sdxl"}, "lab/sdxl")],
)
async def test_the_one_model_is_listed_without_asking(named: dict[str, str], model: str) -> None:
    takes = frozenset({"count", "size", "steps", "guidance"})
    async with asking() as (ai, _), aclosing(Http(ai.url)) as http:
        account = Account("lab", "imagine", ai.url, **named)  # type: ignore[arg-type]  # strings, all of them
        (facts,) = await Imagine(http, account).models()
        assert ai.requests == []
    assert facts == ModelFacts(model, frozenset({Need.IMAGE}), takes=takes, largest=2048)


class Counting:
    """A meter that keeps which models were asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def begin(self, model: ModelFacts) -> None:
        self.asked.append(model.id)

    def first(self) -> None:
        """Nothing is measured."""

    def ended(self, outcome: str, usage: object) -> None:
        self.asked[-1] += f" {outcome}"


@asynccontextmanager
async def two_servers() -> AsyncIterator[tuple[AiServer, AiServer, Routes]]:
    """Both Flux servers in one route, each with its token."""
    async with serving() as one, serving() as two:
        accounts = {
            name: Account(name, "imagine", ai.url, SecretStr(f"token-of-{name}"))
            for name, ai in (("flux-1", one), ("flux-2", two))
        }
        settings = Settings(accounts=accounts, routes={Need.IMAGE: ("flux-1/flux", "flux-2/flux")})
        async with Accounts(settings) as providers:
            yield one, two, Routes(settings, providers.provider, StillClock(), jitter=lambda: 0.0)


async def routed(routes: Routes, meter: Counting) -> list[Part]:
    def call(model: ModelFacts) -> Any:
        return routes.draws(model).draw(DrawRequest(model.name, "a cat"))

    async with aclosing(routes.stream(routes.candidates(Need.IMAGE), call, meter)) as parts:
        return [part async for part in parts]


@pytest.mark.parametrize(
    ("answer", "outcome", "times"),
    [
        (refuses(500), "down", 3),
        (refuses(503), "busy", 3),
        (refuses(401), "refused", 1),
        (page(200), "garbled", 1),
        (paints(b"The model is loading."), "garbled", 1),
        (sends(png()[:30], RESET, headers={}), "down", 3),
    ],
)
async def test_the_second_server_serves_when_the_first_does_not(
    answer: Answer, outcome: str, times: int
) -> None:
    meter = Counting()
    async with two_servers() as (one, two, routes):
        one.always = answer
        two.will(paints(png(9)))
        *pictures, end = await routed(routes, meter)

    assert [part.picture.data for part in pictures if isinstance(part, Drawn)] == [png(9)]
    assert end == End()
    assert [asked.split()[0] for asked in meter.asked] == ["flux-1/flux"] * times + ["flux-2/flux"]
    assert meter.asked[-1] == "flux-2/flux ok"
    assert {request.headers["authorization"] for request in one.requests} == {"Bearer token-of-flux-1"}
    assert [request.headers["authorization"] for request in two.requests] == ["Bearer token-of-flux-2"]


async def test_the_first_server_serves_alone_while_it_does() -> None:
    async with two_servers() as (one, two, routes):
        one.will(paints())
        assert len(await routed(routes, Counting())) == 2
    assert (len(one.requests), len(two.requests)) == (1, 0)


TABLE = """
[providers.flux]
kind = "imagine"
base_url = "http://127.0.0.1:9/flux"
{}
"""


def test_an_operator_states_numbers_or_tables_of_numbers(tmp_path: Path) -> None:
    file = tmp_path / "parley.toml"
    file.write_text(TABLE.format('guidance_scale = { "sdxl*" = 7.5, "*" = 0 }\nnum_inference_steps = 8'))
    options = load({}, config=file).accounts["flux"].options

    assert options == {"guidance_scale": {"sdxl*": 7.5, "*": 0}, "num_inference_steps": 8}
    assert isinstance(options["guidance_scale"]["sdxl*"], float)  # type: ignore[index]  # it is a table


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("guidance_scale = -1", "guidance_scale must"),
        ('guidance_scale = "high"', "guidance_scale must"),
        ("num_inference_steps = 0", "num_inference_steps must"),
        ("num_inference_steps = 4.5", "num_inference_steps must"),
        ("img_size = true", "img_size must"),
        ("img_size = { flux = 100000 }", "img_size must"),
        ("img_size = {}", "img_size must"),
        ("guidance_scale = nan", "guidance_scale must"),
        ("steps = 4", "steps is not known"),
    ],
)
def test_a_value_that_no_server_takes_is_told_at_start(tmp_path: Path, line: str, word: str) -> None:
    file = tmp_path / "parley.toml"
    file.write_text(TABLE.format(line))
    with pytest.raises(ConfigError) as caught:
        load({}, config=file)
    assert f"[providers.flux] {word}" in str(caught.value)
