"""An account with Text Generation Inference: what its table may state, what its server says of itself."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError, KeyRefused, ProviderDown, ProviderError, ProviderGarbled
from bot.messages import ChatRequest, Fit, ModelFacts, Need, Picture, Turn
from bot.settings import Account, load
from bot.settings.kinds import KINDS, usual
from bot.settings.options.tgi import wrong
from tests.wire.answers import Answer as Scripted
from tests.wire.answers import fails, page
from tests.wire.tgi import INFO, asking, whole, writes, writes_all
from tests.wire.tgi_spec import check

BOX = "picture_box must be a number of pixels up to 4096, or two of them: [width, height]."


async def facts(*answers: Scripted, model: str = "", **options: Any) -> ModelFacts:
    async with asking(*answers, model=model, **options) as (_, provider):
        (found,) = await provider.models()
        return found


async def test_the_server_says_which_model_it_runs() -> None:
    found = await facts(writes_all(INFO))
    assert (found.id, found.title) == ("llava/llava-hf/llava-v1.6-34b-hf", "llava-hf/llava-v1.6-34b-hf")
    assert found.context_length == 4095
    assert found.needs == {Need.CHAT, Need.VISION}
    assert found.takes == frozenset({"temperature", "top_p", "frequency_penalty"})
    assert found.price is None


async def test_the_operator_s_name_for_the_model_holds() -> None:
    assert (await facts(writes_all(INFO), model="llava-next")).id == "llava/llava-next"


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_that_says_nothing_has_its_template_s_usual_model(status: int) -> None:
    found = await facts(fails(status), template="phi3")
    assert (found.id, found.context_length, found.needs) == ("llava/phi-3", 4096, frozenset({Need.CHAT}))
    assert (await facts(fails(status), template="phi3", model="mine")).id == "llava/mine"


@pytest.mark.parametrize(
    ("told", "length", "sees"),
    [
        ({"model_id": "m", "max_input_length": 1024, "max_total_tokens": 2048}, 1024, False),
        ({"model_id": "m", "max_total_tokens": 2048, "model_pipeline_tag": "image-text-to-text"}, 2048, True),
        ({}, 8192, False),
    ],
)
async def test_facts_are_what_the_server_says(told: dict[str, Any], length: int, sees: bool) -> None:
    found = await facts(writes_all(told), template="llama3")
    assert (found.context_length, found.sees) == (length, sees)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (fails(401), KeyRefused),
        (fails(500), ProviderDown),
        (page(), ProviderGarbled),
        (writes_all([7]), ProviderGarbled),
        (writes_all({"model_id": 7}), ProviderGarbled),
    ],
)
async def test_a_list_that_fails_is_an_error(answer: Scripted, raised: type[ProviderError]) -> None:
    with pytest.raises(raised):
        await facts(answer)


async def test_a_check_has_one_token_written_with_the_key() -> None:
    async with asking(writes_all(whole("!", "length"))) as (ai, provider):
        await provider.check()
    assert ai.requests[0].path == "/v1/generate"
    assert ai.requests[0].body["parameters"]["max_new_tokens"] == 1
    check("GenerateRequest", ai.requests[0].body)


@pytest.mark.parametrize(
    ("answer", "raised"),
    [(fails(401), KeyRefused), (page(), ProviderGarbled), (writes_all({"status": "ok"}), ProviderGarbled)],
)
async def test_a_check_fails_when_the_key_or_the_server_is_none(
    answer: Scripted, raised: type[ProviderError]
) -> None:
    async with asking(answer) as (_, provider):
        with pytest.raises(raised):
            await provider.check()


@pytest.mark.parametrize(
    ("options", "fit"),
    [
        ({}, Fit((200, 200), 50)),
        ({"picture_box": 336, "picture_quality": 80}, Fit((336, 336), 80)),
        ({"picture_box": [640, 480]}, Fit((640, 480), 50)),
    ],
)
async def test_pictures_are_to_be_made_as_small_as_the_operator_says(
    options: dict[str, Any], fit: Fit
) -> None:
    async with asking(**options) as (_, provider):
        assert provider.fit == fit


async def test_of_many_pictures_as_many_are_sent_as_the_operator_says() -> None:
    turns = tuple(Turn("user", "?", (Picture(b"jpeg", "image/jpeg"),)) for _ in range(9))
    async with asking(writes("a"), pictures=2) as (ai, provider):
        assert [part async for part in provider.chat(ChatRequest("m", turns, 5))]
    assert ai.requests[0].body["inputs"].count("![](data:") == 2


async def test_an_account_without_a_known_template_is_refused_by_name() -> None:
    with pytest.raises(ConfigError, match=r"^\[providers.llava\] template must be one of chatml, phi3"):
        async with asking(template="vicuna"):
            pass


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "template must be one of chatml, phi3, llama3, mistral."),
        ({"template": "phi"}, "template must be one of chatml, phi3, llama3, mistral. Did you mean phi3?"),
        ({"template": 3}, "template must be one of chatml, phi3, llama3, mistral."),
        ({"stream": "no"}, "stream must be true or false."),
        *(({"picture_box": box}, BOX) for box in (0, 5000, "200", True, [200], [200, 0], [1, 2, 3])),
        *(
            ({"picture_quality": n}, "picture_quality must be a whole number from 1 to 95.")
            for n in (0, 96, 0.5)
        ),
        *(({"pictures": n}, "pictures must be a whole number from 0 to 100.") for n in (-1, 101, False)),
    ],
)
def test_an_option_with_a_wrong_value_is_told(options: dict[str, object], sentence: str) -> None:
    told = options if not options else {"template": "chatml", **options}
    assert list(wrong(told)) == [sentence]


def test_every_option_may_be_stated() -> None:
    boxes = {"picture_box": [336, 200], "picture_quality": 95, "pictures": 0}
    options = {"template": "chatml", "stream": False, **boxes}
    assert set(options) == KINDS["tgi"].options
    assert list(wrong(options)) == []


def test_start_up_names_the_account_whose_option_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "parley.toml"
    table = '[providers.llava]\nkind = "tgi"\nbase_url = "http://localhost:1/llava"\n'
    file.write_text(f'{table}template = "vicuna"\n')
    with pytest.raises(ConfigError) as caught:
        load({}, config=file)
    assert list(caught.value.problems) == [
        "[providers.llava] template must be one of chatml, phi3, llama3, mistral."
    ]


@pytest.mark.parametrize(
    ("template", "model", "sees"),
    [("chatml", "llava-next", True), ("phi3", "phi-3", False), ("llama3", "llama-3", False)],
)
def test_before_the_server_is_asked_its_template_says_what_it_can_do(
    template: str, model: str, sees: bool
) -> None:
    found = usual(Account("lab", "tgi", "http://localhost", options={"template": template}))
    assert (found.id, found.sees) == (f"lab/{model}", sees)
