"""A database that was migrated once, copied wherever a test begins with none.

Migrations have tests of their own (`tests/test_migrations.py`); all others need only what comes of them, and
making that anew takes ten times what copying it does.
"""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from bot.store.engine import NAME, open_writer
from bot.store.migrating import bring_up_to_date, revision

_ONE = threading.Lock()
_made: list[sqlite3.Connection] = []


def brought_up_to_date(raw: sqlite3.Connection) -> str:
    """In place of the real one: an empty database becomes a copy. Any other is migrated as it would be."""
    if revision(raw):
        return bring_up_to_date(raw)
    with _ONE:
        _template().backup(raw)
    return revision(raw)


def put_into(folder: Path) -> None:
    """Let a folder that is not there yet begin with the newest schema."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        with closing(open_writer(folder / NAME)) as raw:
            brought_up_to_date(raw)


def _template() -> sqlite3.Connection:
    """The database that is copied: made when it is needed first."""
    if not _made:
        made = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        bring_up_to_date(made)
        _made.append(made)
    return _made[0]
