"""A copy of the database as it is at one moment, made beside whoever writes it."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.store.database.engine import NAME, open_onlooker, open_writer
from bot.store.database.migrating import bring_up_to_date, head, revision
from bot.store.database.operated import operated

PAGES: Final = 4096
"""Pages between two words about how far it has come."""

_COUNTS: Final = "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM rooms)"


@dataclass(frozen=True, slots=True)
class Copied:
    """What is in a copy. `pictures`: their names below the folder of pictures."""

    schema: str
    messages: int
    rooms: int
    pictures: Sequence[str]


def copy_database(folder: Path, to: Path, progress: Callable[[int, int], None]) -> Copied:
    """Copy it: every commit that was answered before is in it, none of later. `progress` hears of pages, done
    and in all. Writers are not held up. Raises sqlite3.Error."""
    with closing(open_onlooker(folder / NAME)) as source, closing(sqlite3.connect(to)) as target:
        source.execute("BEGIN")  # all steps read from one snapshot, so that no commit makes it begin anew
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=PAGES, progress=lambda _, left, all_: progress(all_ - left, all_))
        source.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode=DELETE")  # one file, with no log beside it
    return inspected(to)


def inspected(path: Path) -> Copied:
    """Look a copy through: whether it is sound, and what is in it. Raises sqlite3.Error."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as raw:
        problem = raw.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise sqlite3.DatabaseError(f"it is damaged: {problem}")
        messages, rooms = raw.execute(_COUNTS).fetchone()
        kept = raw.execute("SELECT sha256, media_type FROM pictures ORDER BY sha256").fetchall()
        return Copied(revision(raw), messages, rooms, [_place(*row) for row in kept])


def _place(sha256: str, media_type: str) -> str:
    return f"{sha256[:2]}/{sha256}.{'png' if media_type == 'image/png' else 'jpg'}"


def recorded(folder: Path, sha256: str) -> bool:
    """Whether a picture is still one that is kept. Raises sqlite3.Error."""
    with closing(open_onlooker(folder / NAME)) as raw:
        return raw.execute("SELECT 1 FROM pictures WHERE sha256 = ?", (sha256,)).fetchone() is not None


def newer(schema: str) -> bool:
    """Whether a schema is one that this program does not know."""
    return schema > head()


def prepare_restored(path: Path, made_at: str) -> None:
    """Bring a restored copy up to date, and write into its audit that it was restored. Raises ConfigError,
    sqlite3.Error."""
    with closing(open_writer(path)) as raw:
        bring_up_to_date(raw)
        raw.execute("BEGIN IMMEDIATE")
        operated(raw, "restore", before=None, after=f"backup of {made_at}")
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def note_backup(folder: Path, what: str) -> None:
    """Write into the audit that a backup was made, be it beside a Parley that runs. Raises sqlite3.Error."""
    with closing(sqlite3.connect(folder / NAME, isolation_level=None, timeout=10)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint=0")  # only the writer folds the log in
        raw.execute("PRAGMA synchronous=FULL")
        if revision(raw) == head():
            operated(raw, "backup", after=what)


def forgotten_since(folder: Path, moment: str) -> int:
    """How many people had themselves deleted since a moment (ISO 8601, UTC). Raises sqlite3.Error."""
    with closing(open_onlooker(folder / NAME)) as raw:
        if revision(raw) < "0019":
            return 0
        asked = "SELECT count(*) FROM audit WHERE act = 'be_forgotten' AND decision = 'done' AND at > ?"
        return int(raw.execute(asked, (moment.replace("T", " ").removesuffix("+00:00"),)).fetchone()[0])
