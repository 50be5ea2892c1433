"""The chosen model comes first, then the route; who cannot do what is needed does not come at all."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.errors import ProviderDown, UnknownModel
from bot.messages import ModelFacts, Need, Price
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings
from bot.settings.values import OFFLINE
from tests.test_breaker import StillClock

ALPHA, BETA = Account("alpha", "openai", default_model="a1"), Account("beta", "openai", default_model="b1")
BOTH = Settings(
    accounts={account.name: account for account in (ALPHA, BETA, OFFLINE)},
    models={"beta/b1": ModelEntry(vision=True, context_length=9000)},
)


class Lister:
    def __init__(self, models: Sequence[ModelFacts] | None) -> None:
        self._models = models

    async def models(self) -> Sequence[ModelFacts]:
        if self._models is None:
            raise ProviderDown
        return self._models


def routes(settings: Settings, lists: dict[str, Lister] | None = None) -> Routes:
    return Routes(settings, lambda account: (lists or {}).get(account, object()), StillClock())


def ids(models: Sequence[ModelFacts]) -> list[str]:
    return [model.id for model in models]


def refusal(of: Routes, need: Need, chosen: str) -> str:
    with pytest.raises(UnknownModel) as caught:
        of.candidates(need, chosen)
    return caught.value.reply


def test_without_any_account_the_offline_models_stand_in() -> None:
    alone = routes(Settings())

    assert ids(alone.candidates(Need.CHAT)) == ["offline/parrot"]
    assert ids(alone.candidates(Need.VISION)) == ["offline/parrot"]
    assert ids(alone.candidates(Need.IMAGE)) == ["offline/painter"]
    assert ids(alone.candidates(Need.EMBEDDING)) == ["offline/magpie"]
    assert alone.candidates(Need.CHAT)[0].price == Price()


def test_the_default_models_stand_in_for_one_another_and_for_pictures_those_that_see() -> None:
    both = routes(BOTH)

    assert ids(both.candidates(Need.CHAT)) == ["alpha/a1", "beta/b1"]
    assert ids(both.candidates(Need.VISION)) == ["beta/b1"]
    assert ids(both.candidates(Need.IMAGE)) == ["offline/painter"]


def test_the_operators_route_holds_as_it_is_written() -> None:
    listed = routes(replace(BOTH, routes={Need.CHAT: ("beta/x", "alpha/y"), Need.VISION: ("alpha/eyes",)}))

    assert ids(listed.candidates(Need.CHAT)) == ["beta/x", "alpha/y"]
    assert listed.candidates(Need.VISION)[0].sees


def test_the_chosen_model_comes_first_and_once() -> None:
    assert ids(routes(BOTH).candidates(Need.CHAT, "beta/b1")) == ["beta/b1", "alpha/a1"]
    assert ids(routes(BOTH).candidates(Need.CHAT, "B1")) == ["beta/b1", "alpha/a1"]
    assert ids(routes(BOTH).candidates(Need.CHAT, " beta/new ")) == ["beta/new", "alpha/a1", "beta/b1"]


def test_a_chosen_model_that_does_not_see_gives_way_to_one_that_does() -> None:
    assert ids(routes(BOTH).candidates(Need.VISION, "alpha/a1")) == ["beta/b1"]
    assert ids(routes(BOTH).candidates(Need.VISION, "offline/parrot")) == ["offline/parrot", "beta/b1"]


def test_a_rooms_model_comes_first_until_somebody_chooses_another() -> None:
    assert ids(routes(BOTH).candidates(Need.CHAT, room="beta/b1")) == ["beta/b1", "alpha/a1"]
    assert ids(routes(BOTH).candidates(Need.CHAT, "alpha/x", "beta/b1")) == ["alpha/x", "alpha/a1", "beta/b1"]
    assert not routes(BOTH).gone("beta/b1", Need.CHAT)


async def test_a_rooms_model_that_vanished_gives_way_to_the_route_and_is_said_to_be_gone() -> None:
    listed = routes(BOTH, {"alpha": Lister([ModelFacts("alpha/a1"), ModelFacts("alpha/new")])})
    assert not listed.gone("alpha/old", Need.CHAT)
    await listed.refresh()

    assert ids(listed.candidates(Need.CHAT, room="alpha/old")) == ["alpha/a1", "beta/b1"]
    assert refusal(listed, Need.CHAT, "alpha/old").startswith("There is no model `alpha/old` here.")
    for gone in ("alpha/old", "closed/m", "nonsense", "offline/painter"):
        assert listed.gone(gone, Need.CHAT), gone
        assert ids(listed.candidates(Need.CHAT, room=gone)) == ["alpha/a1", "beta/b1"]
    for there in ("alpha/new", "beta/unheard", "offline/parrot", ""):
        assert not listed.gone(there, Need.CHAT), there


def test_a_rooms_model_that_does_not_see_is_not_gone() -> None:
    assert ids(routes(BOTH).candidates(Need.VISION, room="alpha/a1")) == ["beta/b1"]
    assert not routes(BOTH).gone("alpha/a1", Need.VISION)


def test_when_nothing_sees_the_person_is_told() -> None:
    assert refusal(routes(replace(BOTH, models={})), Need.VISION, "alpha/a1") == (
        "No model that is set up here can see pictures."
    )
    assert refusal(routes(BOTH), Need.SPEECH, "") == "No model that is set up here can speak."


async def test_a_name_without_an_account_has_to_be_unambiguous() -> None:
    shared = {
        "alpha": Lister([ModelFacts("alpha/maker/same")]),
        "beta": Lister([ModelFacts("beta/maker/same")]),
    }
    listed = routes(BOTH, shared)
    await listed.refresh()

    assert refusal(listed, Need.CHAT, "same") == (
        "Several accounts offer that model. Say which: `alpha/maker/same`, `beta/maker/same`."
    )


async def test_an_unknown_model_is_answered_with_near_ones_and_nothing_that_breaks_out() -> None:
    listed = routes(BOTH, {"alpha": Lister([ModelFacts("alpha/llama-large")])})
    assert ids(listed.candidates(Need.CHAT, "alpha/lama-large"))[0] == "alpha/lama-large"
    await listed.refresh()

    assert refusal(listed, Need.CHAT, "alpha/lama-large") == (
        "There is no model `alpha/lama-large` here. Did you mean `alpha/llama-large`?"
    )
    told = f"There is no model `@x {'y' * 57}` here. `/model list` shows what there is."
    assert refusal(listed, Need.CHAT, "`\n@x` " + "y" * 500) == told


async def test_the_tag_that_ollama_appends_need_not_be_typed() -> None:
    listed = routes(BOTH, {"alpha": Lister([ModelFacts("alpha/llama:latest"), ModelFacts("alpha/llama:3b")])})
    await listed.refresh()

    for typed in ("llama", "alpha/llama", "Llama:latest"):
        assert ids(listed.candidates(Need.CHAT, typed))[0] == "alpha/llama:latest"
    assert refusal(listed, Need.CHAT, "alpha/llama:7b").startswith("There is no model")


def test_a_model_that_cannot_do_it_is_refused() -> None:
    assert refusal(routes(BOTH), Need.CHAT, "offline/painter") == "`offline/painter` cannot talk."
    assert refusal(routes(BOTH), Need.IMAGE, "offline/parrot") == "`offline/parrot` cannot make pictures."


async def test_what_an_account_lists_is_completed_by_the_operator_and_survives_a_failure() -> None:
    price = Price(Decimal("0.1"), Decimal("0.2"))
    lists = {"beta": Lister([ModelFacts("beta/b1", price=price), ModelFacts("beta/z", context_length=5)])}
    listed = routes(BOTH, {**lists, "alpha": Lister(None)})
    await listed.refresh()

    facts = {model.id: model for model in listed.models()}
    assert facts["beta/b1"] == ModelFacts("beta/b1", frozenset({Need.CHAT, Need.VISION}), 9000, price)
    assert facts["beta/z"].context_length == 5
    assert list(facts)[:2] == ["alpha/a1", "beta/b1"]


async def test_a_free_account_has_no_priced_models() -> None:
    free = replace(ALPHA, free=True)
    listed = routes(
        replace(BOTH, accounts={"alpha": free}),
        {"alpha": Lister([ModelFacts("alpha/z", price=Price(Decimal(1)))])},
    )
    await listed.refresh()

    assert {model.price for model in listed.models() if model.account == "alpha"} == {Price()}
