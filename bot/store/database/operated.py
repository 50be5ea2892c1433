"""What the operator does to the file itself, for the audit: no running Parley would write it."""

import sqlite3
from datetime import UTC, datetime
from typing import Final

WHO: Final = "operator"

_INSERT: Final = (
    "INSERT INTO audit (at, person_id, person_name, act, decision, scope, door, subject, target,"
    " before, after, count) VALUES (?, ?, '', ?, 'done', '', 'terminal', 'database', '', ?, ?, 1)"
)


def operated(
    raw: sqlite3.Connection, act: str, *, before: str | None = None, after: str | None = None
) -> None:
    """Write it down. Raises sqlite3.Error."""
    at = datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    raw.execute(_INSERT, (at, WHO, act, before, after))
