"""One thread writes. What waits is committed together; who asked is answered after the commit."""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection

from bot import metrics
from bot.errors import StorageError
from bot.messages import ChannelKey
from bot.store.changes import changed_since, newest
from bot.store.database.engine import core, storage_errors, told
from bot.store.database.gate import Gate
from bot.store.spending import remember_minute

T = TypeVar("T")
Unit = Callable[[Connection], T]

BATCH = 256
"""Units in one commit: enough to share a sync among, few enough to wait for."""
WAITING = 4096
"""Units handed in and not yet committed; who comes later waits for a place."""


@dataclass(slots=True)
class _Job(Generic[T]):
    """A unit, who waits for it, and what came of it."""

    unit: Unit[T]
    waiter: "asyncio.Future[T]"
    result: T | None = None
    error: BaseException | None = None
    outside: bool = False
    """Whether it is about the file: no transaction is open then."""

    def answer(self) -> None:
        """Tell the waiter, on the loop."""
        if self.waiter.cancelled():
            return
        if self.error is not None:
            self.waiter.set_exception(self.error)
        else:
            self.waiter.set_result(self.result)  # type: ignore[arg-type]  # None is a T where a unit returns it


@dataclass(slots=True)
class _Savepoint:
    """What happens inside is kept whole or not at all. Whatever is raised goes to the job, not up."""

    raw: sqlite3.Connection
    job: _Job[Any]

    def __enter__(self) -> None:
        self.raw.execute("SAVEPOINT unit")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self.job.error = told(error) if isinstance(error, Exception) else error
            if not self.raw.in_transaction:  # SQLite has given up the whole batch, as it may on a full disk
                raise StorageError(str(self.job.error)) from error
            self.raw.execute("ROLLBACK TO unit")
        self.raw.execute("RELEASE unit")
        return True


@dataclass(slots=True)
class Writer:
    """The only connection that writes, in a thread of its own, so that the loop never waits for a disk."""

    raw: sqlite3.Connection
    gate: Gate
    heard: Callable[[Sequence[ChannelKey]], None]
    """Called on the loop with the rooms that a commit changed, before those who asked for it go on."""
    monotonic: Callable[[], float] = time.monotonic
    """What tells how long ago something was."""
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _jobs: "queue.SimpleQueue[_Job[Any] | None]" = field(default_factory=queue.SimpleQueue)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WAITING))
    _thread: threading.Thread | None = None
    _last_change: int = 0
    commits: int = 0
    """How many there have been that wrote something."""

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit and return after its commit, in the order of the calls.

        Who is cancelled while waiting no longer hears of it, but the unit is done all the same.
        Raises what the unit raises (it then has changed nothing) and StorageError.
        """
        await self._places.acquire()
        if self._thread is None:
            self._places.release()
            raise StorageError("the database is closed")
        waiter: asyncio.Future[T] = self.loop.create_future()
        self._jobs.put(_Job(unit, waiter))
        return await waiter

    async def fold(self) -> bool:
        """Fold the log into the database and empty it, after what was asked for before. False: somebody
        reads what is in it. Raises StorageError."""
        if self._thread is None:
            raise StorageError("the database is closed")
        await self._places.acquire()
        waiter: asyncio.Future[bool] = self.loop.create_future()
        self._jobs.put(_Job(lambda _: _folded(self.raw), waiter, outside=True))
        return await waiter

    async def close(self) -> None:
        """Write what waits, checkpoint, and close the connection."""
        thread, self._thread = self._thread, None
        self.gate.patience = 0.0
        if thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(thread.join)

    def _work(self) -> None:
        """The thread: batches until the end is asked for."""
        db = core(self.raw)
        remember_minute(db, self.monotonic)
        self._last_change = newest(db)
        going = True
        while going:
            batch, going = self._next()
            if batch:
                rooms = self._commit(db, [job for job in batch if not job.outside])
                self._fold(db, [job for job in batch if job.outside])
                self.loop.call_soon_threadsafe(self._report, batch, rooms)
        _leave(self.raw)

    def _fold(self, db: Connection, asked: list[_Job[Any]]) -> None:
        """Do what is about the file itself."""
        for job in asked:
            try:
                job.result = job.unit(db)
            except sqlite3.Error as error:
                job.error = told(error)

    def _next(self) -> tuple[list[_Job[Any]], bool]:
        """Wait for a job, and take along what else has come; False: the end was asked for."""
        batch: list[_Job[Any]] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == BATCH:
                return batch, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _commit(self, db: Connection, batch: list[_Job[Any]]) -> Sequence[ChannelKey]:
        """All that succeeds of a batch in one commit; if that fails, all of it has failed."""
        if not batch:
            return ()
        try:
            with storage_errors():
                before = self.raw.total_changes
                self.gate.begin()
                for job in batch:
                    with _Savepoint(self.raw, job):
                        job.result = job.unit(db)
                last, rooms = changed_since(db, self._last_change)
                self.raw.execute("COMMIT")
                if self.raw.total_changes > before:
                    self.commits += 1
                    metrics.committed(len(batch))
        except StorageError as error:
            _roll_back(self.raw)
            self.gate.ended(well=False)
            for job in batch:
                job.error = job.error or error
            return ()
        self.gate.ended(well=True)
        self._last_change = last
        return rooms

    def _report(self, batch: list[_Job[Any]], rooms: Sequence[ChannelKey]) -> None:
        """On the loop. Who waits goes on only after this, so the rooms have heard by then."""
        for job in batch:
            self._places.release()
            job.answer()
        self.heard(rooms)


def _roll_back(raw: sqlite3.Connection) -> None:
    """Undo what is left of a failed commit; a disk that fails at that, too, has nothing of it."""
    if raw.in_transaction:
        with suppress(sqlite3.Error):
            raw.execute("ROLLBACK")


def _folded(raw: sqlite3.Connection) -> bool:
    """Whether the log is empty now."""
    busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _leave(raw: sqlite3.Connection) -> None:
    """Fold the log into the database and close it; a log left over is read at the next start."""
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass
    finally:
        raw.close()
