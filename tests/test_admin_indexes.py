"""The operator's tables are windows found by an index: none of their statements reads a whole table."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select

from bot.store import migrate, overview
from bot.store.database.engine import open_writer
from bot.store.promises import overseeing
from bot.store.tables import calls
from tests.bench.store_rows import fill
from tests.test_store_indexes import searched

BOUNDED = ("SCAN anon", "SCAN rooms USING INDEX ix_rooms_last_at", "SCAN alerts")
"""What is read from its end, up to a bound: a window."""


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    migrate(tmp_path)
    with closing(open_writer(tmp_path / "parley.db")) as raw:
        fill(raw, rooms=50, messages=5_000)
        raw.execute("ANALYZE")
        yield raw


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (overview._RUNS, ["runs USING INTEGER PRIMARY KEY (rowid>?)"]),
        (overview._UNENDED, ["runs USING INDEX ix_runs_unfinished"]),
        (overview._USED.where(calls.c.run_id.in_([1, 2])), ["calls USING INDEX ix_calls_run_id"]),
        (overview.BUDGETS, ["settings USING INDEX ix_settings_named (name=?)"]),
        (overview.PERSONAS, ["settings USING INDEX ix_settings_named (name=?)", "(name>? AND name<?)"]),
        (overview._AUDIT, ["audit USING INTEGER PRIMARY KEY (rowid>?)"]),
        (overview._ALERTS, ["runs USING INTEGER PRIMARY KEY"]),
        (overview.spoken_in(1), ["messages USING COVERING INDEX ix_messages_history"]),
        (overseeing._ROOMS, ["SCAN rooms USING INDEX ix_rooms_last_at"]),
        (overseeing._COUNTED, ["SCAN rooms USING INDEX ix_rooms_last_at"]),
        (overseeing._SUMS, ["spent USING PRIMARY KEY (scope=? AND period=?)"]),
        (overseeing._SHARES, ["calls USING INTEGER PRIMARY KEY (rowid>?)"]),
    ],
    ids=lambda _: "",
)
def test_a_window_is_found_by_its_index(
    raw: sqlite3.Connection, statement: Select[Any], indexes: list[str]
) -> None:
    plan = searched(raw, statement)
    for index in indexes:
        assert index in plan, plan
    read = [line for line in plan.splitlines() if line.startswith("SCAN")]
    assert [line for line in read if not line.startswith(BOUNDED)] == [], plan


def test_the_newest_calls_are_read_from_the_end(raw: sqlite3.Connection) -> None:
    assert "TEMP B-TREE" not in searched(raw, overseeing._LATELY)
