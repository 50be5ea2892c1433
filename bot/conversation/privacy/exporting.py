"""All that there is of a person, packed for them: JSON and pictures, in ZIP files that do not stay."""

import asyncio
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot.errors import NotFound, QueueFull
from bot.messages import Person, PictureRef
from bot.ports import Clock, Pictures, Store

PAGE: Final = 200
"""Messages in one file of JSON, and in memory."""

MOST_BYTES: Final = 2 * 1024**3
"""Of all ZIP files of one export: more is left out, and said so."""

AT_ONCE: Final = 2
"""Exports that are packed at once, of everybody."""

FOLDER: Final = "exports"

ABOUT: Final = (
    "All that Parley keeps about you on this platform. messages/*.json: what you said, where and when, and "
    "what you were answered; pictures/: named by their content, as messages name them; everything.json: the "
    "rest. Times are UTC, costs US dollars."
)

Finds = Callable[[str], Awaitable[PictureRef | None]]
"""A picture's record by its SHA-256."""


@dataclass(frozen=True, slots=True)
class Export:
    """ZIP files in a folder of their own. `left_out`: pictures for which there was no room."""

    folder: Path
    files: tuple[Path, ...]
    left_out: int = 0

    async def gone(self) -> None:
        """It was given, or nobody wants it any more."""
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


@dataclass(slots=True)
class _Parts:
    """ZIP files of so many bytes each, one after the other."""

    folder: Path
    at_most: int
    files: list[Path] = field(default_factory=list)
    zip: zipfile.ZipFile | None = None
    size: int = 0
    whole: int = 0

    def add(self, name: str, data: bytes, *, packed: bool) -> bool:
        """Put it into the file that has room. False: there is none."""
        cost = len(data) + 300
        if self.whole + cost > MOST_BYTES or cost > self.at_most:
            return False
        file = self.zip
        if file is None or self.size + cost > self.at_most:
            file = self.next()
        file.writestr(name, data, compress_type=zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED)
        written = file.getinfo(name).compress_size + 2 * len(name.encode()) + 150
        self.size += written
        self.whole += written
        return True

    def next(self) -> zipfile.ZipFile:
        """Begin a further one."""
        self.close()
        path = self.folder / f"parley-{len(self.files) + 1}.zip"
        self.files.append(path)
        self.zip, self.size = zipfile.ZipFile(path, "w"), 0
        return self.zip

    def close(self) -> None:
        """Write the last one out."""
        if self.zip is not None:
            self.zip.close()
            self.zip = None


class Exporting:
    """Packs. Raises QueueFull, StorageError."""

    def __init__(self, store: Store, pictures: Pictures, find: Finds, clock: Clock, data: Path) -> None:
        self._store = store
        self._pictures = pictures
        self._find = find
        self._clock = clock
        self._folder = data / FOLDER
        self._packing: set[str] = set()

    async def clear(self) -> None:
        """Nobody waits for what a kill left."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def pack(self, person: Person, *, at_most: int) -> Export:
        """All that there is of a person, in files of `at_most` bytes."""
        if person.id in self._packing or len(self._packing) >= AT_ONCE:
            raise QueueFull("I am packing already. Please try again in a minute.")
        self._packing.add(person.id)
        try:
            return await self._pack(person, at_most)
        finally:
            self._packing.discard(person.id)

    async def drop(self, person: Person) -> None:
        """What was packed for somebody, and not taken yet, goes. Raises QueueFull while it is packed."""
        if person.id in self._packing:
            raise QueueFull("I am still packing what you asked for. Please try again in a minute.")
        for folder in self._folder.glob(f"{_whose(person)}*"):
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _pack(self, person: Person, at_most: int) -> Export:
        folder = await asyncio.to_thread(_made, self._folder, _whose(person))
        parts = _Parts(folder, at_most)
        try:
            left_out = await self._fill(person, parts)
            await asyncio.to_thread(parts.close)
        except BaseException:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            raise
        return Export(folder, tuple(parts.files), left_out)

    async def _fill(self, person: Person, parts: _Parts) -> int:
        kept = dict(await self._store.kept_of(person.id))
        head = {"about": ABOUT, "person": person.id, "made_at": self._clock.now().isoformat(), **kept}
        await _add(parts, "everything.json", head)
        after, number, shas = 0, 0, dict[str, None]()
        while page := await self._store.said_by(person.id, after=after, limit=PAGE):
            after, number = page[-1]["id"], number + 1
            await _put(parts, f"messages/{number:04}.json", page)
            for said in page:
                answer = said["answer"] or {}
                shas |= dict.fromkeys((*said["pictures"], *answer.get("pictures", ())))
        return sum([not await self._picture(parts, sha) for sha in shas])

    async def _picture(self, parts: _Parts, sha: str) -> bool:
        with suppress(NotFound):
            ref: PictureRef | None = await self._find(sha)
            if ref is not None:
                picture = await self._pictures.load(ref)
                name = f"pictures/{sha}.{picture.media_type.removeprefix('image/')}"
                return await asyncio.to_thread(parts.add, name, picture.data, packed=False)
        return True


async def _put(parts: _Parts, name: str, page: Sequence[Mapping[str, Any]]) -> None:
    """A page, or its halves where it has no room."""
    if not await _add(parts, name, page) and len(page) > 1:
        half = len(page) // 2
        await _put(parts, name.replace(".json", "a.json"), page[:half])
        await _put(parts, name.replace(".json", "b.json"), page[half:])


async def _add(parts: _Parts, name: str, told: object) -> bool:
    def write() -> bool:
        data = json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        return parts.add(name, data, packed=True)

    return await asyncio.to_thread(write)


def _whose(person: Person) -> str:
    """How the folders of a person's exports begin."""
    return f"{hashlib.sha256(person.id.encode()).hexdigest()[:32]}-"


def _made(folder: Path, prefix: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=folder, prefix=prefix))
