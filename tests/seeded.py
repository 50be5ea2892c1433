"""A data folder with an empty database in it: copying one is ten times quicker than migrating to it."""

import tempfile
from functools import cache
from pathlib import Path

from bot.store.database.engine import NAME
from bot.store.opening import migrate


@cache
def empty_database() -> bytes:
    """An up to date database in which nothing was said yet."""
    with tempfile.TemporaryDirectory() as folder:
        migrate(Path(folder))
        return (Path(folder) / NAME).read_bytes()


def seeded(folder: Path) -> Path:
    """The folder, with an empty database unless it has one."""
    file = folder / NAME
    if not file.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(empty_database())
    return folder
