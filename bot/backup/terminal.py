"""`parley backup`, `parley restore` and `parley audit` at work: what they do, and what they tell."""

import asyncio
import csv
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

import typer

from bot.backup.archive import Damaged, Manifest
from bot.backup.making import backup
from bot.backup.restoring import stage
from bot.errors import ConfigError, ProviderError
from bot.http import Http
from bot.settings import Settings
from bot.store import NAME, FolderLocked, auditing_of
from bot.store.database.copying import forgotten_since, note_backup
from bot.store.database.lock import announced, lock
from bot.store.database.restored import decide, finish, waits, withdraw

FAULTY: Final = 65
"""sysexits.h: the file that was given is wrong."""
PATIENCE: Final = 120.0
"""Seconds for a Parley that runs to stop in good order and to begin anew."""
GLANCE: Final = 0.1


def make(settings: Settings, file: Path) -> int:
    """Make a backup: the exit code. Raises ConfigError."""
    _exists(settings.data)
    try:
        made = backup(settings.data, file, _tell)
        with suppress(sqlite3.Error):  # the backup is good, whether or not that is written down
            note_backup(settings.data, f"{made.messages} messages, {made.pictures} pictures")
    except (Damaged, OSError, sqlite3.Error) as error:
        return _failed(f"no backup was made: {error}")
    typer.echo(f"{file}: {_about(made)}, {file.stat().st_size:,} bytes. It was read back whole.")
    if made.missing:
        typer.echo(f"Note: {made.missing:,} pictures were not in the folder, and so are not in the backup.")
    typer.echo("Keys and tokens are not in it: keep .env and parley.toml beside it.")
    return 0


async def restore(settings: Settings, file: Path, token: Callable[[Settings], str]) -> int:
    """Restore one: the exit code."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if waits(folder):
            return _failed("another restore waits for Parley's next start: start it first")
        staged, made = await asyncio.to_thread(stage, folder, file, _tell)
    except (Damaged, OSError, sqlite3.Error) as error:
        return _failed(f"{file} was not restored, and nothing has changed: {error}")
    back = _forgotten(folder, made)
    aside = decide(folder, staged, f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    try:
        await _put_in_place(settings, token)
    except (ConfigError, ProviderError, TimeoutError) as error:
        if waits(folder):
            withdraw(folder, staged)
            shutil.rmtree(staged, ignore_errors=True)
            return _failed(f"{file} was not restored, and nothing has changed: {_why(error)}")
        typer.echo(f"Note: the data are restored, but Parley does not answer: {_why(error)}", err=True)
    typer.echo(f"Restored: {_about(made)}, of {made.made_at}.")
    if aside.is_dir():
        typer.echo(f"What was there before is kept in {aside}. Delete it when you do not need it:")
        typer.echo("who has all deleted from now on is still in there.")
    if back:
        typer.echo(
            f"Note: {back} people had themselves deleted since. What they said is back: delete it again."
        )
    return 0


async def _put_in_place(settings: Settings, token: Callable[[Settings], str]) -> None:
    """Do it, or have the Parley that runs begin anew, which does. Raises ConfigError, ProviderError,
    TimeoutError."""
    try:
        held = lock(settings.data)
    except FolderLocked as running:
        if not running.address:
            raise
        await _begun_anew(settings, running.address, token(settings))
        return
    try:
        finish(settings.data)
    finally:
        held.release()


async def _begun_anew(settings: Settings, address: str, token: str) -> None:
    api = Http(address, key=token)
    try:
        await api.post_json("/api/restart", {})
        _tell("Parley stops in good order, and begins anew")
        async with asyncio.timeout(PATIENCE):
            while waits(settings.data) or not await _ready(settings):  # noqa: ASYNC110  # it calls nobody
                await asyncio.sleep(GLANCE)
    finally:
        await api.aclose()


async def _ready(settings: Settings) -> bool:
    api = Http(announced(settings.data))
    try:
        await api.get_json("/readyz")
    except ProviderError:
        return False
    else:
        return True
    finally:
        await api.aclose()


def _why(error: Exception) -> str:
    if isinstance(error, ConfigError):
        return "; ".join(error.problems)
    said = getattr(error, "said", "")
    return said or str(error) or "it took too long"


def _forgotten(folder: Path, made: Manifest) -> int:
    """How many people will be back who had themselves deleted since."""
    try:
        return forgotten_since(folder, made.made_at) if (folder / NAME).exists() else 0
    except sqlite3.Error:
        return 0


def export_audit(settings: Settings, file: Path) -> int:
    """Write the audit out: the exit code. Raises ConfigError."""
    _exists(settings.data)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            count = _written(out, _entries(settings.data), table=file.suffix == ".csv")
    except FileExistsError:
        return _failed(f"{file} is there already: choose another name")
    except (OSError, sqlite3.Error) as error:
        return _failed(f"the audit was not written: {error}")
    typer.echo(f"{file}: {count:,} entries.")
    return 0


def _entries(folder: Path) -> Iterator[dict[str, Any]]:
    for entry in auditing_of(folder):
        row = asdict(entry) | {"at": entry.at.isoformat(timespec="microseconds")}
        person = row.pop("person")
        yield {"id": row.pop("id"), **row, "person_id": person["id"], "person_name": person["name"]}


def _written(out: IO[str], entries: Iterator[dict[str, Any]], *, table: bool) -> int:
    count, writer = 0, csv.writer(out)
    for count, entry in enumerate(entries, start=1):
        if not table:
            out.write(f"{json.dumps(entry, ensure_ascii=False)}\n")
            continue
        if count == 1:
            writer.writerow(entry)
        writer.writerow([_cell(value) for value in entry.values()])
    return count


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def _exists(folder: Path) -> None:
    if not (folder / NAME).exists():
        raise ConfigError(f"PARLEY_DATA: there is no database in {folder} yet.")


def _about(made: Manifest) -> str:
    return f"{made.messages:,} messages in {made.rooms:,} rooms and {made.pictures:,} pictures"


def _tell(line: str) -> None:
    typer.echo(f"  {line}", err=True)


def _failed(why: str) -> int:
    typer.echo(f"parley: {why}.", err=True)
    return FAULTY
