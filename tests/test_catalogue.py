"""What is offered: what the accounts list and the operator lets through, and what is assumed of the rest."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.messages import ModelFacts, Need
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings, load
from bot.settings.kinds import KINDS
from bot.settings.values import OFFLINE
from tests.test_breaker import StillClock
from tests.test_choice import Lister, ids, refusal

LISTED = [ModelFacts(f"house/{name}") for name in ("Maker/Large-1", "maker/small-1", "other/large", "own")]
HOUSE = Account("house", "openai", default_model="own", allow=("MAKER/large-*", "other/?arge"))


def routes(
    *accounts: Account, lists: dict[str, Sequence[ModelFacts]] | None = None, **settings: object
) -> Routes:
    listers = {name: Lister(models) for name, models in (lists or {}).items()}
    found = Settings(accounts={account.name: account for account in (*accounts, OFFLINE)}, **settings)  # type: ignore[arg-type]  # its own fields
    return Routes(found, lambda name: listers.get(name, object()), StillClock())


def of(house: Routes, account: str = "house") -> list[str]:
    return [model.name for model in house.models() if model.account == account]


async def test_only_what_the_operator_allows_is_offered_whatever_its_capitals() -> None:
    house = routes(HOUSE, lists={"house": LISTED})
    await house.refresh()

    assert of(house) == ["own", "Maker/Large-1", "other/large"]


async def test_what_is_not_allowed_cannot_be_chosen_before_or_after_it_was_listed() -> None:
    house = routes(HOUSE, lists={"house": LISTED})
    for _ in range(2):
        told = "`house/maker/small-1` is not allowed here; `/model list` shows what is."
        assert refusal(house, Need.CHAT, "house/maker/small-1") == told
        assert (
            refusal(house, Need.CHAT, "small-1")
            == "There is no model `small-1` here. `/model list` shows what there is."
        )
        assert house.gone("house/maker/small-1", Need.CHAT)
        assert ids(house.candidates(Need.CHAT, room="house/maker/small-1")) == ["house/own"]
        await house.refresh()


async def test_what_the_operator_names_needs_no_pattern() -> None:
    house = routes(
        replace(HOUSE, image_model="brush"),
        lists={"house": LISTED},
        routes={Need.CHAT: ("house/maker/small-1", "house/own")},
    )
    await house.refresh()

    assert of(house) == ["maker/small-1", "own", "brush", "Maker/Large-1", "other/large"]
    assert ids(house.candidates(Need.IMAGE)) == ["house/brush"]


def test_a_table_of_facts_allows_nothing() -> None:
    house = routes(HOUSE, models={"house/maker/small-1": ModelEntry(vision=True)})

    assert of(house) == ["own"]


@pytest.mark.parametrize("kind", [name for name, kind in KINDS.items() if kind.single])
async def test_a_service_of_one_model_answers_to_any_name_also_when_it_has_told_its_own(kind: str) -> None:
    need = next(iter(KINDS[kind].usual.needs))
    single = routes(Account("one", kind), lists={"one": [ModelFacts("one/real", KINDS[kind].usual.needs)]})
    await single.refresh()

    assert ids(single.candidates(need, "one/whatever"))[0] == "one/whatever"
    assert refusal(single, need, "one/").startswith("There is no model")


def test_what_is_unheard_of_takes_what_is_usual_for_its_service(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = replace(KINDS["imagine"].usual, takes=frozenset({"seed"}), largest=512)
    monkeypatch.setitem(KINDS, "imagine", replace(KINDS["imagine"], usual=usual))
    flux = routes(Account("flux", "imagine"), models={"flux/set": ModelEntry(takes=frozenset(), largest=64)})

    for chosen in ("", "flux/other"):
        model = flux.candidates(Need.IMAGE, chosen)[0]
        assert (set(model.needs), set(model.takes or ()), model.largest) == ({Need.IMAGE}, {"seed"}, 512)
    stated = flux.candidates(Need.IMAGE, "flux/set")[0]
    assert (stated.takes, stated.largest) == (frozenset(), 64)


async def test_a_service_that_chooses_by_itself_need_not_be_told_which_model() -> None:
    free = routes(Account("g4f", "g4f"), lists={"g4f": [ModelFacts("g4f/gpt-4o")]})
    for _ in range(2):
        assert ids(free.candidates(Need.CHAT)) == ["g4f/"]
        assert ids(free.candidates(Need.CHAT, "g4f/")) == ["g4f/"]
        assert free.candidates(Need.CHAT, "g4f/")[0].name == ""
        await free.refresh()
    assert of(free, "g4f") == ["", "gpt-4o"]

    set_up = routes(Account("g4f", "g4f", default_model="gpt-4o"))
    assert ids(set_up.candidates(Need.CHAT)) == ["g4f/gpt-4o"]
    assert ids(set_up.candidates(Need.CHAT, "g4f/")) == ["g4f/", "g4f/gpt-4o"]
    routed = routes(Account("g4f", "g4f"), routes={Need.CHAT: ("g4f/", "offline/parrot")})
    assert ids(routed.candidates(Need.CHAT)) == ["g4f/", "offline/parrot"]


def test_a_service_that_may_choose_any_model_is_out_where_only_some_are_allowed() -> None:
    some = Account("g4f", "g4f", allow=("gpt-*",))

    assert ids(routes(some).candidates(Need.CHAT)) == ["offline/parrot"]
    assert refusal(routes(some), Need.CHAT, "g4f/").startswith("`g4f/` is not allowed here")
    listed = routes(some, routes={Need.CHAT: ("g4f/",)})
    assert ids(listed.candidates(Need.CHAT)) == ["g4f/"]


def test_other_services_have_no_model_without_a_name() -> None:
    stated = {"house/": ModelEntry(vision=True)}
    told = refusal(routes(replace(HOUSE, allow=()), models=stated), Need.CHAT, "house/")

    assert told.startswith("There is no model `house/` here.")


async def test_a_list_without_a_model_says_nothing() -> None:
    empty = routes(replace(HOUSE, allow=()), lists={"house": []})
    await empty.refresh()

    assert ids(empty.candidates(Need.CHAT, "house/any")) == ["house/any", "house/own"]


def test_a_known_services_own_model_answers_only_where_it_is_allowed(tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text('[providers.openrouter]\nallow = ["anthropic/*"]\n')
    settings = load({"OPENROUTER_API_KEY": "k"}, config=config)

    assert settings.accounts["openrouter"].default_model == ""
    answers, *_ = (note for note in settings.notes if "allow" in note)
    assert answers.startswith("[providers.openrouter] allow leaves out openai/")
    assert answers.endswith("so nothing of it is used unasked: set default_model.")
    assert ids(Routes(settings, lambda _: object(), StillClock()).candidates(Need.CHAT)) == ["offline/parrot"]
