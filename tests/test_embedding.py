"""Texts are placed by the route's model, wherever it is, and paid for whatever comes of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.errors import (
    BudgetSpent,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
)
from bot.memory.embedding import AT_ONCE, TOKENS, Embedder, beginning
from bot.memory.vectors import DIMS
from bot.messages import Embedded, Need, Price, TextsRequest, Usage
from bot.records import Call
from bot.routes import Routes
from bot.settings import Account, ModelEntry, Settings, SpendLimits
from bot.store import SqliteStore, open_store
from bot.text import estimate_tokens
from tests.contracts.talk import ask, begin

LIMITS = SpendLimits()
ROUTE = ("one/maker/Text-3", "two/text-3", "two/other")


@dataclass
class Placing:
    """Says what it is told to say, and then places everything in one corner."""

    fails: list[ProviderError] = field(default_factory=list)
    asked: list[TextsRequest] = field(default_factory=list)
    too_few: bool = False

    async def embed(self, request: TextsRequest) -> Embedded:
        self.asked.append(request)
        if self.fails:
            raise self.fails.pop(0)
        count = len(request.texts) - self.too_few
        return Embedded(((1.0,) * 500,) * count, Usage(7, 0))


async def placed(
    folder: Path, services: dict[str, Placing], *texts: str, limits: SpendLimits = LIMITS
) -> tuple[str, list[bytes], tuple[Call, ...]]:
    """Where texts are placed, and the calls that it took, paid for by a run that goes on."""
    settings = Settings(
        accounts={name: Account(name, "openai", "http://127.0.0.1:9") for name in services},
        models={model: ModelEntry(price=Price(Decimal("0.0001"))) for model in ROUTE},
        routes={Need.EMBEDDING: ROUTE},
    )
    routes = Routes(settings, services.__getitem__, SystemClock(), jitter=lambda: 0.0)
    store: SqliteStore = await open_store(folder)
    try:
        await ask(store)
        run_id = (await begin(store)).context.run.id
        embedder = Embedder(routes, store, SystemClock(), limits)
        try:
            found = await embedder.embed(run_id, texts)
            return found.space, list(found.vectors), (await store.run(run_id)).calls[1:]
        except ProviderError:
            return "", [], (await store.run(run_id)).calls[1:]
    finally:
        await store.close()


async def test_many_texts_are_placed_in_several_requests_and_vectors_are_cut(tmp_path: Path) -> None:
    one = Placing()
    space, vectors, calls = await placed(
        tmp_path, {"one": one, "two": Placing()}, *["a plum"] * (AT_ONCE + 1)
    )

    assert (space, len(vectors), {len(each) for each in vectors}) == ("text-3", AT_ONCE + 1, {DIMS})
    assert [len(request.texts) for request in one.asked] == [AT_ONCE, 1]
    assert {(request.model, request.dimensions) for request in one.asked} == {("maker/Text-3", DIMS)}
    assert [(call.model, call.outcome, call.cost) for call in calls] == [
        (ROUTE[0], "ok", Decimal("0.0007"))
    ] * 2


async def test_only_the_same_model_stands_in_for_another(tmp_path: Path) -> None:
    services = {"one": Placing([ProviderRefused("no")]), "two": Placing()}
    space, vectors, calls = await placed(tmp_path, services, "a plum")
    assert (space, len(vectors)) == ("text-3", 1)
    assert [(call.model, call.outcome) for call in calls] == [(ROUTE[0], "refused"), (ROUTE[1], "ok")]

    services = {name: Placing([ProviderRefused("no")] * 2) for name in services}
    assert (await placed(tmp_path / "again", services, "a plum"))[:2] == ("", [])
    assert [request.model for request in services["two"].asked] == ["text-3"]


@pytest.mark.parametrize("error", [ProviderBusy("full"), ProviderDown("away")])
async def test_who_was_busy_is_asked_again(
    tmp_path: Path, error: ProviderError, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.routes.attempts.BACK_OFF", 0.0)
    one = Placing([error])
    space, _, calls = await placed(tmp_path, {"one": one, "two": Placing()}, "a plum")

    assert (space, [call.outcome for call in calls]) == (
        "text-3",
        ["busy" if "full" in str(error) else "down", "ok"],
    )
    assert calls[0].cost == 0


async def test_an_answer_of_another_number_of_vectors_is_none(tmp_path: Path) -> None:
    services = {name: Placing(too_few=True) for name in ("one", "two")}
    space, _, calls = await placed(tmp_path, services, "a plum", "a fig")

    assert space == ""
    assert {call.outcome for call in calls} == {"garbled"}
    assert issubclass(ProviderGarbled, ProviderError)


async def test_nobody_is_asked_beyond_a_budget(tmp_path: Path) -> None:
    one = Placing()
    with pytest.raises(BudgetSpent):
        await placed(
            tmp_path, {"one": one, "two": Placing()}, "a plum", limits=SpendLimits(per_person_day=Decimal(0))
        )

    assert one.asked == []


@pytest.mark.parametrize("text", ["word " * 9000, "漢字" * 9000, "x" * 90_000, "", " \n", "a plum"])
def test_of_a_long_text_the_beginning_is_placed(text: str) -> None:
    found = beginning(text)

    assert estimate_tokens(found) <= TOKENS * 1.1
    assert found.strip() == "" if not text.strip() else text.startswith(found.strip()[:100])
    assert found
