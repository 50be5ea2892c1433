"""One thread writes: together, each for itself, and on through trouble."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.errors import StorageError
from bot.records import Order
from bot.store import SqliteStore, open_store
from bot.store.accepting import accept
from bot.store.database import writer
from tests.contracts.talk import AT, HERE, said, texts
from tests.seeded import seeded


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(seeded(tmp_path))
    yield store
    await store.close()


def saying(text: str) -> Callable[[Connection], object]:
    return lambda db: accept(db, said(text), Order(), at=AT, queue=999)


@asynccontextmanager
async def one_batch(store: SqliteStore) -> AsyncIterator[list[str]]:
    """What is handed in here waits for the end, and is then one batch. Yields the statements to come."""
    go, holding = threading.Event(), threading.Event()
    statements: list[str] = []

    def hold(db: Connection) -> None:
        holding.set()
        go.wait()

    held = asyncio.create_task(store._writer.write(hold))
    await asyncio.to_thread(holding.wait)
    store._writer.raw.set_trace_callback(statements.append)
    yield statements
    go.set()
    await held


async def test_what_waits_is_committed_together(store: SqliteStore) -> None:
    async with one_batch(store) as statements:
        tasks = [asyncio.create_task(store._writer.write(saying(f"{n}"))) for n in range(300)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)

    assert statements.count("COMMIT") == 3  # of what held them, of 256 and of 44
    assert await texts(store) == [f"{n}" for n in range(300)]


async def test_a_unit_that_raises_takes_no_other_with_it(store: SqliteStore) -> None:
    def half_done(db: Connection) -> None:
        saying("half")(db)
        raise ValueError("a defect")

    async with one_batch(store) as statements:
        units = (saying("one"), half_done, saying("two"))
        tasks = [asyncio.create_task(store._writer.write(unit)) for unit in units]
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(outcomes[1], ValueError)
    assert statements.count("COMMIT") == 2
    assert await texts(store) == ["one", "two"]


async def test_who_is_cancelled_while_waiting_does_not_undo(store: SqliteStore) -> None:
    async with one_batch(store):
        task = asyncio.create_task(store._writer.write(saying("said is said")))
        other = asyncio.create_task(store._writer.write(saying("after")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async with asyncio.timeout(60):
        await other
    assert await texts(store) == ["said is said", "after"]


async def test_too_much_at_once_waits_for_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "WAITING", 3)
    store = await open_store(seeded(tmp_path))
    async with one_batch(store):
        tasks = [asyncio.create_task(store._writer.write(saying(f"{n}"))) for n in range(9)]
        await asyncio.sleep(0)
        assert store._writer._jobs.qsize() <= 3
    await asyncio.gather(*tasks)

    assert await texts(store) == [f"{n}" for n in range(9)]
    await store.close()


async def test_a_full_database_fails_and_later_works_again(store: SqliteStore) -> None:
    """The limit stands in for the disk: SQLite reports both alike."""
    raw = store._writer.raw
    (pages,) = raw.execute("PRAGMA page_count").fetchone()
    raw.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StorageError, match="full"):
        await asyncio.gather(*(store._writer.write(saying("x" * 5000)) for _ in range(5)))

    raw.execute("PRAGMA max_page_count = 1000000")
    await store._writer.write(saying("there is room again"))
    assert "there is room again" in await texts(store)


async def test_a_disk_that_takes_no_more_fails_every_unit_of_the_commit(store: SqliteStore) -> None:
    """The log cannot grow: the failure comes at the commit, and nothing of it is kept."""
    await store._writer.write(saying("before"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        outcomes = await asyncio.gather(
            *(store._writer.write(saying(f"{n}")) for n in range(3)), return_exceptions=True
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
    assert await texts(store) == ["before"]
    await store._writer.write(saying("after"))
    assert await texts(store) == ["before", "after"]


async def test_a_database_that_another_holds_is_a_storage_error(store: SqliteStore, tmp_path: Path) -> None:
    store._writer.gate.patience = 0.0
    other = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        await store._writer.write(saying("not now"))
    other.execute("ROLLBACK")
    other.close()

    await store._writer.write(saying("now"))
    assert await texts(store) == ["now"]


async def test_an_error_names_no_words(store: SqliteStore) -> None:
    def broken(db: Connection) -> None:
        db.exec_driver_sql("INSERT INTO timers (due, kind, payload) VALUES (?, 'x', NULL)", ("secret",))

    with pytest.raises(StorageError) as raised:
        await store._writer.write(broken)
    assert "secret" not in f"{raised.value} {raised.value.__cause__}"


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    store = await open_store(seeded(tmp_path))
    async with one_batch(store):
        tasks = [asyncio.create_task(store._writer.write(saying(f"{n}"))) for n in range(9)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        await asyncio.sleep(0)
    await closing
    await asyncio.gather(*tasks)
    await store.close()

    assert not (tmp_path / "parley.db-wal").exists()
    with pytest.raises(StorageError, match="closed"):
        await store._writer.write(saying("too late"))
    with pytest.raises(StorageError, match="closed"):
        await store.entries(HERE)
    store = await open_store(seeded(tmp_path))
    assert len(await texts(store)) == 9
    await store.close()


async def test_readers_cannot_write_and_see_one_moment(store: SqliteStore) -> None:
    with pytest.raises(StorageError, match="readonly"):
        await store._readers.read(saying("never"))
    assert await texts(store) == []


async def test_closing_waits_for_no_other_process(store: SqliteStore, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "parley.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    late = asyncio.create_task(store._writer.write(saying("late")))
    await asyncio.sleep(0)
    store._writer.gate.patience = float("inf")

    await store.close()
    other.close()

    with pytest.raises(StorageError, match="locked"):
        await late


async def test_nothing_is_promised_once_the_file_is_gone_until_it_is_back(
    store: SqliteStore, tmp_path: Path
) -> None:
    await store._writer.write(saying("before"))
    assert store.ready() == {}
    (tmp_path / "parley.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageError, match="deleted"):
        await store._writer.write(saying("into nothing"))
    assert "database" in store.ready()
    (tmp_path / "elsewhere.db").rename(tmp_path / "parley.db")

    await store._writer.write(saying("after"))
    assert store.ready() == {}
    assert await texts(store) == ["before", "after"]
