"""The form of a backup: a ZIP with a manifest, the database, and pictures that are named by their content.

    manifest.json   what it is, and what must be in it
    parley.db       sha256 and size stand in the manifest
    media/ab/abc….png   each name is the sha256 of its content; the manifest has the sum over the names

Whoever reads one takes nothing on trust: names are the only ones that there can be, sizes are held against
what was stated, and no entry is unpacked by its name.
"""

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

import msgspec

from bot.store import NAME as DATABASE

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
CHUNK: Final = 1 << 20
LARGEST_MANIFEST: Final = 64 * 1024
LARGEST_PICTURE: Final = 64 * 1024 * 1024
"""Bytes of a picture; none that is kept has as many."""

_PICTURE: Final = re.compile(r"media/([0-9a-f]{2})/(\1[0-9a-f]{62})\.(png|jpg)", re.ASCII)

Progress = Callable[[str], None]
"""Is told how far it has come, in a line."""


class Damaged(Exception):
    """A file is no backup, or not what it was. The sentence says what is wrong."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in a backup. `names`: the sum over the sorted names of its pictures; `missing`: pictures that
    were not in the folder when it was made."""

    format: int
    made_at: str
    version: str
    schema: str
    database_bytes: int
    database_sha256: str
    messages: int
    rooms: int
    pictures: int
    picture_bytes: int
    names: str
    missing: int


def names_sum(names: list[str]) -> str:
    """One sum for all names."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def content_of(name: str) -> str:
    """The sha256 that a picture's name states. Raises Damaged for what is no picture's name."""
    found = _PICTURE.fullmatch(name)
    if not found:
        raise Damaged(f"it has something in it that no backup has: {name[:80]!r}")
    return found[2]


class Archive:
    """An open backup whose directory was checked. Raises Damaged."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError) as error:
            raise Damaged("it is no backup, or only a part of one") from error
        self._infos = {info.filename: info for info in infos}
        if len(self._infos) != len(infos):
            raise Damaged("it has two files of one name")
        if not {MANIFEST, DATABASE} <= self._infos.keys():
            raise Damaged("it is no backup of Parley's")
        for info in infos:
            _plain(info)
        self.manifest = self._read_manifest()
        self.pictures = sorted(self._infos.keys() - {MANIFEST, DATABASE})
        self._check_directory()

    @property
    def size(self) -> int:
        """Bytes that its content takes."""
        return self.manifest.database_bytes + self.manifest.picture_bytes

    def database(self) -> Iterator[bytes]:
        """The database, piece by piece; raises Damaged at its end at the latest."""
        return self._pieces(DATABASE, self.manifest.database_bytes, self.manifest.database_sha256)

    def picture(self, name: str) -> Iterator[bytes]:
        """A picture, likewise."""
        return self._pieces(name, self._infos[name].file_size, content_of(name))

    def _read_manifest(self) -> Manifest:
        try:
            raw = b"".join(self._pieces(MANIFEST, min(self._infos[MANIFEST].file_size, LARGEST_MANIFEST)))
            manifest = msgspec.json.decode(raw, type=Manifest)
        except msgspec.MsgspecError as error:
            raise Damaged("its manifest cannot be read") from error
        if manifest.format != FORMAT:
            raise Damaged("it was made by another Parley: install the newest")
        return manifest

    def _check_directory(self) -> None:
        """What is there is what shall be there."""
        wanted, sizes = self.manifest, [self._infos[name].file_size for name in self.pictures]
        for name, size in zip(self.pictures, sizes, strict=True):
            content_of(name)
            if size > LARGEST_PICTURE:
                raise Damaged("a picture in it is larger than any can be")
        stated = (wanted.pictures, wanted.picture_bytes, wanted.names, wanted.database_bytes)
        found = (len(self.pictures), sum(sizes), names_sum(self.pictures), self._infos[DATABASE].file_size)
        if stated != found:
            raise Damaged("something is missing from it, or was added")

    def _pieces(self, name: str, size: int, sha256: str = "") -> Iterator[bytes]:
        """An entry's bytes: never more than `size`, and none that its sum does not vouch for in the end."""
        digest, left = hashlib.sha256(), size
        try:
            with self._zip.open(self._infos[name]) as file:
                while piece := file.read(CHUNK):
                    left -= len(piece)
                    if left < 0:
                        raise Damaged(f"{name} is larger than it says")
                    digest.update(piece)
                    yield piece
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise Damaged(f"{name} is damaged") from error
        if left or (sha256 and digest.hexdigest() != sha256):
            raise Damaged(f"{name} is damaged")


def _plain(info: zipfile.ZipInfo) -> None:
    """Neither a folder, nor a link, nor encrypted."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.is_dir() or kind not in (0, stat.S_IFREG) or info.flag_bits & 1:
        raise Damaged(f"it has something in it that no backup has: {info.filename[:80]!r}")


def verify(path: Path, progress: Progress) -> Manifest:
    """Read a backup through, to its last byte. Raises Damaged, OSError."""
    with path.open("rb") as file:
        archive = Archive(file)
        for _ in archive.database():
            pass
        for number, name in enumerate(archive.pictures, start=1):
            for _ in archive.picture(name):
                pass
            if number % 1000 == 0:
                progress(f"{number:,} of {len(archive.pictures):,} pictures read back")
        return archive.manifest
