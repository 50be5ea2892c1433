"""Recall: how long a question waits for what was said long ago, and how often that is what it asks for."""

import sqlite3
import tempfile
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from bot.clock import SystemClock
from bot.memory.embedding import Embedder
from bot.memory.question import Question
from bot.memory.recall import Recall
from bot.memory.vectors import packed
from bot.messages import ChannelKey
from bot.providers.offline import Offline
from bot.providers.offline.likeness import placement
from bot.records import Order, Passage, Reservation
from bot.routes import Routes
from bot.settings import Account, Settings
from bot.store import SqliteStore, migrate, open_store
from bot.store.database.engine import open_writer
from tests.bench.bench_store import AT, said
from tests.bench.figures import Bound, Row, milliseconds
from tests.bench.old_facts import FACTS, Turn, conversation

KEY = ChannelKey("web", "local", "home", "long")
TURNS = 20_000
UNCACHED = 5
_AT = "2026-11-20 12:00:00.000000"
_MESSAGE = (
    "INSERT INTO messages (id, room_id, role, question_id, run_id, person_id, person_name, person_bot, text,"
    " created_at) VALUES (?, 1, ?, ?, ?, 'web:ann', ?, 0, ?, ?)"
)


async def recall(turns: int = TURNS) -> list[Row]:
    """A question about each fact of a long conversation, with the offline model that places texts."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder))
        with closing(open_writer(Path(folder, "parley.db"))) as raw:
            _fill(raw, conversation(turns))
        store = await open_store(Path(folder))
        try:
            uncached, cached, hits = await _asked(store, Path(folder))
        finally:
            await store.close()
    among = f"among {turns:,} turns"
    return [
        Row(f"recall {among}, vectors at hand", milliseconds(cached), "ms", Bound(30, "p95")),
        Row(f"recall {among}, vectors read first", milliseconds(uncached), "ms"),
        Row(f"questions of {len(FACTS)} that got their old fact", {"": hits}, "", Bound(34, least=True)),
    ]


async def _asked(store: SqliteStore, folder: Path) -> tuple[list[float], list[float], int]:
    """How long it takes without and with the vectors at hand, and how many facts come back."""
    account = Account("offline", "offline", free=True)
    settings = Settings(data=folder, accounts={"offline": account})
    offline = Offline(account)
    embedder = Embedder(
        Routes(settings, lambda _: offline, SystemClock()), store, SystemClock(), settings.limits
    )
    accepted = await store.accept(said(KEY, 0), Order(), at=AT, queue=9)
    await store.start(KEY, lambda *_: (Reservation("offline/parrot", Decimal(0)), None), at=AT)

    async def timed(asking: Recall, text: str) -> tuple[float, tuple[Passage, ...]]:
        began = time.perf_counter()
        found = await asking.recall(Question(accepted.run_id, KEY, text, accepted.message_id, embedder))
        return time.perf_counter() - began, found

    uncached = [(await timed(Recall(store, embedder), FACTS[number][1]))[0] for number in range(UNCACHED)]
    asking, cached, hits = Recall(store, embedder), [], 0
    await timed(asking, "hello")
    for fact, question in FACTS:
        seconds, found = await timed(asking, question)
        cached.append(seconds)
        hits += any(fact == one.text for one in found)
    return uncached, cached, hits


def _fill(raw: sqlite3.Connection, turns: list[Turn]) -> None:
    """One room with this conversation, indexed and placed."""
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("BEGIN")
    raw.execute(
        "INSERT INTO rooms (id, key, platform, thread, person, created_at, last_at)"
        " VALUES (1, ?, 'web', '', '', ?, ?)",
        (str(KEY), _AT, _AT),
    )
    raw.executemany(
        "INSERT INTO runs (id, room_id, kind, takes_room, status, question_id, replaces, person_id,"
        " person_name, person_bot, standing, reply_to, options, created_at, ended_at, delivery)"
        " VALUES (?, 1, 'chat', 1,"
        " 'completed', ?, 0, 'web:ann', 'Ann', 0, 1, '', '{}', ?, ?, 'delivered')",
        ((number + 1, 2 * number + 1, _AT, _AT) for number in range(len(turns))),
    )
    texts = []
    for number, turn in enumerate(turns):
        asked, answer = 2 * number + 1, 2 * number + 2
        raw.execute(_MESSAGE, (asked, "user", None, None, "Ann", turn.said, _AT))
        raw.execute(_MESSAGE, (answer, "assistant", asked, number + 1, "Parley", turn.answer, _AT))
        texts += [turn.said, turn.answer]
    vectors = packed([placement(text) for text in texts])
    raw.executemany(
        "INSERT INTO vectors (room_id, message_id, model, data) VALUES (1, ?, 'magpie', ?)",
        enumerate(vectors, start=1),
    )
    raw.execute("COMMIT")
