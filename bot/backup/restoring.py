"""Reading a backup back into a folder of the data folder, and looking all of it through."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from bot.backup.archive import Archive, Damaged, Manifest, Progress
from bot.store import NAME as DATABASE
from bot.store.database.copying import inspected, newer, prepare_restored

PREFIX: Final = ".restoring-"
DAY: Final = 86_400.0
SPARE: Final = 64 * 1024 * 1024
"""Bytes that are left free."""


def stage(folder: Path, file: Path, progress: Progress) -> tuple[Path, Manifest]:
    """A backup's content, checked and up to date, in a folder that is not used yet. Raises Damaged,
    ConfigError, OSError, sqlite3.Error; nothing is left then."""
    with file.open("rb") as there:
        archive = Archive(there)
        if newer(archive.manifest.schema):
            raise Damaged(f"it was made by a newer Parley ({archive.manifest.version}): install that version")
        _room_for(archive, folder)
        clear(folder)
        made = Path(mkdtemp(dir=folder, prefix=PREFIX))
        try:
            _unpack(archive, made, progress)
            _look_through(archive, made)
            prepare_restored(made / DATABASE, archive.manifest.made_at)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    return made, archive.manifest


def clear(folder: Path) -> None:
    """Let go of what restores left that were killed a day ago."""
    for left in folder.glob(f"{PREFIX}*"):
        if left.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(left, ignore_errors=True)


def _room_for(archive: Archive, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if archive.size + SPARE > free:
        raise Damaged(f"it needs {archive.size:,} bytes, and {folder} has {free:,} left: free some space")


def _unpack(archive: Archive, to: Path, progress: Progress) -> None:
    _write(to / DATABASE, archive.database())
    progress(f"the database is unpacked: {archive.manifest.database_bytes:,} bytes")
    (to / "media").mkdir(mode=0o700)
    for number, name in enumerate(archive.pictures, start=1):
        (to / name).parent.mkdir(mode=0o700, exist_ok=True)
        _write(to / name, archive.picture(name))
        if number % 1000 == 0:
            progress(f"{number:,} of {len(archive.pictures):,} pictures unpacked")


def _look_through(archive: Archive, made: Path) -> None:
    found, stated = inspected(made / DATABASE), archive.manifest
    if (found.schema, found.messages, found.rooms) != (stated.schema, stated.messages, stated.rooms):
        raise Damaged("its database is not the one that it was made with")
    if not set(archive.pictures) <= {f"media/{place}" for place in found.pictures}:
        raise Damaged("it has pictures that its database does not know")


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)
