"""Connections to the database file: their pragmas, and how their errors are told."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError

from bot.errors import NotFound, StorageError
from bot.store.database.prepared import Quick

NAME = "parley.db"
BUSY_MS = 10_000
_JOURNAL_BYTES = 64 * 1024 * 1024

_EVERY = (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16384")
_WRITER = (
    *_EVERY,
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    f"journal_size_limit={_JOURNAL_BYTES}",
)
# Two connections that both checkpoint can lose a WAL before SQLite 3.51.3: only the writer does.
_READER = (*_EVERY, "query_only=ON", "wal_autocheckpoint=0")


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; the file is its owner's alone. Raises sqlite3.Error, OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return _open(path, _WRITER)


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads."""
    return _open(path, _READER)


def open_onlooker(path: Path) -> sqlite3.Connection:
    """A connection that can write nothing, for whoever does not hold the folder. Raises sqlite3.Error."""
    return _open(f"{path.resolve().as_uri()}?mode=ro", _EVERY)


def _open(path: Path | str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    # No implicit BEGIN: units begin and end where this package says so. The connections change hands
    # between threads, never shared: opened in one, used in another.
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False, uri=isinstance(path, str))
    for pragma in pragmas:
        raw.execute(f"PRAGMA {pragma}")
    return raw


def core(raw: sqlite3.Connection) -> Connection:
    """SQLAlchemy Core over an open connection. It begins and commits nothing by itself.

    Parameters are hidden from its errors: they are what people said.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        skip_autocommit_rollback=True,
    )
    return Quick(engine, raw)


@contextmanager
def storage_errors() -> Iterator[None]:
    """Raise the driver's errors as `told`; everything else passes."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OverflowError) as error:
        raise told(error) from error


def told(error: Exception) -> Exception:
    """The driver's errors in our words, which name tables and never what anybody said; others as they are."""
    if isinstance(error, OverflowError):
        return NotFound("Nothing here has such a number.")  # it is more than any row's id can be
    driver = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(driver, sqlite3.Error):
        return error
    problem = StorageError(f"{type(driver).__name__}: {driver}")
    problem.__cause__ = error
    return problem
