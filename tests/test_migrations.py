"""The schema goes up, down and up again, and what people said stays."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store import migrate, open_store
from bot.store.database.engine import core, open_writer
from bot.store.database.migrating import downgrade, head, revision, upgrade
from bot.store.tables import metadata
from tests.contracts.talk import answer, texts


def tables(raw: sqlite3.Connection) -> set[str]:
    rows = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name for (name,) in rows if plain(name)}


def plain(name: str | None, *_: object) -> bool:
    """Not an index of words, nor a table in which SQLite keeps one."""
    return name is None or "words" not in name


def test_an_empty_folder_goes_to_the_newest_schema(tmp_path: Path) -> None:
    assert migrate(tmp_path) == migrate(tmp_path) == head()


def test_the_migrated_schema_is_the_one_that_the_program_means(tmp_path: Path) -> None:
    migrate(tmp_path)
    with closing(open_writer(tmp_path / "parley.db")) as migrated:
        options = {"compare_type": True, "include_name": plain}
        context = MigrationContext.configure(core(migrated), opts=options)
        assert compare_metadata(context, metadata) == []
        meant = sqlite3.connect(":memory:", isolation_level=None)
        metadata.create_all(core(meant))
        assert indexes(migrated) == indexes(meant)
        meant.close()


def indexes(raw: sqlite3.Connection) -> dict[str, str]:
    """The named indexes, conditions included: Alembic compares no conditions."""
    rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    return dict(rows.fetchall())


async def test_rows_stay_when_the_schema_is_opened_again(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await answer(store, "hello", "hi")
    await store.close()

    assert migrate(tmp_path) == head()

    store = await open_store(tmp_path)
    assert await texts(store) == ["hello", "hi"]
    await store.close()


async def test_the_schema_goes_down_and_up_with_rows_in_it(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await answer(store, "hello", "hi")
    await store.close()
    with closing(open_writer(tmp_path / "parley.db")) as raw:
        downgrade(raw, "base")
        assert (revision(raw), tables(raw)) == ("", {"alembic_version"})
        upgrade(raw, "head")
        assert (revision(raw), tables(raw)) == (head(), {*metadata.tables, "alembic_version"})
        assert raw.execute("PRAGMA foreign_keys").fetchone() == (1,)

    store = await open_store(tmp_path)
    await answer(store, "again", "here")
    assert await texts(store) == ["again", "here"]
    await store.close()


def test_a_migration_that_fails_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    with closing(open_writer(tmp_path / "parley.db")) as raw:
        raw.execute("CREATE TABLE runs (in_the_way TEXT)")
        with pytest.raises(Exception, match="already exists"):
            upgrade(raw, "head")
        assert tables(raw) == {"runs"}
