"""What an account listed is known at the next start."""

from decimal import Decimal

from bot.messages import ModelFacts, Need, Price
from bot.ports import Store
from bot.records import Listed
from tests.contracts.conftest import Open
from tests.contracts.talk import AT, LATER

LARGE = ModelFacts(
    "house/maker/large",
    frozenset({Need.CHAT, Need.VISION}),
    1_050_000,
    Price(Decimal("0.0000001"), Decimal("4E-7"), Decimal("0.04")),
    "Large, the 1st “🦜”",
    frozenset({"temperature", "top_p"}),
)
BRUSH = ModelFacts("house/", frozenset({Need.IMAGE}), takes=frozenset(), largest=2048)


async def test_a_list_is_kept_as_it_was_with_where_it_came_from_and_when(reopen: Open) -> None:
    store = await reopen()
    await store.keep_models("house", "openai http://a", [LARGE, BRUSH], at=AT)
    await store.keep_models("other", "fal http://b", [], at=LATER)

    assert await (await reopen()).kept_models() == {
        "house": Listed("openai http://a", (LARGE, BRUSH), AT),
        "other": Listed("fal http://b", (), LATER),
    }


async def test_an_account_has_one_list_the_last(store: Store) -> None:
    await store.keep_models("house", "openai http://a", [LARGE, BRUSH], at=AT)
    await store.keep_models("house", "tgi http://b", [BRUSH], at=LATER)

    assert await store.kept_models() == {"house": Listed("tgi http://b", (BRUSH,), LATER)}


async def test_nothing_is_kept_before_anything_was_listed(store: Store) -> None:
    assert await store.kept_models() == {}
