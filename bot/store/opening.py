"""Opening the data folder: lock it, look whether the database is sound, bring it up to date."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.errors import ConfigError
from bot.store.database.engine import NAME, open_writer
from bot.store.database.lock import lock
from bot.store.database.migrating import bring_up_to_date, revision
from bot.store.database.restored import finish
from bot.store.sqlite import SqliteStore

READ_THROUGH = 256 * 1024 * 1024
"""Bytes up to which a database is checked whole at the start: longer ones would take seconds. Damage in
those is met when it is read, as a StorageError."""


async def open_store(folder: Path, *, monotonic: Callable[[], float] = time.monotonic) -> SqliteStore:
    """Take the data folder and open its database. `monotonic` tells how long ago something was. Raises
    FolderLocked, ConfigError."""
    held = lock(folder)
    try:
        raw = await asyncio.to_thread(_open, folder)
    except BaseException:
        held.release()
        raise
    store = SqliteStore(raw, folder / NAME, held, monotonic)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    return store


def migrate(folder: Path) -> str:
    """Bring the folder's database up to date: its schema's number now. Raises FolderLocked, ConfigError."""
    held = lock(folder)
    try:
        with closing(_open(folder)) as raw:
            return revision(raw)
    finally:
        held.release()


def _open(folder: Path) -> sqlite3.Connection:
    """The database, sound and up to date."""
    try:
        finish(folder)  # what was restored, when something was
        raw = open_writer(folder / NAME)
        try:
            if (folder / NAME).stat().st_size <= READ_THROUGH:
                _check(raw)
            bring_up_to_date(raw)
        except BaseException:
            raw.close()
            raise
    except (sqlite3.Error, OSError) as error:
        raise ConfigError(
            f"PARLEY_DATA: the database {folder / NAME} cannot be opened ({error})."
            " Free some space or restore a backup, then start again."
        ) from error
    return raw


def _check(raw: sqlite3.Connection) -> None:
    """A damaged database is not worked on: what it still holds is worth more than what it would lose."""
    problem = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(f"it is damaged: {problem}")
