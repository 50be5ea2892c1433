"""fal's models: which are offered, whether the key is taken, and what an operator may write of them."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError, KeyRefused, ProviderDown, ProviderError, ProviderGarbled, ProviderRefused
from bot.messages import ModelFacts, Need
from bot.providers.fal import Fal
from bot.settings import Account, load
from tests.test_fal import INVALID, MODEL, asking
from tests.wire.door import KEY
from tests.wire.fal import answers, fails, item
from tests.wire.server import serving

TAKES = frozenset({"count", "size", "seed"})


async def test_models_that_are_gone_or_make_no_pictures_are_not_offered() -> None:
    async with asking(models_url="models") as (ai, provider):
        ai.models = {
            "items": [
                item(),
                item("fal-ai/sana/sprint", title="Sana Sprint", tags=None, group=None),
                item("old", deprecated=True),
                item("secret", hidden=True),
                item("own", private=True),
                item("gone", removed=True),
                item("film", category="text-to-video"),
                item("lora", kind="training"),
                item("nothing", category=None),
                {"id": "bare", "category": "text-to-image"},
                {"title": "no id", "category": "text-to-image"},
                {"id": 7, "category": "text-to-image"},
                item(""),
                "no table",
                None,
            ]
        }
        models = await provider.models()

    image = frozenset({Need.IMAGE})
    assert models == (
        ModelFacts("hf/fal-ai/imagen4/preview", image, title="Imagen 4", takes=TAKES),
        ModelFacts("hf/fal-ai/sana/sprint", image, title="Sana Sprint", takes=TAKES),
        ModelFacts("hf/bare", image, takes=TAKES),
    )


@pytest.mark.parametrize(
    ("query", "second"), [("", "?page=2"), ("?categories=text-to-image", "?categories=text-to-image&page=2")]
)
async def test_a_list_in_pages_is_read_to_its_end(query: str, second: str) -> None:
    pages = [answers({"items": [item(name)], "page": 1, "pages": 2}) for name in ("a", "b")]
    async with asking(*pages, models_url=f"list{query}") as (ai, provider):
        models = await provider.models()

    assert [facts.id for facts in models] == ["hf/a", "hf/b"]
    assert [request.path for request in ai.requests] == [f"/v1/list{query}", f"/v1/list{second}"]


@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": {}}, [], None, {"detail": "SECRET"}])
async def test_a_list_in_another_form_is_garbled(body: Any) -> None:
    async with asking(answers(body), models_url="list") as (_, provider):
        with pytest.raises(ProviderGarbled) as caught:
            await provider.models()
    assert "SECRET" not in str(caught.value)


async def test_a_list_elsewhere_is_asked_for_without_the_key() -> None:
    async with serving() as other, asking(models_url=f"{other.url}/models") as (ai, provider):
        with pytest.raises(ProviderGarbled):  # this machine is no public place
            await provider.models()
        assert ai.requests == other.requests == []


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ({}, "fal-ai/flux/schnell"),
        ({"default_model": MODEL}, MODEL),
        ({"default_model": "a", "image_model": MODEL}, MODEL),
    ],
)
async def test_a_key_is_taken_when_only_the_prompt_is_missing(named: dict[str, Any], path: str) -> None:
    async with asking(fails(422, INVALID)) as (ai, provider):
        await Fal(provider._http, Account("hf", "fal", ai.url, **named)).check()
    assert [(request.path, request.body) for request in ai.requests] == [(f"/v1/{path}", {})]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, KeyRefused),
        (402, KeyRefused),
        (403, ProviderRefused),
        (404, ProviderRefused),
        (500, ProviderDown),
    ],
)
async def test_a_check_fails_with_what_stands_in_the_way(status: int, kind: type[ProviderError]) -> None:
    async with asking(fails(status, {"error": "no"})) as (_, provider):
        with pytest.raises(kind):
            await provider.check()


def test_one_key_turns_on_the_router_for_words_and_for_pictures() -> None:
    settings = load({"HF_TOKEN": KEY})

    assert list(settings.accounts) == ["huggingface", "fal", "offline"]
    fal = settings.accounts["fal"]
    assert (fal.kind, fal.base_url) == ("fal", "https://router.huggingface.co/fal-ai")
    assert (fal.default_model, fal.image_model) == ("", "fal-ai/flux/schnell")
    assert fal.key is not None
    assert fal.key.get_secret_value() == KEY
    assert "HF_TOKEN" not in " ".join(settings.missing)


def test_a_key_that_two_services_share_is_named_once() -> None:
    assert " ".join(load({}).missing).count("HF_TOKEN") == 1


TABLE = """
[providers.hf]
kind = "fal"
base_url = "https://router.huggingface.co/fal-ai"
"""


def test_an_operator_writes_parameters_as_tables(tmp_path: Path) -> None:
    file = tmp_path / "parley.toml"
    file.write_text(
        f"""{TABLE}
        [providers.hf.parameters]
        enable_safety_checker = true
        image_size = {{ width = 512, height = 512 }}
        [providers.hf.parameters."fal-ai/sana/sprint"]
        guidance_scale = 4.5
        """
    )
    assert load({}, config=file).accounts["hf"].options["parameters"] == {
        "enable_safety_checker": True,
        "image_size": {"width": 512, "height": 512},
        "fal-ai/sana/sprint": {"guidance_scale": 4.5},
    }


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ("parameters = 7", "parameters must be a table"),
        ('[providers.hf.parameters]\n"fal-ai/flux/dev" = 7', 'parameters."fal-ai/flux/dev" must be a table'),
        ('[providers.hf.parameters]\nprompt = "x"', "parameters must not have a prompt"),
        ('[providers.hf.parameters."a/b"]\nprompt = "x"', "parameters must not have a prompt"),
        ("[providers.hf.parameters]\nday = 2026-01-01", "parameters must be text"),
        ("[providers.hf.parameters]\nscale = [nan]", "parameters must be text"),
        ('[providers.hf.parameters."a/b"]\nscale = {a = inf}', "parameters must be text"),
        ("models_url = 7", "models_url must"),
        ('models_url = ""', "models_url must"),
        ('models_url = "ftp://fal.ai/models"', "models_url must"),
        ("parameter = {}", "parameter is not known. Did you mean parameters?"),
    ],
)
def test_what_cannot_be_passed_on_is_told_at_start(tmp_path: Path, lines: str, word: str) -> None:
    file = tmp_path / "parley.toml"
    file.write_text(TABLE + lines)
    with pytest.raises(ConfigError) as caught:
        load({}, config=file)
    assert f"[providers.hf] {word}" in str(caught.value)
