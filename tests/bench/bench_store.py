"""The store's figures, beside what the disk itself can do. `python -m tests.bench.bench_store` prints them.

PARLEY_BENCH_ROWS sets the length of the history (a million messages unless it says 10000000).
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.messages import Actor, Address, ChannelKey, Incoming, Person
from bot.ports import Store
from bot.records import Order, Outcome, Reservation
from bot.runs import RunStatus
from bot.store import migrate, open_store
from bot.store.engine import open_writer
from tests.bench.store_rows import fill, key

Row = tuple[str, str, str]
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROWS = int(os.environ.get("PARLEY_BENCH_ROWS", "1000000"))
ROOMS = 2000
_RESERVATION = Reservation("offline/parrot", Decimal(0))


def percentile(times: Sequence[float], part: float) -> float:
    """In milliseconds."""
    return sorted(times)[min(len(times) - 1, int(len(times) * part))] * 1000


async def timed(step: Awaitable[object]) -> float:
    """How many seconds a step takes."""
    began = time.perf_counter()
    await step
    return time.perf_counter() - began


def said(room: ChannelKey, number: int) -> Incoming:
    return Incoming(Actor(Person("web:ann", "Ann")), f"message {number}", Address(room), f"{room}-{number}")


def disk(folder: Path, count: int = 200) -> Row:
    """What one commit must wait for at the least: a page written and synced."""
    times = []
    with (folder / "sync").open("wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return "the disk: write 4 KiB and sync, p50 / p95", spread(times), "–"


def spread(times: Sequence[float]) -> str:
    return f"{percentile(times, 0.5):.2f} / {percentile(times, 0.95):.2f} ms"


async def start_of_a_turn(store: Store, room: ChannelKey, number: int) -> float:
    """Accept, start with the whole context, finish: the seconds of the start."""
    await store.accept(said(room, number), Order(), at=AT, queue=50)
    seconds = await timed(store.start(room, lambda context, _: (_RESERVATION, len(context.past)), at=AT))
    run = await store.latest_run(room)
    assert run is not None
    await store.finish(run.id, Outcome(RunStatus.COMPLETED, "hi"), at=AT)
    await store.delivered(run.id)
    return seconds


async def long_history(folder: Path, rows: int = ROWS) -> list[Row]:
    """A turn in a room of a database with a long history."""
    migrate(folder)
    with closing(open_writer(folder / "parley.db")) as raw:
        fill(raw, ROOMS, rows)
    opening = time.perf_counter()
    store = await open_store(folder)
    opening = time.perf_counter() - opening
    starts = [await start_of_a_turn(store, key(7 * n % ROOMS), n) for n in range(200)]
    reads = [await timed(store.entries(key(11 * n % ROOMS))) for n in range(200)]
    await store.close()
    return [
        (f"context of a channel among {rows:,} rows, p50 / p95", spread(starts), "≤ 20 ms p95"),
        (f"a room's 500 entries among {rows:,} rows, p50 / p95", spread(reads), "–"),
        (f"opening a database of {rows:,} rows", f"{opening * 1000:.0f} ms", "–"),
    ]


async def many_at_once(folder: Path) -> list[Row]:
    """What comes in at one moment: a message in each of 100 rooms, and 1,000 messages over 200 rooms."""
    store = await open_store(folder)
    times: list[float] = []
    for again in range(10):
        times += await asyncio.gather(*(timed(accept(store, key(n), again)) for n in range(100)))
    began = time.perf_counter()
    await asyncio.gather(*(accept(store, key(1000 + n % 200), n) for n in range(1000)))
    burst = time.perf_counter() - began
    alone = [await timed(accept(store, key(5000), n)) for n in range(200)]
    await store.close()
    return [
        ("accept one message, nothing else going on, p50 / p95", spread(alone), "–"),
        ("accept one message in each of 100 rooms at once, p50 / p95", spread(times), "–"),
        ("1,000 messages at once over 200 rooms, all stored", f"{burst * 1000:.0f} ms", "≤ 2 s"),
        ("the same rows in a bare loop, one commit", f"{bare(folder) * 1000:.0f} ms", "–"),
    ]


async def accept(store: Store, room: ChannelKey, number: int) -> object:
    return await store.accept(said(room, number), Order(), at=AT, queue=10_000)


def bare(folder: Path) -> float:
    """A thousand messages, runs, events and changes by sqlite3 alone: what no store can undercut."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, a, b, c, d, e, f)")
        began = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        for number in range(6000):
            raw.execute("INSERT INTO rows (a, b, c, d, e, f) VALUES (1, ?, 'user', 3, 4, 5)", (f"{number}",))
        raw.execute("COMMIT")
        return time.perf_counter() - began


async def table() -> list[Row]:
    """Every figure of the store: what, how much, and its bound."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        return [disk(path), *await many_at_once(path / "burst"), *await long_history(path / "history")]


def main() -> None:
    """Print the table."""
    for what, figure, bound in asyncio.run(table()):
        print(f"| {what:<62} | {figure:>18} | {bound:<12} |")


if __name__ == "__main__":
    main()
