"""What `parley check` and `parley models` tell of services that do what a test tells them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot import report
from bot.__main__ import greeting
from bot.messages import ModelFacts, Need, Price
from bot.report import checking
from bot.report.text import ago, table
from bot.settings import Account, ModelEntry, Settings
from bot.settings.values import OFFLINE
from bot.store import lists_in, open_store
from tests.process import parley, shell
from tests.seeded import seeded
from tests.wire.answers import Answer, fails, hangs, page
from tests.wire.openai import gives
from tests.wire.server import AiServer, nobody, serving

KEY = SecretStr("sk-secret-1234567890")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Nothing of the log in between, as on the command line."""
    with capture_logs():
        yield


@pytest.fixture
async def ai() -> AsyncIterator[AiServer]:
    async with serving() as ai:
        ai.models = [{"id": "large", "context_length": 128_000}, {"id": "small"}]
        yield ai


def house(url: str, *, key: SecretStr | None = KEY, check_path: str = "key") -> Account:
    """An account whose key is looked at by one path, and whose list is open to everybody."""
    return Account("house", "openai", url, key, default_model="large", options={"check_path": check_path})


def settings(folder: Path, *accounts: Account) -> Settings:
    return Settings(data=folder, accounts={account.name: account for account in (*accounts, OFFLINE)})


