"""A service with one model offers it once, by the name that the operator gave it."""

from bot.messages import ModelFacts, Need
from bot.routes.catalogue import Catalogue
from bot.settings import Account, Settings

FLUX = Account("flux", "imagine", "http://127.0.0.1:9")
LLAVA = Account("llava", "tgi", "http://127.0.0.1:9", options={"template": "chatml"})
SEES = frozenset({Need.CHAT, Need.VISION})


def catalogue(**settings: object) -> Catalogue:
    accounts = {account.name: account for account in (FLUX, LLAVA)}
    return Catalogue(Settings(accounts=accounts, **settings))  # type: ignore[arg-type]  # each test's own


def names(known: Catalogue) -> list[str]:
    return [facts.id for facts in known.models() if facts.account != "offline"]


def test_the_name_of_a_route_takes_the_place_of_its_own() -> None:
    known = catalogue(routes={Need.IMAGE: ("flux/schnell",), Need.VISION: ("llava/next",)})
    known.learn("llava", [ModelFacts("llava/llava-hf/llava-v1.6", SEES, 2048)])
    known.learn("flux", [ModelFacts("flux/default", frozenset({Need.IMAGE}))])

    assert sorted(names(known)) == ["flux/schnell", "llava/next"]


def test_what_the_service_says_of_its_model_holds_for_every_name() -> None:
    known = catalogue(routes={Need.CHAT: ("llava/a", "llava/b")})
    known.learn("llava", [ModelFacts("llava/llava-hf/llava-v1.6", SEES, 2048)])

    lengths = [facts.context_length for facts in map(known.get, ("llava/a", "llava/b")) if facts]
    assert lengths == [2048, 2048]


def test_without_a_name_it_is_called_what_it_calls_itself() -> None:
    known = catalogue()
    known.learn("llava", [ModelFacts("llava/llava-hf/llava-v1.6", SEES, 2048)])

    assert "llava/llava-hf/llava-v1.6" in names(known)
