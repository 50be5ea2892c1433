"""Kept pictures: files named by their content, owner-only, written whole or not at all."""

import asyncio
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from bot.errors import BadOption, NotFound, TooLarge
from bot.media.header import ACCEPTED, MAX_BYTES, inspect
from bot.messages import Fit, Picture, PictureRef
from bot.workers.pool import WorkerLost, Workers
from bot.workers.serve import Order

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}
UNREADABLE = f"I couldn't read this picture safely, so I left it alone. {ACCEPTED}; saving it anew may help."


DAY = 86_400.0
_NAME = re.compile(r"[0-9a-f]{64}")


def decoders() -> Workers:
    """The processes that decode: 5 s for a picture, gone after a minute without one."""
    return Workers("bot.media.decoding", seconds=5, linger=60)


class MediaFolder:
    """Pictures from outside are made safe and kept below `folder`; `record` writes the row of each."""

    def __init__(
        self,
        folder: Path,
        record: Callable[[PictureRef], Awaitable[None]],
        *,
        max_bytes: int = MAX_BYTES,
        workers: Workers | None = None,
    ) -> None:
        self._folder = folder / "media"
        self._record = record
        self._max_bytes = max_bytes
        self._workers = workers or decoders()

    async def keep(self, data: bytes) -> PictureRef:
        """Check, strip and keep a picture. Raises TooLarge, BadOption."""
        inspect(data, max_bytes=self._max_bytes)
        facts, clean = await self._decoded({"do": "clean"}, data)
        name = hashlib.sha256(clean).hexdigest()
        ref = PictureRef(name, facts["media_type"], facts["width"], facts["height"])
        await asyncio.to_thread(_write, self.path(ref), clean)
        await self._record(ref)
        await asyncio.to_thread(_write, self.path(ref), clean)  # it may have been let go meanwhile
        return ref

    async def load(self, ref: PictureRef) -> Picture:
        """Read a kept picture. Raises NotFound."""
        try:
            return Picture(await asyncio.to_thread(self.path(ref).read_bytes), ref.media_type)
        except FileNotFoundError as exc:
            raise NotFound("This picture is not kept any more.") from exc

    async def shrink(self, picture: Picture, fit: Fit) -> Picture:
        """A small JPEG of a picture, for models that take no more. Raises BadOption."""
        order = {"do": "shrink", "box": fit.box, "quality": fit.quality}
        facts, small = await self._decoded(order, picture.data)
        return Picture(small, facts["media_type"])

    def path(self, ref: PictureRef) -> Path:
        """Where a picture's bytes are. Raises NotFound for a name that none can have."""
        if not _NAME.fullmatch(ref.sha256) or ref.media_type not in SUFFIXES:
            raise NotFound("There is no such picture.")
        return self._folder / ref.sha256[:2] / f"{ref.sha256}{SUFFIXES[ref.media_type]}"

    async def remove(self, shas: Sequence[str]) -> None:
        """Let pictures go; what is not there is gone already."""
        await asyncio.to_thread(_remove, self._folder, shas)

    async def stray(self, known: Callable[[Sequence[str]], Awaitable[frozenset[str]]]) -> int:
        """Let files go that nobody knows and that are a day old: a kill may have left them. How many."""
        gone = 0
        for shelf in await asyncio.to_thread(_shelves, self._folder):
            names = await asyncio.to_thread(_old, shelf)
            strays = set(names) - await known(names) if names else set()
            await self.remove(sorted(strays))
            gone += len(strays)
        return gone

    async def close(self) -> None:
        """End the decoding processes."""
        await self._workers.close()

    async def _decoded(self, order: Order, data: bytes) -> tuple[Order, bytes]:
        """A decoder's work. Its death is the picture's fault, and is told as such."""
        try:
            facts, made = await self._workers.ask(order, data)
        except WorkerLost as exc:
            raise BadOption(UNREADABLE) from exc
        if "refused" in facts:
            raise (TooLarge if facts["code"] == TooLarge.code else BadOption)(facts["refused"])
        return facts, made


def _remove(folder: Path, shas: Sequence[str]) -> None:
    for sha in shas:
        for suffix in SUFFIXES.values():
            (folder / sha[:2] / f"{sha}{suffix}").unlink(missing_ok=True)


def _shelves(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _old(shelf: Path) -> list[str]:
    """The names in it that are older than a day."""
    before = time.time() - DAY
    return [
        path.stem for path in shelf.iterdir() if _NAME.fullmatch(path.stem) and path.stat().st_mtime < before
    ]


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, on the disk when this returns; owner-only."""
    if path.exists():
        return
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Let the new name survive a power cut, where folders can be synced at all."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
