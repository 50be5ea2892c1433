"""Putting restored data in the place of the present: all of it or nothing, whenever a kill comes.

Whole and checked, they lie in a folder of the data folder; that it is called `restore-ready` is the decision.
Whoever holds the data folder next finds it and moves files by renaming, before the database is opened, and
goes on where a kill stopped that. What was there before is kept aside.
"""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from bot.store.database.engine import NAME

READY: Final = "restore-ready"
PLAN: Final = "plan.json"
MEDIA: Final = "media"
LOGS: Final = (f"{NAME}-wal", f"{NAME}-shm", f"{NAME}-journal")
ASIDE: Final = "before-restore-"


def waits(folder: Path) -> bool:
    """Whether restored data wait for their place."""
    return (folder / READY).is_dir()


def decide(folder: Path, stage: Path, moment: str) -> Path:
    """Let the data in `stage`, a folder in the data folder, be those that are used from the next opening on:
    where the present ones will be kept. Raises FileExistsError when others wait already, OSError."""
    aside = folder / f"{ASIDE}{moment}"
    (stage / MEDIA).mkdir(mode=0o700, exist_ok=True)
    (stage / PLAN).write_text(json.dumps({"aside": aside.name}), "utf-8")
    os.sync()
    if waits(folder) or aside.exists():
        raise FileExistsError
    stage.rename(folder / READY)
    synced(folder)
    return aside


def withdraw(folder: Path, to: Path) -> None:
    """Nobody has taken them up: they are only files again."""
    (folder / READY).rename(to)


def finish(folder: Path) -> None:
    """Put what waits in its place. Only for who holds the folder, before the database is opened. Raises
    OSError."""
    for step in steps(folder):
        step()


def steps(folder: Path) -> Iterator[Callable[[], object]]:
    """What is to be done, each step after the one before; none when nothing waits."""
    ready = folder / READY
    if not ready.is_dir():
        return
    if (ready / PLAN).exists():
        aside = folder / Path(str(json.loads((ready / PLAN).read_text("utf-8"))["aside"])).name
        if any((folder / name).exists() for name in (NAME, MEDIA, *LOGS)):
            yield partial(aside.mkdir, mode=0o700, exist_ok=True)
        yield from _places(folder, ready, aside)
        if aside.exists():
            yield partial(synced, aside)
        yield partial(synced, folder)
        yield (ready / PLAN).unlink
    yield ready.rmdir
    yield partial(synced, folder)


def _places(folder: Path, ready: Path, aside: Path) -> Iterator[Callable[[], object]]:
    """While the new one waits, what is in its place is the old one."""
    if (ready / NAME).exists():
        for name in (*LOGS, NAME):
            if (folder / name).exists():
                yield partial((folder / name).rename, aside / name)
        yield partial((ready / NAME).rename, folder / NAME)
    if (ready / MEDIA).exists():
        if (folder / MEDIA).exists():
            yield partial((folder / MEDIA).rename, aside / MEDIA)
        yield partial((ready / MEDIA).rename, folder / MEDIA)


def synced(folder: Path) -> None:
    """Have what a folder lists stay after the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
