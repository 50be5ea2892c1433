"""Models where people look at them: one line while they type, a table in a room."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.naming import CHOICES, matching
from bot.errors import BadOption
from bot.messages import ModelFacts, Need, Price
from bot.routes.shown import LONGEST_NAME, fitting, label, length, price
from bot.settings import Account, ModelEntry, Settings
from bot.settings.values import OFFLINE
from tests.rig import ANN, ROOM, Rig, rig, settings_for

LUNA = ModelFacts(
    "openai/gpt-6-luna",
    frozenset({Need.CHAT, Need.VISION}),
    1_000_000,
    Price(Decimal("0.0000001"), Decimal("0.0000004")),
    "Luna, of the sixth",
)
BRUSH = ModelFacts("house/brush", frozenset({Need.IMAGE}), price=Price(picture=Decimal("0.003")))
PLAIN = ModelFacts("house/plain", context_length=32_768, price=Price())
UNHEARD = ModelFacts("house/unheard")
ALL = (LUNA, BRUSH, PLAIN, UNHEARD)

FACTS = st.builds(
    ModelFacts,
    id=st.text(min_size=1, max_size=150).map("a/{}".format),
    needs=st.frozensets(st.sampled_from(Need)),
    context_length=st.integers(1, 10**8),
    price=st.none() | st.builds(Price, *[st.decimals(0, 1, places=9)] * 3),
)


def test_a_model_in_one_line_says_how_much_it_reads_what_it_can_and_what_it_costs() -> None:
    assert [label(model) for model in ALL] == [
        "openai/gpt-6-luna · 1M · sees · $0.10/$0.40",
        "house/brush · paints · $0.003 a picture",
        "house/plain · 33k · free",
        "house/unheard · 8k",
    ]
    assert label(replace(UNHEARD, id="g4f/")) == "g4f/ (its own choice) · 8k"


@pytest.mark.parametrize(
    ("per_million", "shown"),
    [("0.1", "$0.10"), ("0.075", "$0.075"), ("0.0375", "$0.0375"), ("0.5", "$0.50"), ("0.00012", "$0.00012"),
     ("2.5", "$2.50"), ("150", "$150.00"), ("0.999", "$0.999"), ("0", "$0")],
)  # fmt: skip
def test_prices_are_rounded_to_what_tells_them_apart(per_million: str, shown: str) -> None:
    model = replace(PLAIN, price=Price(Decimal(per_million) / 1_000_000, Decimal(1) / 1_000_000))

    assert price(model) == f"{shown}/$1.00"


def test_a_price_says_of_what() -> None:
    both = Price(Decimal("0.000005"), Decimal("0.00004"), Decimal("0.04"))

    assert [price(model) for model in (PLAIN, UNHEARD)] == ["free", "unknown"]
    assert price(replace(LUNA, price=both)) == "$5.00/$40.00, $0.04 a picture"


@pytest.mark.parametrize(
    ("tokens", "shown"),
    [(512, "512"), (8192, "8k"), (131_072, "131k"), (999_499, "999k"), (999_500, "1M"), (1_050_000, "1.05M")],
)
def test_lengths_are_said_in_thousands_and_millions(tokens: int, shown: str) -> None:
    assert length(replace(PLAIN, context_length=tokens)) == shown


def test_what_does_not_talk_has_no_length() -> None:
    assert length(BRUSH) == "–"


@given(FACTS)
def test_a_choice_is_no_longer_than_a_platform_takes(model: ModelFacts) -> None:
    for choice in matching((model,), ""):
        assert len(choice.name) <= LONGEST_NAME
        assert len(choice.value) <= LONGEST_NAME
        assert choice.value == model.id


@given(FACTS)
def test_what_was_picked_fits_the_model_it_was_picked_from(model: ModelFacts) -> None:
    assert fitting((model,), label(model)) == (model,)
    assert fitting((model,), model.id) == (model,)


def test_a_long_name_keeps_its_end() -> None:
    long = replace(LUNA, id=f"openai/{'x' * 85}-fast")

    assert label(long).startswith("…xxx")
    assert label(long).endswith("xxx-fast · 1M · sees · $0.10/$0.40")
    assert len(label(long)) == LONGEST_NAME


def test_of_a_model_that_does_everything_less_is_said_and_its_name_stays() -> None:
    able = replace(LUNA, needs=frozenset(Need), price=Price(*[Decimal("0.000000001")] * 3))

    assert label(able) == "openai/gpt-6-luna · 1M · sees, paints, compares texts, judges texts, speaks"


def test_a_name_that_is_longer_than_a_value_may_be_is_not_offered() -> None:
    assert matching((replace(PLAIN, id="a/" + "x" * 99), PLAIN), "") == matching((PLAIN,), "")


@pytest.mark.parametrize(
    ("search", "found"),
    [("", ALL), ("LUNA", (LUNA,)), ("house free", (PLAIN,)), ("sixth", (LUNA,)), ("paints", (BRUSH,)),
     ("sees gpt", (LUNA,)), ("unknown", (UNHEARD,)), ("talks house", (PLAIN, UNHEARD)), ("none", ())],
)  # fmt: skip
def test_every_word_of_a_search_has_to_fit(search: str, found: tuple[ModelFacts, ...]) -> None:
    assert fitting(ALL, search) == found


def test_the_model_whose_name_was_typed_comes_first_of_those_that_fit() -> None:
    many = tuple(ModelFacts(f"a/gpt-{number}") for number in reversed(range(2000)))

    assert [choice.value for choice in matching(many, " A/GPT-9 ")][:3] == [
        "a/gpt-9",
        "a/gpt-999",
        "a/gpt-998",
    ]
    assert len(matching(many[-100:], "")) == 100
    assert len(matching(many, "")) == CHOICES


def house(folder: Path, count: int) -> Settings:
    """A route of two, and so many others."""
    made = settings_for(folder, ("one", "two"))
    others = {f"one/m-{number:03}": ModelEntry(context_length=16_000) for number in range(count)}
    dear = {"dear/luna": ModelEntry(vision=True, price=LUNA.price)}
    accounts = {**made.accounts, "dear": Account("dear", "openai"), "offline": OFFLINE}
    return replace(made, accounts=accounts, models={**made.models, **others, **dear})


async def rows(running: Rig, search: str = "", page: int = 1) -> list[str]:
    text = (await running.command("model/list", search=search, page=page)).text
    return [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]


async def test_the_rooms_model_and_the_route_head_the_list(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two"), settings=house(tmp_path, 3)) as running:
        assert (await rows(running))[:2] == ["one/m", "two/m"]
        await running.command("model/set", model="one/m-002")
        assert (await rows(running))[:4] == ["one/m-002", "one/m", "two/m", "one/m-000"]

        text = (await running.command("model/list", search="luna")).text
        assert text.splitlines()[-1] == "| `dear/luna` | talks, sees | 8k | $0.10/$0.40 |"


async def test_a_long_list_comes_in_pages_and_can_be_searched(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two"), settings=house(tmp_path, 400)) as running:
        pages = [await rows(running, page=number) for number in range(1, 15)]
        assert [len(page) for page in pages] == [30] * 13 + [16]
        assert len({model for page in pages for model in page}) == 406
        assert "Page 1 of 14, of 406 models." in (await running.command("model/list")).text
        assert await rows(running, search="m-39 talks") == [f"one/m-39{number}" for number in range(10)]

        for search, page, told in (
            ("", 15, "There are 14 pages of models."),
            ("m-39", 2, "There is 1 page of models."),
            ("`nothing|", 1, "No model fits “nothing”."),
        ):
            with pytest.raises(BadOption) as refused:
                await rows(running, search, page)
            assert refused.value.reply == told


async def test_a_room_is_told_what_its_model_can_and_who_stands_in(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two"), settings=house(tmp_path, 0)) as running:
        assert (await running.command("model/show", ANN)).text == (
            "`one/m` answers here, as the operator set it up: it talks, sees, paints, takes 8,000 tokens, "
            "and it is free. When it fails: `two/m`."
        )
        await running.command("model/set", model="luna")
        assert (await running.command("model/show", ANN)).text == (
            "`dear/luna` answers here: it talks, sees, takes 8,192 tokens, "
            "and it costs $0.10/$0.40 (per million tokens in/out). When it fails: `one/m`, then `two/m`."
        )


async def test_a_room_is_told_that_its_model_is_gone(tmp_path: Path) -> None:
    settings = house(tmp_path, 0)
    async with rig(tmp_path, models=("one", "two"), settings=settings) as running:
        await running.command("model/set", model="dear/luna")
    accounts = {name: account for name, account in settings.accounts.items() if name != "dear"}
    closed = replace(settings, accounts=accounts)
    async with rig(tmp_path, models=("one", "two"), settings=closed) as running:
        told = (await running.command("model/show", ANN)).text
        assert told.startswith(
            "`dear/luna` was chosen here, but is not offered any more. `one/m` answers in its"
        )
        assert (await rows(running))[0] == "one/m"
        assert await running.ask("hello") != ""


async def test_what_completes_a_name_says_what_it_is(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two"), settings=house(tmp_path, 0)) as running:
        (choice,) = await running.commands.complete("chat", "model", "lun", ANN, ROOM)
        assert (choice.name, choice.value) == ("dear/luna · 8k · sees · $0.10/$0.40", "dear/luna")
        painters = await running.commands.complete("imagine", "model", "offline", ANN, ROOM)
        assert [choice.name for choice in painters] == ["offline/painter · paints · free"]
