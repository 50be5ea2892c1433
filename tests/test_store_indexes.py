"""What is asked often is found by an index: shown on tables with rows in them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import ClauseElement, Connection, Select
from sqlalchemy.dialects import sqlite

from bot.store import (
    calls,
    changes,
    condensing,
    delivering,
    facts,
    hearing,
    history,
    migrate,
    notes,
    recalling,
    runs,
    slots,
    usage,
    words,
)
from bot.store.database.engine import core, open_writer
from tests.bench.store_rows import fill, key


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    migrate(tmp_path)
    with closing(open_writer(tmp_path / "parley.db")) as raw:
        fill(raw, rooms=50, messages=10_000)
        raw.execute("INSERT INTO changes (room_id, kind, subject) SELECT room_id, 'run', id FROM runs")
        yield raw


def searched(raw: sqlite3.Connection, statement: ClauseElement) -> str:
    """How SQLite means to find a statement's rows."""
    if isinstance(statement, Select):  # lists are written out, so that every value has to be known
        needed = [bind for bind in statement.compile().binds.values() if bind.required]
        statement = statement.params({bind.key: [1] if bind.expanding else 1 for bind in needed})
    sql = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
    rows = raw.execute(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?")).fetchall()
    return "\n".join(row[-1] for row in rows)


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (
            history._PAST,
            ["question USING INDEX ix_messages_history", "latest USING INDEX ix_runs_unfinished"],
        ),
        (
            hearing._HEARD,
            ["messages USING INDEX ix_messages_room", "runs USING INDEX ix_runs_question"],
        ),
        (hearing._LAST_OF, ["messages USING INDEX ix_messages_history"]),
        (
            history._ENTRIES,
            ["messages USING INDEX ix_messages_room", "others USING COVERING INDEX ix_runs_question"],
        ),
        (runs._NEXT, ["runs USING INDEX ix_runs_unfinished", "holder USING INDEX ix_runs_unfinished"]),
        (runs.UNENDED, ["runs USING INDEX ix_runs_unfinished"]),
        (runs._UNFINISHED, ["runs USING INDEX ix_runs_unfinished"]),
        (runs._LATEST_OF_QUESTION, ["runs USING INDEX ix_runs_question"]),
        (delivering._PENDING, ["runs USING INDEX ix_runs_pending"]),
        (
            slots._SHOWN_AS.params(posts=["c:1", "i:1"], room_key=""),
            ["deliveries USING INDEX ix_deliveries_post"],
        ),
        (history._OLDEST, ["question USING INDEX ix_messages_history"]),
        (notes._STANDING, ["notes USING INDEX ix_notes_standing (room_id=? AND upto>? AND upto<?)"]),
        (notes._DROP, ["notes USING INDEX ix_notes_standing (room_id=? AND upto>?)"]),
        (condensing._CONDENSING, ["runs USING INDEX ix_runs_unfinished"]),
        (condensing._WAITS, ["runs USING INDEX ix_runs_unfinished"]),
        (changes._OF_ROOM, ["changes USING INDEX ix_changes_room"]),
        (changes._LAST, ["changes USING COVERING INDEX ix_changes_room"]),
        (calls._LOSE, ["calls USING INDEX ix_calls_reserved"]),
        (facts._OF_PERSON, ["facts USING INDEX sqlite_autoindex_facts_1 (room_id=? AND person_id=?)"]),
        (usage._OF_PERSON, ["calls USING INDEX ix_calls_person_day (person_id=? AND day>?)"]),
        (usage._OF_SCOPE, ["calls USING INDEX ix_calls_room_day (room_id=? AND day>?)"]),
    ],
    ids=lambda value: "",
)
def test_it_is_found_by_its_index(
    raw: sqlite3.Connection, statement: ClauseElement, indexes: list[str]
) -> None:
    plan = searched(raw, statement)

    for index in indexes:
        assert index in plan
    assert "SCAN" not in plan


def test_a_rooms_past_is_found_without_looking_at_others(raw: sqlite3.Connection) -> None:
    assert "vectors USING PRIMARY KEY (room_id=?)" in searched(raw, recalling._VECTORS)
    plan = searched(raw, recalling._UNPLACED)
    assert "messages USING INDEX ix_messages_room" in plan
    assert "vectors USING PRIMARY KEY (room_id=? AND message_id=?)" in plan
    assert searched(raw, words._WITH).endswith(":M2><")  # by the words, between two ids


def test_the_filled_rooms_are_what_the_store_would_have_written(raw: sqlite3.Connection) -> None:
    db: Connection = core(raw)
    past = history.past(db, 3, before=9_999)

    assert len(past) == 100
    assert all(one.answer is not None for one in past)
    assert len(history.entries(db, key(2), 0, None, 500, ())) == 200
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
