"""Bringing the schema up to date. Alembic is loaded only when there is something to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.errors import ConfigError
from bot.store.database.engine import core
from bot.store.database.operated import operated

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parents[3] / "migrations"
"""Beside the package, in a checkout and in an installed wheel alike."""


def head() -> str:
    """The newest schema that this program knows: its number."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision(raw: sqlite3.Connection) -> str:
    """The schema's number in the file, "" when it is empty."""
    if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return ""
    row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def bring_up_to_date(raw: sqlite3.Connection) -> str:
    """Migrate when the schema is behind: its number then. Raises ConfigError, sqlite3.Error."""
    now = revision(raw)
    if now > head():
        raise ConfigError(
            f"PARLEY_DATA: the database was made by a newer Parley (schema {now}, this one knows {head()})."
            " Install that version, or restore an older backup."
        )
    if now < head():
        upgrade(raw, "head", since=now)
    return revision(raw)


def upgrade(raw: sqlite3.Connection, to: str, *, since: str = "") -> None:
    """Go up to a schema, all of it or nothing. `since`: the one of before, for the audit."""
    from alembic import command

    def go(config: "Config") -> None:
        command.upgrade(config, to)
        if since:
            operated(raw, "migrate", before=since, after=revision(raw))

    _alone(raw, go)


def downgrade(raw: sqlite3.Connection, to: str) -> None:
    """Go back to a schema, all of it or nothing: for tests and for emergencies."""
    from alembic import command

    _alone(raw, lambda config: command.downgrade(config, to))


def _alone(raw: sqlite3.Connection, change: Callable[["Config"], None]) -> None:
    """Make a change in one transaction. Batches move whole tables: references are checked at its end."""
    db = core(raw)
    db.begin()  # so that Alembic sees that a transaction is open, and leaves its end to us
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("BEGIN IMMEDIATE")
    try:
        change(_config(db))
        if raw.execute("PRAGMA foreign_key_check").fetchone():
            raise ConfigError("PARLEY_DATA: the database refers to rows that are missing. Restore a backup.")
        raw.execute("COMMIT")
    finally:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raw.execute("PRAGMA foreign_keys=ON")


def _config(db: Connection) -> "Config":
    """Alembic's, without a file: an installed copy has none."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = db
    return config
