"""A picture's options: offered and accepted where the model takes them, refused with a sentence elsewhere."""

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Commands, Invocation
from bot.commands.sizes import LEAST, MOST, size
from bot.conversation import Conversation
from bot.conversation.answer.painting import SHAPES
from bot.errors import BadOption, UnknownModel
from bot.messages import Actor, Address, Person, PictureOptions
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings
from bot.settings.values import OFFLINE
from bot.tools import Toolbox
from tests.test_breaker import StillClock
from tests.web_chat import GENERAL, Rooms

ANN = Actor(Person("web:ann", "Ann"))
EVERYTHING = {"count", "size", "steps", "guidance", "seed", "negative"}
SHOPS, MUTE = (
    Account("shop", "imagine", default_model="plain"),
    Account("mute", "openai", image_model="model"),
)
SHOP = Settings(
    accounts={each.name: each for each in (SHOPS, MUTE, OFFLINE)},
    models={
        "shop/plain": ModelEntry(takes=frozenset()),
        "shop/rich": ModelEntry(takes=frozenset(EVERYTHING)),
    },
)


def shop() -> tuple[Commands, Rooms]:
    rooms = Rooms()
    routes = Routes(SHOP, lambda _: object(), StillClock())
    return Commands(cast(Conversation, rooms), routes, SHOP.limits, Toolbox(())), rooms


def offered(**options: object) -> set[str]:
    return {param.name for param in shop()[0].params("imagine", ANN, GENERAL, options)}


async def asked(**options: object) -> PictureOptions:
    """What the run is given."""
    commands, rooms = shop()
    call = Invocation(ANN, Address(GENERAL), {"prompt": "a cat", **options})
    reply = await commands.run("imagine", call)
    assert reply.run_id is not None
    return rooms.runs[reply.run_id].run.options.picture


async def refusal(**options: object) -> str:
    with pytest.raises(BadOption) as refused:
        await asked(**options)
    return refused.value.reply


@given(st.integers(LEAST, MOST), st.integers(LEAST, MOST), st.sampled_from(["x", "X", "×", " x ", "*"]))
def test_a_size_is_width_and_height_however_the_cross_is_typed(wide: int, high: int, cross: str) -> None:
    assert size(f" {wide}{cross}{high} ") == (wide, high)
    assert size(str(wide)) == (wide, wide)


@pytest.mark.parametrize("name", SHAPES)
def test_a_size_may_have_a_name(name: str) -> None:
    assert size(name.upper()) == SHAPES[name]


@given(st.text() | st.from_regex(r"-?[0-9]{1,12}[x× ]*[0-9]{0,12}", fullmatch=True))
def test_whatever_is_typed_is_a_size_within_the_bounds_or_a_sentence(typed: str) -> None:
    try:
        wide, high = size(typed)
    except BadOption as refused:
        assert refused.reply.endswith(".")  # noqa: PT017 – either is fine, any other exception is not
    else:
        assert LEAST <= min(wide, high) <= max(wide, high) <= MOST


@pytest.mark.parametrize("typed", ["63x64", "64x4097", "0", "99999999999x1", "-64x64", "big", "1x2x3", "٦٤"])
def test_a_size_that_nobody_can_paint_is_refused(typed: str) -> None:
    with pytest.raises(BadOption):
        size(typed)


def test_an_option_is_offered_where_the_chosen_model_takes_it() -> None:
    assert offered(model="shop/rich") == {"prompt", "model", *EVERYTHING}
    assert offered(model="offline/painter") == {"prompt", "model", "count", "size", "seed"}
    assert offered(model="mute/model") == {"prompt", "model"}
    assert offered(model="nobody/knows") == {"prompt", "model"}


def test_without_a_chosen_model_the_routes_first_one_decides() -> None:
    assert offered() == {"prompt", "model"}


async def test_what_was_chosen_reaches_the_run() -> None:
    chosen = await asked(
        model="shop/rich", count=4, size="640×480", steps="20", guidance="0", seed=0, negative="dogs"
    )

    assert chosen == PictureOptions(4, (640, 480), 20, 0.0, 0, "dogs")


async def test_an_option_that_the_model_does_not_take_is_refused_by_name() -> None:
    assert await refusal(model="offline/painter", steps=4) == (
        "`offline/painter` takes no steps; it takes: count, size, seed."
    )
    assert await refusal(model="offline/painter", guidance=4, negative="dogs") == (
        "`offline/painter` takes no guidance or negative; it takes: count, size, seed."
    )
    assert await refusal(seed=0) == "`shop/plain` takes no seed; it takes the prompt alone."
    assert "mute/model" in await refusal(model="mute/model", seed=1)


async def test_what_changes_nothing_is_no_reason_to_refuse() -> None:
    assert await asked(count=1, size="", negative="") == PictureOptions()


async def test_a_size_beyond_what_the_model_paints_is_refused() -> None:
    assert "2048" in await refusal(model="offline/painter", size="2049x64")


async def test_a_model_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(UnknownModel, match="nobody/x"):
        await asked(model="nobody/x", seed=1)


async def test_sizes_are_completed_by_name_and_by_number() -> None:
    async def completed(typed: str) -> list[str]:
        found = await shop()[0].complete("imagine", "size", typed, ANN, GENERAL)
        return [choice.value for choice in found]

    assert await completed("") == ["1024x1024", "768x1024", "1024x768"]
    assert await completed("land") == ["1024x768"]
    assert await completed("768") == ["768x1024", "1024x768"]
