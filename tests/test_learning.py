"""What accounts list is learned in the background, and known while their services are down."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.errors import KeyRefused, ProviderDown, ProviderError, ProviderTimeout, StorageError
from bot.messages import ModelFacts, Need
from bot.routes import Routes, learning
from bot.routes.learning import AGAIN, EVERY
from bot.settings import Account, Settings
from bot.settings.values import OFFLINE
from bot.store import SqliteStore, open_store
from tests.clock import VirtualClock
from tests.seeded import seeded
from tests.test_breaker import StillClock
from tests.test_choice import ids, refusal

HOUSE = Account("house", "openai", "http://a/v1", default_model="own")
OTHER = Account("other", "openai", "http://b/v1")


class Service:
    """Lists what it has, and counts how often it was asked."""

    def __init__(self, *names: str) -> None:
        self.models_: Sequence[ModelFacts] = [ModelFacts(name) for name in names]
        self.error: ProviderError | None = None
        self.asked = 0

    async def models(self) -> Sequence[ModelFacts]:
        self.asked += 1
        if self.error:
            raise self.error
        return self.models_


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(seeded(tmp_path))
    yield store
    await store.close()


async def started(
    service: Service, store: SqliteStore | None, account: Account = HOUSE, clock: StillClock | None = None
) -> Routes:
    """What Parley knows right after its start, before anybody was asked."""
    settings = Settings(accounts={account.name: account, "offline": OFFLINE})
    services = {account.name: service}
    routes = Routes(settings, lambda name: services.get(name, object()), clock or StillClock(), store)
    await routes.recall()
    return routes


def known(routes: Routes) -> list[str]:
    return [model.id for model in routes.models() if model.account != "offline"]


async def test_the_list_of_a_service_that_is_down_is_known_from_before(store: SqliteStore) -> None:
    service = Service("house/own", "house/large")
    await (await started(service, store)).refresh()
    service.error = ProviderDown()

    again = await started(service, store)
    assert known(again) == ["house/own", "house/large"]
    assert await again.refresh() == {"house": service.error}
    assert known(again) == ["house/own", "house/large"]
    assert "Did you mean `house/large`" in refusal(again, Need.CHAT, "house/larg")


@pytest.mark.parametrize(
    "other", [replace(HOUSE, base_url="http://b/v1"), replace(HOUSE, kind="gemini"), OTHER]
)
async def test_the_list_of_another_service_is_not_used(store: SqliteStore, other: Account) -> None:
    await (await started(Service("house/large"), store)).refresh()

    assert "house/large" not in known(await started(Service(), store, other))


async def test_what_is_kept_passes_the_list_of_allowed_models_as_everything_does(store: SqliteStore) -> None:
    await (await started(Service("house/large", "house/small"), store)).refresh()

    assert known(await started(Service(), store, replace(HOUSE, allow=("s*",)))) == [
        "house/own",
        "house/small",
    ]


async def test_an_old_list_does_not_forbid_what_may_be_new(store: SqliteStore) -> None:
    clock = StillClock()
    await (await started(Service("house/large"), store, clock=clock)).refresh()
    clock.passed = EVERY - 1
    assert (await started(Service(), store, clock=clock)).gone("house/new", Need.CHAT)
    clock.passed = EVERY

    later = await started(Service("house/large"), store, clock=clock)
    assert ids(later.candidates(Need.CHAT, "house/new")) == ["house/new", "house/own"]
    assert "house/large" in known(later)
    await later.refresh()
    assert later.gone("house/new", Need.CHAT)


async def test_what_needs_no_service_is_not_kept(store: SqliteStore) -> None:
    await (await started(Service("offline/parrot"), store, OFFLINE)).refresh()

    assert await store.kept_models() == {}


async def test_without_a_place_to_keep_it_a_list_is_still_learned() -> None:
    routes = await started(Service("house/large"), None)

    assert await routes.refresh() == {}
    assert known(routes) == ["house/own", "house/large"]


async def test_a_database_that_takes_nothing_does_not_keep_a_list_from_being_learned(tmp_path: Path) -> None:
    store = await open_store(seeded(tmp_path))
    routes = await started(Service("house/large"), store)
    await store.close()
    with pytest.raises(StorageError):
        await store.keep_models("x", "y", [], at=datetime.now(UTC))

    assert await routes.refresh() == {}
    assert "house/large" in known(routes)


async def test_an_account_that_takes_too_long_to_tell_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Slow(Service):
        async def models(self) -> Sequence[ModelFacts]:
            await asyncio.Event().wait()
            return ()

    monkeypatch.setattr(learning, "PATIENCE", 0.0)

    (error,) = (await (await started(Slow(), None)).refresh()).values()
    assert isinstance(error, ProviderTimeout)


async def test_accounts_are_asked_every_few_hours_and_sooner_when_they_did_not_tell() -> None:
    clock, service, other = VirtualClock(), Service("house/a"), Service("other/a")
    settings = Settings(accounts={"house": HOUSE, "other": OTHER, "offline": OFFLINE})
    services = {"house": service, "other": other}
    routes = Routes(settings, lambda name: services.get(name, object()), clock)
    other.error = ProviderDown()
    following = asyncio.create_task(routes.follow())
    await clock.settle()
    assert (known(routes), service.asked, other.asked) == (["house/own", "house/a"], 1, 1)

    other.error = None
    await clock.advance(AGAIN)
    assert ("other/a" in known(routes), service.asked, other.asked) == (True, 1, 2)

    service.models_ = [ModelFacts("house/b")]
    await clock.advance(EVERY - AGAIN)
    assert (known(routes), service.asked, other.asked) == (["house/own", "house/b", "other/a"], 2, 2)

    following.cancel()


async def test_a_key_that_was_refused_is_not_tried_again_soon() -> None:
    clock, service = VirtualClock(), Service()
    service.error = KeyRefused()
    routes = Routes(Settings(accounts={"house": HOUSE}), lambda _: service, clock)
    following = asyncio.create_task(routes.follow())

    await clock.advance(EVERY - 1)
    assert service.asked == 1
    await clock.advance(1)
    assert service.asked == 2
    following.cancel()


async def test_the_log_hears_once_that_an_account_does_not_tell() -> None:
    service = Service("house/a")
    routes = await started(service, None)
    with capture_logs() as logs:
        for error in (ProviderDown("secret"), ProviderDown(), None, ProviderDown()):
            service.error = error
            await routes.refresh()

    told = [entry for entry in logs if entry["event"] == "models not listed"]
    assert [entry["account"] for entry in told] == ["house", "house"]
    assert "secret" not in str(logs)
