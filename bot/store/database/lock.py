"""One process for each data folder. The lock falls with the process, however that ends."""

import fcntl
import json
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from bot.errors import ConfigError
from bot.store.database.private import claim, claim_all_in

NAME = "parley.lock"


class FolderLocked(ConfigError):
    """Another process works in the data folder. `address`: where its API listens, "" while it starts."""

    def __init__(self, folder: Path, pid: int, address: str) -> None:
        super().__init__(
            f"PARLEY_DATA: the folder {folder} is in use by another Parley (process {pid}). "
            "Stop that one first, or choose another folder."
        )
        self.address = address


@dataclass(frozen=True, slots=True)
class FolderLock:
    """The lock, held while its file is open."""

    file: FileIO

    def announce(self, address: str) -> None:
        """Tell other processes where this one's API listens."""
        _write(self.file.fileno(), address)

    def release(self) -> None:
        """Let another process have the folder."""
        self.file.close()


def lock(folder: Path) -> FolderLock:
    """Make the folder when it is missing, and take it. Raises FolderLocked, ConfigError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        claim(folder)
        file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        claim(folder / NAME)
    except OSError as error:
        raise ConfigError(f"PARLEY_DATA: the folder {folder} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = _read(file)
        os.close(file)
        raise FolderLocked(folder, *holder) from error
    held = FolderLock(FileIO(file, "r+"))
    try:
        claim_all_in(folder)
        _write(file, "")
    except BaseException:
        held.release()
        raise
    return held


def announced(folder: Path) -> str:
    """Where the API of whoever has the folder listens, "" while it starts. Takes no lock. Raises OSError."""
    file = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return _read(file)[1]
    finally:
        os.close(file)


def _write(file: int, address: str) -> None:
    """In one write, so that nobody reads half of it: the padding covers what was longer before."""
    text = json.dumps({"pid": os.getpid(), "address": address})
    os.pwrite(file, text.ljust(512).encode(), 0)


def _read(file: int) -> tuple[int, str]:
    """The holder's process id and address, as far as it has written them."""
    text = os.pread(file, 512, 0).decode(errors="replace").strip()
    try:
        holder = json.loads(text)
    except ValueError:
        return 0, ""
    return int(holder["pid"]), str(holder["address"])
