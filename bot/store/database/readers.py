"""A few open connections that only read, beside the writer, each in a thread of its own."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite
from sqlalchemy import Connection

from bot.errors import StorageError
from bot.store.database.engine import core, open_reader, storage_errors

T = TypeVar("T")

COUNT = 2
"""A long read leaves another way; more would only wait for each other's interpreter lock."""


class Reader(aiosqlite.Connection):
    """A connection whose reads take one trip to its thread each, however many statements they have.

    SQLAlchemy's own way over aiosqlite makes four trips for every statement (docs/decisions/0002).
    """

    def __init__(self, path: Path) -> None:
        super().__init__(lambda: open_reader(path), iter_chunk_size=64)
        self._thread.daemon = True  # a process that ends without closing its store must not hang
        self._core: Connection | None = None
        self.asked = 0

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit on one snapshot of the database. Raises what the unit raises, and StorageError."""
        self.asked += 1
        try:
            result: T = await self._execute(self._run, unit)  # type: ignore[no-untyped-call]  # it has no types
        finally:
            self.asked -= 1
        return result

    def _run(self, unit: Callable[[Connection], T]) -> T:
        """In the thread."""
        with storage_errors():
            if self._core is None:
                self._core = core(self._conn)
            return self._on_a_snapshot(self._conn, self._core, unit)

    def _on_a_snapshot(self, raw: sqlite3.Connection, db: Connection, unit: Callable[[Connection], T]) -> T:
        raw.execute("BEGIN")
        try:
            return unit(db)
        finally:
            raw.execute("ROLLBACK")


class Readers:
    """Hands a read to the connection that has the least to do."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._all: list[Reader] = []

    async def open(self) -> None:
        """Open every connection."""
        with storage_errors():
            for _ in range(COUNT):
                reader = Reader(self._path)
                await reader
                self._all.append(reader)

    async def read(self, unit: Callable[[Connection], T]) -> T:
        """Run a unit beside the writer: it sees every commit that was answered before it was asked for."""
        if not self._all:
            raise StorageError("the database is closed")
        return await min(self._all, key=lambda reader: reader.asked).read(unit)

    async def close(self) -> None:
        """Finish what is being read, and close every connection."""
        readers, self._all = self._all, []
        for reader in readers:
            await reader.close()
