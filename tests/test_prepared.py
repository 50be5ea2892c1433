"""A prepared statement finds and changes what it would have without: only the way is shorter."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from bot.store.database.engine import core, open_writer
from bot.store.database.prepared import prepared
from bot.store.types import Dollars, Json, Utc, Words

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Words, nullable=False, server_default="nobody"),
    Column("at", Utc),
    Column("day", Date),
    Column("on", Boolean),
    Column("cost", Dollars),
    Column("more", Json),
    Column("factor", Float),
    Column("plain", Text, unique=True),
)


def statements() -> dict[str, Any]:
    """The same ones, made anew each time."""
    made = upsert(things)
    return {
        "insert": insert(things).returning(things),
        "one": select(things).where(things.c.id == bindparam("thing")),
        "some": select(things.c.id, things.c.more).where(things.c.id.in_(bindparam("ids", expanding=True))),
        "sum": select(func.sum(things.c.cost), func.count().label("number")).select_from(things),
        "begun": select(things.c.name).where(things.c.name.startswith(bindparam("start"))),
        "fixed": select(things.c.id).where(things.c.on, things.c.factor > 0.5).order_by(things.c.id).limit(2),
        "change": update(things).where(things.c.id == bindparam("thing")).returning(things.c.id),
        "upsert": made.on_conflict_do_update(
            index_elements=["plain"], set_={"name": made.excluded.name}
        ).returning(things.c.id),
    }


PLAIN = statements()
QUICK = {name: prepared(statement) for name, statement in statements().items()}

VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(),
        "at": st.datetimes(timezones=st.just(UTC)),
        "day": st.dates(),
        "on": st.booleans(),
        "cost": st.decimals(0, 10_000, places=12),
        "more": st.dictionaries(st.text(), st.integers() | st.none(), max_size=3),
        "factor": st.floats(allow_nan=False, allow_infinity=False),
    },
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Connection]:
    with closing(open_writer(tmp_path / "things.db")) as raw:
        connection = core(raw)
        things.create(connection)
        yield connection


def both(db: Connection, name: str, given: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """What the same statement finds on both ways."""
    return [tuple(row) for row in db.execute(PLAIN[name], given)], [
        tuple(row) for row in db.execute(QUICK[name], given)
    ]


@given(st.lists(VALUES, max_size=5), st.lists(st.integers(1, 12), max_size=4), st.text(max_size=2))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_finds_and_keeps_the_same_values(
    db: Connection, rows: list[dict[str, Any]], ids: list[int], start: str
) -> None:
    for row in rows:
        plain, quick = both(db, "insert", {"name": "x", **row})
        assert [row[1:] for row in plain] == [row[1:] for row in quick]
    assert both(db, "some", {"ids": ids})[0] == both(db, "some", {"ids": ids})[1]
    for name, asked in (("one", {"thing": 1}), ("sum", {}), ("begun", {"start": start}), ("fixed", {})):
        plain, quick = both(db, name, asked)
        assert plain == quick


def test_which_columns_change_is_told_by_the_names_that_are_given(db: Connection) -> None:
    thing = db.execute(QUICK["insert"], {"name": "a", "cost": Decimal("1.5")}).one().id
    db.execute(QUICK["change"], {"thing": thing, "name": "b"}).scalar_one()
    db.execute(QUICK["change"], {"thing": thing, "day": date(2026, 1, 2), "on": True}).scalar_one()
    row = db.execute(QUICK["one"], {"thing": thing}).one()
    assert (row.name, row.cost, row.day, row.on) == ("b", Decimal("1.5"), date(2026, 1, 2), True)
    assert db.execute(QUICK["insert"], {"cost": None}).one().name == "nobody"


def test_an_upsert_is_one(db: Connection) -> None:
    first = db.execute(QUICK["upsert"], {"plain": "p", "name": "a"}).scalar_one()
    assert db.execute(QUICK["upsert"], {"plain": "p", "name": "b"}).scalar_one() == first
    assert db.execute(QUICK["one"], {"thing": first}).one().name == "b"


def test_many_rows_go_in_at_once(db: Connection) -> None:
    many = prepared(insert(things))
    db.execute(many, [{"name": name} for name in "abc"])
    db.execute(many, [])
    assert db.execute(QUICK["begun"], {"start": ""}).scalars().all() == ["a", "b", "c"]


def test_one_row_is_one_row(db: Connection) -> None:
    assert db.execute(QUICK["one"], {"thing": 1}).one_or_none() is None
    assert db.execute(QUICK["one"], {"thing": 1}).scalar_one_or_none() is None
    with pytest.raises(NoResultFound):
        db.execute(QUICK["one"], {"thing": 1}).one()
    for name in "ab":
        db.execute(QUICK["insert"], {"name": name})
    with pytest.raises(MultipleResultsFound):
        db.execute(QUICK["begun"], {"start": ""}).one_or_none()


def test_moments_come_back_as_they_went_in(db: Connection) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    assert db.execute(QUICK["insert"], {"at": at}).one().at == at
