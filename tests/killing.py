"""What is left on disk after kills: asked of the file itself, whatever the process believed."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any


def query(database: Path, statement: str) -> list[Any]:
    """What the file itself says."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute(statement).fetchall()


async def at_rest(database: Path, expected: Sequence[str]) -> None:
    """Wait until all of this is stored, and nothing is worked on or on its way any more."""
    while True:
        stored = {text for (text,) in query(database, "SELECT text FROM messages WHERE role = 'user'")}
        busy = query(database, "SELECT id FROM runs WHERE ended_at IS NULL OR delivery = 'pending'")
        if stored.issuperset(expected) and not busy:
            return
        await asyncio.sleep(0.05)


def stored_verdict(database: Path, said: Mapping[str, Sequence[str]]) -> list[str]:
    """What the database has not kept of its promises, in words. `said`: by room, in order."""
    rows = query(
        database,
        "SELECT q.text, r.key, (SELECT count(*) FROM messages a WHERE a.question_id = q.id AND a.text != '')"
        " FROM messages q JOIN rooms r ON r.id = q.room_id WHERE q.role = 'user' ORDER BY q.id",
    )
    texts = [text for text, *_ in rows]
    broken = [f"{answers} answers: {text}" for text, _, answers in rows if answers != 1]
    for room, messages in said.items():
        stored = [text for text in texts if text in messages]
        if sorted(stored) != sorted(messages):
            broken.append(f"in {room} not stored once: {sorted(set(messages) ^ set(stored)) or stored}")
        elif stored != list(messages):
            broken.append(f"in {room} out of order: {stored}")
    return broken
