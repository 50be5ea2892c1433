"""Lists of models in the file itself: older ones, broken ones, and looked at while a Parley works."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages import ModelFacts, Need, Price
from bot.records import Listed
from bot.store import SqliteStore, lists_in, open_store
from bot.store.catalogues import keep_models, kept_models
from bot.store.database.engine import core, open_writer
from bot.store.tables import catalogues
from tests.seeded import seeded

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
LISTED = Listed("openai http://a", (ModelFacts("a/m", price=Price(Decimal("1E-7"))),), AT)

PRICES = st.none() | st.builds(
    Price, *[st.decimals(min_value=0, max_value=10, allow_nan=False, allow_infinity=False)] * 3
)
FACTS = st.builds(
    ModelFacts,
    id=st.text().map("a/{}".format),
    needs=st.frozensets(st.sampled_from(Need)),
    context_length=st.integers(0, 2**40),
    price=PRICES,
    title=st.text(),
    takes=st.none() | st.frozensets(st.text()),
    largest=st.integers(0, 10_000),
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(seeded(tmp_path))
    yield store
    await store.close()


def written(folder: Path, account: str, models: str) -> None:
    with closing(sqlite3.connect(folder / "parley.db")) as raw:
        raw.execute(
            "INSERT INTO catalogues VALUES (?, 's', ?, '2026-11-20 12:00:00.000000')", (account, models)
        )
        raw.commit()


@given(st.lists(FACTS))
def test_whatever_is_known_of_a_model_comes_back_as_it_was(models: list[ModelFacts]) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as raw:
        db = core(raw)
        catalogues.create(db)
        listed = Listed("s", tuple(models), AT)
        keep_models(db, "a", listed)
        assert kept_models(db) == {"a": listed}


@pytest.mark.parametrize(
    "models",
    [
        "",
        "[",
        "null",
        '{"a/m": {}}',
        '[{"needs": ["chat"]}]',
        '[{"id": "a/m", "needs": ["dreams"]}]',
        '[["a/m"]]',
    ],
)
async def test_a_list_that_cannot_be_read_is_as_if_it_were_not_there(
    store: SqliteStore, tmp_path: Path, models: str
) -> None:
    await store.keep_models("a", LISTED.source, LISTED.models, at=AT)
    written(tmp_path, "broken", models)

    assert await store.kept_models() == {"a": LISTED}
    await store.keep_models("broken", LISTED.source, LISTED.models, at=AT)
    assert await store.kept_models() == {"a": LISTED, "broken": LISTED}


async def test_what_an_older_list_does_not_say_is_as_if_nobody_had_said_it(
    store: SqliteStore, tmp_path: Path
) -> None:
    written(tmp_path, "old", '[{"id": "old/m", "needs": ["vision"], "colour": "blue"}]')

    assert (await store.kept_models())["old"].models == (ModelFacts("old/m", frozenset({Need.VISION})),)


async def test_the_lists_can_be_looked_at_while_a_parley_works(store: SqliteStore, tmp_path: Path) -> None:
    await store.keep_models("a", LISTED.source, LISTED.models, at=AT)

    assert lists_in(tmp_path) == {"a": LISTED}
    await store.keep_models("b", LISTED.source, (), at=AT)
    assert set(lists_in(tmp_path)) == {"a", "b"}


async def test_the_lists_can_be_looked_at_when_none_does(tmp_path: Path) -> None:
    store = await open_store(seeded(tmp_path))
    await store.keep_models("a", LISTED.source, LISTED.models, at=AT)
    await store.close()

    assert lists_in(tmp_path) == {"a": LISTED}


def test_looking_makes_no_folder_and_no_database(tmp_path: Path) -> None:
    assert lists_in(tmp_path / "none") == {}
    assert lists_in(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []
    open_writer(tmp_path / "parley.db").close()
    assert lists_in(tmp_path) == {}
    (tmp_path / "parley.db").write_bytes(b"no database" * 1000)
    assert lists_in(tmp_path) == {}
