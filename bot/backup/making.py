"""Making a backup, of a Parley that runs, too. It changes nothing but its own file."""

import hashlib
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from bot import __version__
from bot.backup.archive import (
    CHUNK,
    FORMAT,
    MANIFEST,
    Archive,
    Damaged,
    Manifest,
    Progress,
    names_sum,
    verify,
)
from bot.store import NAME as DATABASE
from bot.store.database.copying import Copied, copy_database, recorded
from bot.store.database.restored import synced

PREFIX: Final = ".parley-backup-"
DAY: Final = 86_400.0
FAST: Final = 1
"""Level of compression: it keeps up with a disk."""


def backup(folder: Path, file: Path, progress: Progress) -> Manifest:
    """Write a backup of a data folder, read it back, and let it have its name only then. An older backup of
    that name is replaced, anything else is not. Raises Damaged, OSError, sqlite3.Error."""
    _replaceable(file)
    made_at = datetime.now(UTC).isoformat(timespec="microseconds")
    _clear(file.parent)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=PREFIX) as near:  # its owner's alone
        copy, part = Path(near, DATABASE), Path(near, "part")
        copied = copy_database(folder, copy, _pages(progress))
        progress(f"the database is copied: {copied.messages:,} messages, {copy.stat().st_size:,} bytes")
        manifest = _write(part, copy, folder, copied, made_at, progress)
        copy.unlink()
        if verify(part, progress) != manifest:
            raise Damaged("what was written is not what can be read")
        part.replace(file)
    synced(file.parent)
    return manifest


def _clear(folder: Path) -> None:
    """Let go of what backups left that were killed a day ago."""
    for left in folder.glob(f"{PREFIX}*"):
        if left.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(left, ignore_errors=True)


def _replaceable(file: Path) -> None:
    """Nothing but a backup is written over."""
    if file.exists():
        with file.open("rb") as there:
            try:
                Archive(there)
            except Damaged as error:
                raise Damaged(f"{file} is there already, and is no backup: choose another name") from error


def _write(
    part: Path, copy: Path, folder: Path, copied: Copied, made_at: str, progress: Progress
) -> Manifest:
    """The whole archive, on the disk when this returns."""
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            into = _Into(archive)
            sha256 = into.write(DATABASE, _pieces(copy), deflated=True)
            progress("the database is packed")
            names, missing = _pack_pictures(into, folder, copied, progress)
            manifest = Manifest(
                format=FORMAT,
                made_at=made_at,
                version=__version__,
                schema=copied.schema,
                database_bytes=copy.stat().st_size,
                database_sha256=sha256,
                messages=copied.messages,
                rooms=copied.rooms,
                pictures=len(names),
                picture_bytes=into.sizes - copy.stat().st_size,
                names=names_sum(names),
                missing=missing,
            )
            into.write(MANIFEST, iter([msgspec.json.encode(manifest)]))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _pack_pictures(into: "_Into", folder: Path, copied: Copied, progress: Progress) -> tuple[list[str], int]:
    """The pictures that are there, and how many are not. Raises Damaged for one that is not what it was."""
    names, missing = [], 0
    for number, place in enumerate(copied.pictures, start=1):
        path, name = folder / "media" / place, f"media/{place}"
        try:
            sha256 = into.write(name, _pieces(path))
        except FileNotFoundError:
            missing += recorded(folder, path.stem)  # else it was let go while we were at it
            continue
        if sha256 != path.stem:
            raise Damaged(f"{path} is damaged: let it go or put it back, then make the backup")
        names.append(name)
        if number % 1000 == 0:
            progress(f"{number:,} of {len(copied.pictures):,} pictures packed")
    return names, missing


@dataclass(slots=True)
class _Into:
    """An archive that is written."""

    archive: zipfile.ZipFile
    sizes: int = field(default=0)

    def write(self, name: str, pieces: Iterator[bytes], *, deflated: bool = False) -> str:
        """Add a file: its sha256. Raises OSError before anything of it is written when it is not there."""
        first = next(pieces, b"")
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o100600 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
        info._compresslevel = FAST  # type: ignore[attr-defined]  # noqa: SLF001  # public from Python 3.13 on
        digest = hashlib.sha256()
        with self.archive.open(info, "w", force_zip64=deflated) as file:
            for piece in _chained(first, pieces):
                digest.update(piece)
                self.sizes += len(piece)
                file.write(piece)
        return digest.hexdigest()


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _pages(progress: Progress) -> "_Pages":
    return _Pages(progress)


@dataclass(slots=True)
class _Pages:
    """Tells each further tenth."""

    progress: Progress
    told: int = 0

    def __call__(self, done: int, all_: int) -> None:
        tenths = 10 * done // max(all_, 1)
        if tenths > self.told:
            self.told = tenths
            if tenths < 10 and all_ > 50_000:
                self.progress(f"{tenths * 10} % of the database copied")
