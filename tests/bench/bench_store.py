"""The store alone: long histories and many messages at once, beside bare sqlite3.

PARLEY_BENCH_ROWS sets the length of the history (a million messages unless it says 10000000).
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.messages import Actor, Address, ChannelKey, Incoming, Person
from bot.ports import Store
from bot.records import Order, Outcome, Reservation
from bot.runs import RunStatus
from bot.store import migrate, open_store
from bot.store.database.engine import open_writer
from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.store_rows import fill, key

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROWS = int(os.environ.get("PARLEY_BENCH_ROWS", "1000000"))
ROOMS = 2000
_RESERVATION = Reservation("offline/parrot", Decimal(0))


async def timed(step: Awaitable[object]) -> float:
    """How many seconds a step takes."""
    began = time.perf_counter()
    await step
    return time.perf_counter() - began


def said(room: ChannelKey, number: int) -> Incoming:
    return Incoming(Actor(Person("web:ann", "Ann")), f"message {number}", Address(room), f"{room}-{number}")


async def start_of_a_turn(store: Store, room: ChannelKey, number: int) -> float:
    """Accept, start with the whole context, finish: the seconds of the start."""
    await store.accept(said(room, number), Order(), at=AT, queue=50)
    seconds = await timed(store.start(room, lambda context, _: (_RESERVATION, len(context.past)), at=AT))
    run = await store.latest_run(room)
    assert run is not None
    await store.finish(run.id, Outcome(RunStatus.COMPLETED, "hi"), at=AT)
    await store.delivered(run.id)
    return seconds


async def history(rows: int = ROWS, rooms: int = ROOMS, looks: int = 200) -> list[Row]:
    """A turn and a look in the rooms of a database with a long history."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        migrate(path)
        with closing(open_writer(path / "parley.db")) as raw:
            fill(raw, rooms, rows)
        opening = time.perf_counter()
        store = await open_store(path)
        opening = time.perf_counter() - opening
        starts = [await start_of_a_turn(store, key(7 * n % rooms), n) for n in range(looks)]
        reads = [await timed(store.entries(key(11 * n % rooms))) for n in range(looks)]
        await store.close()
        bare = [bare_read(path, 7 * n % rooms + 1) for n in range(looks)]
    among = f"among {rows:,} rows"
    return [
        Row(
            f"context of a channel {among}",
            milliseconds(starts),
            "ms",
            Bound(20, "p95"),
            milliseconds(bare)["p95"],
        ),
        Row(f"a room's 500 entries {among}", milliseconds(reads), "ms"),
        Row(f"opening a database of {rows:,} rows", {"": opening * 1000}, "ms"),
    ]


def bare_read(folder: Path, room: int) -> float:
    """Seconds that sqlite3 alone takes for a room's newest messages: what no store can undercut."""
    with closing(sqlite3.connect(folder / "parley.db")) as raw:
        raw.execute("SELECT count(*) FROM rooms").fetchone()
        began = time.perf_counter()
        raw.execute("SELECT * FROM messages WHERE room_id = ? ORDER BY id DESC LIMIT 400", (room,)).fetchall()
        return time.perf_counter() - began


async def at_once(rooms: int = 100, rounds: int = 10) -> list[Row]:
    """A message in one room, and in a hundred in the same moment."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(Path(folder))
        times: list[float] = []
        for again in range(rounds):
            times += await asyncio.gather(*(timed(accept(store, key(n), again)) for n in range(rooms)))
        alone = [await timed(accept(store, key(5000), n)) for n in range(2 * rooms)]
        await store.close()
        bare = bare_write(Path(folder), rooms)
    return [
        Row("accept one message, nothing else going on", milliseconds(alone), "ms"),
        Row(f"accept one message in each of {rooms} rooms at once", milliseconds(times), "ms", None, bare),
    ]


async def accept(store: Store, room: ChannelKey, number: int) -> object:
    return await store.accept(said(room, number), Order(), at=AT, queue=10_000)


def bare_write(folder: Path, messages: int) -> float:
    """Milliseconds that sqlite3 alone takes for the rows of so many messages, in one commit."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, a, b, c, d, e, f)")
        began = time.perf_counter()
        raw.execute("BEGIN IMMEDIATE")
        for number in range(6 * messages):
            raw.execute("INSERT INTO rows (a, b, c, d, e, f) VALUES (1, ?, 'user', 3, 4, 5)", (f"{number}",))
        raw.execute("COMMIT")
        return (time.perf_counter() - began) * 1000
