"""Lists of models that somebody hostile wrote: nothing of them reaches a chat, a page, a terminal or a table
that was not meant to, and nothing waits for them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.accounts import Accounts
from bot.commands import Commands
from bot.commands.naming import matching
from bot.errors import UnknownModel
from bot.messages import ModelFacts, Need, Price
from bot.providers.openai.dialect import Dialect
from bot.providers.openai.models import models_from_wire
from bot.report import models as print_models
from bot.routes import Routes
from bot.routes.credible import LONGEST_NAME, MOST, credible
from bot.routes.shown import fitting, in_order, label, price
from bot.settings import Account, Settings
from bot.settings.values import OFFLINE
from bot.store import open_store
from bot.tools import Toolbox
from tests.rig import MOD, ROOM, Scripted, rig
from tests.seeded import seeded
from tests.test_breaker import StillClock
from tests.wire.server import AiServer, serving

ESCAPE = "\x1b[2J\x1b]0;owned\x07"
HOSTILE: list[Any] = [
    {"id": f"{ESCAPE}m"},
    {"id": "two\nlines"},
    {"id": "a` **bold** `b"},
    {"id": "cell|cell"},
    {"id": "<script>alert(1)</script>", "name": "<img src=x onerror=alert(1)>"},
    {"id": "\u202egnp.exe"},
    {"id": "tag\U000e0041\U000e0042"},
    {"id": "nul\0"},
    {"id": " padded "},
    {"id": "m" * 1_000_000},
    {"id": "titled", "name": f"{ESCAPE}{'t' * 1_000_000}"},
    {"id": "endless", "context_length": 10**30},
    {"id": "negative", "context_length": -5},
    {"id": "typed", "context_length": "8192"},
    {"id": "nan", "pricing": {"prompt": "NaN", "completion": "NaN"}},
    {"id": "earns", "pricing": {"prompt": "-1", "completion": "-1"}},
    {"id": "exponent", "pricing": {"prompt": "1e999999", "completion": "0"}},
    {"id": "tiny", "pricing": {"prompt": "1e-999999", "completion": "0"}},
    {"id": "zeros", "pricing": {"prompt": "0e999999", "completion": "0"}},
    {"id": "infinite", "pricing": {"prompt": "Infinity", "completion": "0"}},
    {"id": "told", "supported_parameters": [f"p{n}" for n in range(100_000)]},
    {"id": "../../admin"},
    {"id": 7},
    7,
    None,
    [],
]
KEPT = {
    "<script>alert(1)</script>", "titled", "endless", "negative", "typed", "nan", "earns", "exponent", "tiny",
    "zeros", "infinite", "told", "../../admin",
}  # fmt: skip


def house(url: str, folder: Path = Path("data")) -> Settings:
    account = Account("house", "openai", url, free=False, default_model="own")
    return Settings(data=folder, accounts={"house": account, "offline": OFFLINE})


async def listing(server: AiServer, store: Any = None) -> Routes:
    """What Parley knows when the service has told its list."""
    settings = house(server.url)
    async with Accounts(settings) as accounts:
        routes = Routes(settings, accounts.provider, StillClock(), store)
        assert await routes.refresh() == {}
    return routes


def names(routes: Routes) -> set[str]:
    return {model.name for model in routes.models() if model.account == "house"} - {"own"}


async def test_only_models_that_can_be_named_are_offered() -> None:
    async with serving() as server:
        server.models = HOSTILE
        routes = await listing(server)

    assert names(routes) == KEPT
    for model in routes.models():
        assert (model.title.isprintable(), len(model.title) <= 200) == (True, True)
        assert 0 < model.context_length <= 100_000_000
        assert len(label(model)) <= 100
        assert len(price(model)) < 100
        assert model.takes is None or len(model.takes) <= 100
    costs = {model.name: model.price for model in routes.models()}
    assert {costs[name] for name in ("nan", "earns", "exponent", "tiny", "zeros", "infinite")} == {None}


async def test_a_list_of_a_hundred_thousand_is_cut() -> None:
    async with serving() as server:
        server.models = [{"id": f"model-{number}" + "x" * 50} for number in range(100_000)]
        routes = await listing(server)

    assert len(names(routes)) == MOST
    with pytest.raises(UnknownModel):
        routes.candidates(Need.CHAT, "house-model-1" + "y" * 30_000)
    assert matching(routes.models(Need.CHAT), "model")
    assert fitting(in_order(routes), "x")


def test_no_more_of_a_list_is_read_than_anybody_chooses_from() -> None:
    entries: Any = [{"id": f"model-{number}"} for number in range(100_000)]
    for answer in (entries, {"data": entries}):
        assert len(models_from_wire([answer], "house", Dialect({}))) == 5000


async def test_what_is_kept_is_what_was_believed(tmp_path: Path) -> None:
    store = await open_store(seeded(tmp_path))
    async with serving() as server:
        server.models = HOSTILE
        await listing(server, store)
    kept = (await store.kept_models())["house"].models
    await store.close()

    assert {model.name for model in kept} == KEPT
    assert len(msgspec.json.encode(kept)) < 100_000


async def test_a_list_that_an_older_version_kept_is_not_believed_more(tmp_path: Path) -> None:
    store = await open_store(seeded(tmp_path))
    settings = house("http://127.0.0.1:9/v1")
    wicked = (ModelFacts("house/two\nlines"), ModelFacts("house/fine", title=ESCAPE, context_length=-1))
    await store.keep_models("house", "openai http://127.0.0.1:9/v1", wicked, at=StillClock().now())
    routes = Routes(settings, lambda name: object(), StillClock(), store)
    await routes.recall()
    await store.close()

    assert names(routes) == {"fine"}
    assert routes.facts("house/fine") == ModelFacts("house/fine", title="[2J]0;owned")


async def test_no_terminal_obeys_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with serving() as server:
        server.models = HOSTILE
        for as_json in (False, True):
            assert await print_models(house(server.url, tmp_path), as_json=as_json) == 0
    shown = capsys.readouterr()

    assert "house/titled" in shown.out
    for text in (shown.out, shown.err):
        assert "\x1b" not in text
        assert all(line.isprintable() for line in text.splitlines())
        assert all(len(line) < 1000 for line in text.splitlines())


async def test_no_chat_shows_more_of_a_list_than_names(tmp_path: Path) -> None:
    async with serving() as server, rig(tmp_path) as parley:
        server.models = HOSTILE
        commands = Commands(parley.conversation, await listing(server), house(server.url).limits, Toolbox(()))
        parley.commands = commands
        table = (await parley.command("model/list", MOD)).text
        choices = await commands.complete("model/set", "model", "", MOD, ROOM)

    rows = table.splitlines()[2:]
    assert all(row.count("|") == 5 and row.count("`") == 2 for row in rows)
    assert "| `house/<script>alert(1)</script>` |" in table
    assert json.loads(json.dumps([choice.name for choice in choices]))
    assert all(choice.name.isprintable() for choice in choices)


@pytest.mark.parametrize(
    "typed", ["one/a`b", "one/two\nlines", f"one/{ESCAPE}", f"one/{'m' * (LONGEST_NAME + 1)}", "one/a|b"]
)
async def test_what_nobody_listed_cannot_be_called_what_nobody_may_list(tmp_path: Path, typed: str) -> None:
    async with rig(tmp_path, scripts={"one": Scripted()}) as parley:
        with pytest.raises(UnknownModel) as refused:
            await parley.command("model/set", MOD, model=typed)
        assert "\x1b" not in refused.value.reply
        assert parley.one.asked == []


TEXT = st.text(st.characters(), max_size=300)
AMOUNT = st.one_of(st.decimals(allow_nan=True, allow_infinity=True), st.sampled_from([Decimal("1e999999")]))


@given(TEXT, TEXT, st.integers(), st.integers(), AMOUNT, AMOUNT, AMOUNT, st.frozensets(TEXT, max_size=5))
def test_whatever_a_list_says_what_is_believed_can_be_shown(  # type: ignore[no-untyped-def]
    name, title, length, largest, prompt, completion, picture, takes
) -> None:
    facts = ModelFacts(
        f"house/{name}",
        context_length=length,
        price=Price(prompt, completion, picture),
        title=title,
        takes=takes,
        largest=largest,
    )
    for model in credible([facts]):
        assert model.name == name
        assert (label(model) + model.title + price(model)).isprintable()
        assert len(label(model) + price(model)) < 250
