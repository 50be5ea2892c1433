"""Rooms with a long history, put into the tables directly: a million messages in seconds."""

import sqlite3
from collections.abc import Iterator

from bot.messages import ChannelKey

AT = "2026-11-20 12:00:00.000000"
WORDS = "Parrots live long, remember well and repeat what they are told, in any order that pleases them. " * 3


def key(room: int) -> ChannelKey:
    """A filled room's key."""
    return ChannelKey("web", "local", "home", f"room-{room}")


def fill(raw: sqlite3.Connection, rooms: int, messages: int) -> None:
    """Spread `messages` over `rooms`, question and answer in turn, the rooms mixed as in real life. Their
    words are not in the index: that would take minutes."""
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("DROP TRIGGER words_taken_in")
    raw.execute("BEGIN")
    raw.executemany(
        "INSERT INTO rooms (id, key, platform, thread, person, created_at, last_at)"
        " VALUES (?, ?, 'web', '', '', ?, ?)",
        ((room + 1, str(key(room)), AT, AT) for room in range(rooms)),
    )
    raw.executemany(
        "INSERT INTO messages (id, room_id, role, question_id, run_id, person_id, person_name, person_bot,"
        " text, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _messages(rooms, messages),
    )
    raw.executemany(
        "INSERT INTO runs (id, room_id, kind, takes_room, status, question_id, replaces, person_id,"
        " person_name, person_bot, standing, reply_to, options, created_at, started_at, ended_at, delivery)"
        " VALUES (?, ?, 'chat', 1, 'completed', ?, 0, 'web:ann', 'Ann', 0, 1, '', '{}', ?, ?, ?,"
        " 'delivered')",
        ((run + 1, run % rooms + 1, 2 * run + 1, AT, AT, AT) for run in range(messages // 2)),
    )
    raw.execute("COMMIT")
    raw.execute("PRAGMA foreign_keys=ON")


def _messages(rooms: int, messages: int) -> Iterator[tuple[object, ...]]:
    for run in range(messages // 2):
        room, question = run % rooms + 1, 2 * run + 1
        yield question, room, "user", None, None, f"web:{run % 7}", "Ann", 0, WORDS[: run % 200 + 9], AT
        yield question + 1, room, "assistant", question, run + 1, "parley", "Parley", 1, WORDS, AT
