"""The data folder: one process at a time, its owner's alone, and never worked on when it is not sound."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.web.connection.token import web_token
from bot.errors import ConfigError
from bot.store import FolderLocked, migrate, open_store
from tests.contracts.talk import ask

HOLD = """
import asyncio, sys
from pathlib import Path
from bot.store import open_store

async def hold():
    store = await open_store(Path(sys.argv[1]))
    print("open", flush=True)
    if sys.stdin.readline() == "announce\\n":
        store.announce("http://127.0.0.1:8080")
        print("announced", flush=True)
        sys.stdin.readline()

asyncio.run(hold())
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the folder open."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603  # our own script
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


async def test_a_folder_has_one_process(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(FolderLocked, match=f"process {holder.pid}") as starting:
        await open_store(tmp_path)
    assert holder.stdin is not None
    assert holder.stdout is not None
    print("announce", file=holder.stdin, flush=True)  # into the pipe
    holder.stdout.readline()
    with pytest.raises(FolderLocked) as serving:
        migrate(tmp_path)

    assert (starting.value.address, serving.value.address) == ("", "http://127.0.0.1:8080")


async def test_the_lock_falls_with_its_process(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()

    await (await open_store(tmp_path)).close()


async def test_the_folder_is_its_owner_s_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    store = await open_store(folder)
    await ask(store)

    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert modes == dict.fromkeys(("parley.db", "parley.db-wal", "parley.db-shm", "parley.lock"), 0o600)
    assert folder.stat().st_mode & 0o777 == 0o700
    await store.close()


async def test_a_folder_that_was_open_to_all_is_closed_with_all_that_is_in_it(tmp_path: Path) -> None:
    """Whatever the umask: made before, by a copy or by hand, it is the owner's alone from now on."""
    data = tmp_path / "data"
    media = data / "media"
    media.mkdir(parents=True)
    for open_to_all in (data / "parley.db", data / "web-token", media / "a.png"):
        open_to_all.touch()
    for path in (data, *data.rglob("*")):
        path.chmod(0o777)
    before = os.umask(0)
    try:
        store = await open_store(data)
        web_token(data)
        await ask(store)
    finally:
        os.umask(before)
    try:
        loose = [path.name for path in (data, *data.rglob("*")) if path.stat().st_mode & 0o077]
    finally:
        await store.close()

    assert loose == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")
@pytest.mark.parametrize("name", ["", "web-token", "parley.db", "parley.lock", "media"])
async def test_what_another_user_put_there_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    """They would know the token, or have the key to be sent to them."""
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    (data / name).touch()
    os.chown(data / name, 12345, 12345)

    with pytest.raises(ConfigError, match="belongs to another user"):
        await open_store(data)


async def test_a_file_in_the_folder_s_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="PARLEY_DATA"):
        await open_store(tmp_path / "data")


@pytest.mark.parametrize("at", [0, 4096 * 3 + 8])
async def test_a_damaged_database_is_not_opened(tmp_path: Path, at: int) -> None:
    store = await open_store(tmp_path)
    await ask(store)
    await store.close()
    with (tmp_path / "parley.db").open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 2000)

    for _ in range(2):  # it holds no lock on its way out
        with pytest.raises(ConfigError, match="restore a backup"):
            await open_store(tmp_path)


async def test_a_newer_database_is_not_opened(tmp_path: Path) -> None:
    await (await open_store(tmp_path)).close()
    raw = sqlite3.connect(tmp_path / "parley.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()

    with pytest.raises(ConfigError, match="newer Parley"):
        await open_store(tmp_path)


def pragmas(raw: sqlite3.Connection, *names: str) -> list[object]:
    return [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in names]


async def test_connections_are_as_safe_as_told(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    reader = store._readers._all[0]

    assert pragmas(store._writer.raw, "journal_mode", "synchronous", "secure_delete") == ["wal", 2, 1]
    assert pragmas(store._writer.raw, "foreign_keys", "query_only", "wal_autocheckpoint") == [1, 0, 1000]
    assert pragmas(reader._conn, "foreign_keys", "query_only", "wal_autocheckpoint") == [1, 1, 0]
    await store.close()


async def test_a_half_written_lock_names_nobody(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    (tmp_path / "parley.lock").write_text(json.dumps({"pid": 1})[:4])
    with pytest.raises(FolderLocked, match="process 0") as locked:
        await open_store(tmp_path)
    assert locked.value.address == ""
