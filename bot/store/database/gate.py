"""Where units enter the database: its file has to be the one that was opened, and nobody else may write."""

import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import StorageError

PATIENCE = 10.0
"""Seconds that another process, a backup perhaps, may hold the database."""
_SLICE_MS = 200
_TROUBLE = 60.0


@dataclass(slots=True)
class Gate:
    """Begins transactions. `patience`: seconds to wait for another process; less at the end."""

    raw: sqlite3.Connection
    path: Path
    patience: float = PATIENCE
    _inode: int = field(init=False)
    _failed_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._inode = self.path.stat().st_ino
        self.raw.execute(f"PRAGMA busy_timeout={_SLICE_MS}")

    @property
    def in_trouble(self) -> bool:
        """Whether a commit has failed within the last minute, and none has succeeded since."""
        return time.monotonic() - self._failed_at < _TROUBLE

    def begin(self) -> None:
        """Begin to write. Raises StorageError, sqlite3.Error."""
        if not self._is_there():  # what is written into a file without a name is lost when it is closed
            raise StorageError("the database file was moved or deleted: put it back, or start again")
        since = time.monotonic()
        while not self._begun():
            if time.monotonic() - since >= self.patience:
                raise StorageError("the database is locked by another process")

    def ended(self, *, well: bool) -> None:
        """Remember how it went."""
        self._failed_at = float("-inf") if well else time.monotonic()

    def _is_there(self) -> bool:
        try:
            return self.path.stat().st_ino == self._inode
        except OSError:
            return False

    def _begun(self) -> bool:
        try:
            self.raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True