async def checked(of: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    """The exit code, and what is told of the first account."""
    code = await report.check(of, as_json=True)
    first = json.loads(capsys.readouterr().out)["accounts"][0]
    assert isinstance(first.pop("milliseconds"), int)
    return code, first


async def test_an_account_that_is_well_is_reachable_takes_the_key_and_has_models(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ai.will(gives({"data": {"label": "sk-…"}}))

    assert await checked(settings(tmp_path, house(ai.url)), capsys) == (0, {
        "account": "house", "kind": "openai", "problem": "", "models": 2, "reachable": True, "key": "yes",
    })  # fmt: skip
    assert [request.path for request in ai.requests] == ["/v1/key", "/v1/models"]


@pytest.mark.parametrize(
    ("answer", "problem", "reachable", "key"),
    [
        (fails(401), "does not accept the key", True, "no"),
        (fails(402), "is out of credit", True, "yes"),
        (fails(429, retry_after="5"), "is busy: try again later", True, "not known"),
        (fails(500), "cannot be reached", True, "not known"),
        (fails(404), "refuses to answer", True, "not known"),
        (page(), "answers, but not as its kind does", True, "not known"),
    ],
    ids=["401", "402", "429", "500", "404", "page"],
)
async def test_what_is_wrong_with_an_account_is_said(
    answer: Answer,
    problem: str,
    reachable: bool,
    key: str,
    ai: AiServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ai.will(answer)

    assert await checked(settings(tmp_path, house(ai.url)), capsys) == (69, {
        "account": "house", "kind": "openai", "problem": problem, "models": None,
        "reachable": reachable, "key": key,
    })  # fmt: skip


async def test_an_account_without_a_key_is_told_when_it_wants_one(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keyless = settings(tmp_path, house(ai.url, key=None))
    ai.will(gives({}), fails(401))

    assert (await checked(keyless, capsys))[1]["key"] == "not needed"
    code, found = await checked(keyless, capsys)
    assert (code, found["key"]) == (69, "no")
    assert found["problem"] == "wants a key: name its variable as api_key_env"


async def test_who_is_not_there_or_does_not_answer_is_not_reachable(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, found = await checked(settings(tmp_path, house(nobody())), capsys)
    assert (code, found["reachable"], found["problem"]) == (69, False, "cannot be reached")

    monkeypatch.setattr(checking, "PATIENCE", 0.0)
    ai.will(hangs())
    code, found = await checked(settings(tmp_path, house(ai.url)), capsys)
    assert (code, found["reachable"], found["problem"]) == (69, False, "takes too long to answer")


async def test_the_check_is_a_table_with_the_routes_below(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ai.will(gives({}))

    assert await report.check(settings(tmp_path, house(ai.url))) == 0
    head, first, second, _, *about = capsys.readouterr().out.splitlines()
    assert head.split() == ["account", "kind", "reachable", "key", "accepted", "models", "ms"]
    assert re.fullmatch(r"house    openai   yes        yes +2 +\d+", first)
    assert re.fullmatch(r"offline  offline  yes        not needed +3 +\d+", second)
    assert about[0] == "chat: house/large"
    assert about[3] == "embedding: offline/magpie"


async def test_a_kind_that_has_nothing_to_ask_is_neither_well_nor_ill(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.accounts.build", lambda *_: object())
    only = settings(tmp_path, house("http://nowhere.invalid"))

    code, found = await checked(only, capsys)
    assert (code, found["problem"], found["models"]) == (0, "", None)
    assert (found["reachable"], found["key"]) == (None, "not known")
    assert await report.check(only) == 0
    assert re.search(r"^house +openai +not known +not known +– ", capsys.readouterr().out, re.MULTILINE)


async def test_the_models_are_a_table_that_can_be_searched(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await report.models(settings(tmp_path, house(ai.url))) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.splitlines() == [
        "model            context  does            US$ per million tokens in/out",
        "house/large         128k  talks           unknown",
        "offline/painter        –  paints          free",
        "offline/parrot       33k  talks, sees     free",
        "offline/magpie         –  compares texts  free",
        "house/small           8k  talks           unknown",
    ]  # fmt: skip

    assert await report.models(settings(tmp_path, house(ai.url)), "house small") == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["house/small       8k  talks  unknown"]
    assert await report.models(settings(tmp_path, house(ai.url)), "sees flying") == 1
    assert capsys.readouterr().err == "parley: no model fits 'sees flying'.\n"


async def test_the_models_as_json_say_all_that_is_known(
    ai: AiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    price = Price(Decimal("1E-7"), Decimal("0.0000004"), Decimal("0.04"))
    stated = ModelEntry(vision=True, price=price, takes=frozenset({"top_p", "temperature"}), largest=9)
    made = settings(tmp_path, house(ai.url))
    made = Settings(data=made.data, accounts=made.accounts, models={"house/large": stated})

    await report.models(made, "large", as_json=True)
    assert json.loads(capsys.readouterr().out) == [{
        "id": "house/large", "needs": ["chat", "vision"], "context_length": 128_000, "title": "",
        "price": {"prompt": "0.0000001", "completion": "0.0000004", "picture": "0.04"},
        "sees": True, "takes": ["temperature", "top_p"], "largest": 9, "listed_at": None,
    }]  # fmt: skip


async def test_what_was_listed_before_stands_in_for_a_service_that_is_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    down = house(nobody())
    at = datetime.now(UTC) - timedelta(hours=3, minutes=5)
    store = await open_store(seeded(tmp_path))
    listed = [ModelFacts("house/large"), ModelFacts("house/brush", frozenset({Need.IMAGE}))]
    await store.keep_models("house", f"openai {down.base_url}", listed, at=at)
    await store.close()

    assert await report.models(settings(tmp_path, down), "house") == 0
    told = capsys.readouterr()
    assert [line.split("  ")[0] for line in told.out.splitlines()[1:]] == ["house/large", "house/brush"]
    assert all(line.endswith("  listed 3 hours ago") for line in told.out.splitlines()[1:])
    assert told.err == (
        "parley: house could not be asked for its models: it cannot be reached. "
        "Its models were listed 3 hours ago.\n"
    )
    await report.models(settings(tmp_path, down), "brush", as_json=True)
    assert json.loads(capsys.readouterr().out)[0]["listed_at"] == at.isoformat()

    await report.models(settings(tmp_path, house(nobody())), "house")
    other = capsys.readouterr()
    assert "listed" not in other.out
    assert other.err == "parley: house could not be asked for its models: it cannot be reached.\n"


async def test_a_running_parley_has_kept_what_another_command_shows_when_the_service_is_gone(
    tmp_path: Path,
) -> None:
    data, config = tmp_path / "data", tmp_path / "parley.toml"
    async with serving() as ai:
        ai.models = [{"id": "large"}]
        config.write_text(f'[providers.house]\nkind = "openai"\nbase_url = "{ai.url}"\n')
        env = {"PARLEY_CONFIG": str(config), "PARLEY_LOCAL_SERVERS": "off"}
        async with parley(data, env) as running:
            while "house" not in await asyncio.to_thread(lists_in, data):
                await asyncio.sleep(0.01)
            await ai.close()
            ai.models = {"error": "no list"}
            code, out, err = await shell(
                {**running.env, "PARLEY_DATA": str(data)}, tmp_path, "models", "house"
            )

    assert (code, out.splitlines()[1].split()[0]) == (0, "house/large")
    assert "listed " in out
    assert err.startswith(
        "parley: house could not be asked for its models: it answers, but not as its kind does."
    )


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7199, "1 hour ago"), (10_800, "3 hours ago"),
     (86_400, "1 day ago"), (10**7, "115 days ago")],
)  # fmt: skip
def test_how_long_ago_is_said_in_the_largest_unit(seconds: float, said: str) -> None:
    assert ago(seconds) == said


def test_a_table_has_columns_and_no_spaces_behind_them() -> None:
    assert table([("a", "1", ""), ("bcd", "20", "x")], right=frozenset({1})) == ["a     1", "bcd  20  x"]


def test_the_greeting_says_once_what_is_off() -> None:
    settings = Settings(missing=("Discord is off: set DISCORD_TOKEN to turn it on.",))
    assert "Off:  Discord: set DISCORD_TOKEN to turn it on." in greeting(settings, "http://here/")
