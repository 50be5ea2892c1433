"""A backup has all that was acknowledged before; a restore leaves one whole state or the other."""

import asyncio
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.backup import Damaged, backup, stage
from bot.backup.archive import names_sum
from bot.messages import PictureRef
from bot.store import migrate, open_store
from bot.store.database.restored import READY, decide, finish, steps, waits
from tests.contracts.talk import answer, texts
from tests.killing import query
from tests.process import TOKEN, Parley, parley
from tests.rig import PNG, rig
from tests.seeded import seeded

X = hashlib.sha256(b"x").hexdigest()
OF_X = f"media/{X[:2]}/{X}.png"
"""A picture that is what its name says, and that no database knows."""


def quiet(_: str) -> None:
    """Nobody listens."""


async def filled(folder: Path, *said: str, pictures: int = 1) -> list[PictureRef]:
    """A data folder in which this was said, with pictures."""
    async with rig(folder) as house:
        for text in said:
            await house.ask(text)
        return [await house.pictures.keep(PNG) for _ in range(pictures)]


def restored(folder: Path, file: Path) -> Path:
    """Put a backup in place, while nobody has the folder: where the former data are."""
    staged, _ = stage(folder, file, quiet)
    aside = decide(folder, staged, "now")
    finish(folder)
    return aside


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said_in(folder: Path) -> list[str]:
    return [text for (text,) in query(folder / "parley.db", "SELECT text FROM messages WHERE role = 'user'")]


async def test_what_was_said_and_shown_comes_back_and_the_former_data_are_kept(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    (ref,) = await filled(data, "first")
    made = backup(data, file, quiet)
    await filled(data, "second", pictures=0)

    aside = restored(data, file)

    assert (made.messages, made.pictures, made.missing) == (2, 1, 0)
    assert said_in(data) == ["first"]
    assert said_in(aside) == ["first", "second"]
    async with rig(data) as house:
        assert (await house.pictures.load(ref)).data
        assert (await house.ask("third")) == "answer 1"
    assert query(data / "parley.db", "SELECT act FROM audit ORDER BY id")[-1] == ("restore",)


async def test_a_backup_and_what_is_restored_of_it_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        data, file = tmp_path / "data", tmp_path / "b.zip"
        await filled(data, "first")
        backup(data, file, quiet)
        restored(data, file)
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert open_to_others(data) == []
    assert names_in(tmp_path) == ["b.zip", "data"]


async def test_no_key_and_no_token_is_in_a_backup(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await filled(data, "first")
    (data / "web-token").write_text("secret")
    backup(data, file, quiet)
    with zipfile.ZipFile(file) as made:
        names = {name.partition("/")[0] for name in made.namelist()}
    assert names == {"manifest.json", "parley.db", "media"}
    restored(data, file)
    assert (data / "web-token").read_text() == "secret"


async def test_messages_that_stream_in_meanwhile_are_held_up_by_nothing(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    seeded(data)
    store = await open_store(data)
    for number in range(20):
        await answer(store, f"before {number}", "yes")
    going, during = asyncio.Event(), 0
    task = asyncio.create_task(asyncio.to_thread(backup, data, file, quiet))
    task.add_done_callback(lambda _: going.set())
    while not going.is_set():
        await answer(store, f"during {during}", "yes")
        during += 1
    await task
    after = len(await texts(store))
    await store.close()

    restored(data, file)

    back = said_in(data)
    assert back[:20] == [f"before {number}" for number in range(20)]
    assert back[20:] == [f"during {number}" for number in range(len(back) - 20)]
    assert during
    assert 2 * len(back) <= after


async def test_a_backup_of_what_a_kill_left_has_what_was_only_in_the_log(tmp_path: Path) -> None:
    data, copy, file = tmp_path / "data", tmp_path / "copy", tmp_path / "b.zip"
    seeded(data)
    store = await open_store(data)
    await answer(store, "in the log", "yes")
    shutil.copytree(data, copy)  # as a kill leaves it: nothing was folded in
    await store.close()
    assert (copy / "parley.db-wal").stat().st_size
    (copy / "parley.db-shm").unlink(missing_ok=True)
    assert backup(copy, file, quiet).messages == 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup's bytes."""
    folder = tmp_path_factory.mktemp("small")
    asyncio.run(filled(folder / "data", "hello"))
    backup(folder / "data", folder / "b.zip", quiet)
    return (folder / "b.zip").read_bytes()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.floats(0, 1, exclude_max=True), mask=st.integers(1, 255))
def test_a_flipped_byte_is_found_or_was_of_no_matter(
    small: bytes, tmp_path: Path, where: float, mask: int
) -> None:
    place = int(where * len(small))
    file = tmp_path / "flipped.zip"
    file.write_bytes(small[:place] + bytes([small[place] ^ mask]) + small[place + 1 :])
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    try:
        staged, _ = stage(data, file, quiet)
    except Damaged:
        assert list(data.iterdir()) == []
    else:
        assert said_in(staged) == ["hello"]
        shutil.rmtree(staged)


@pytest.mark.parametrize("length", [0, 100, -1, -200])
def test_half_a_backup_is_none(small: bytes, tmp_path: Path, length: int) -> None:
    (tmp_path / "half.zip").write_bytes(small[:length])
    with pytest.raises(Damaged):
        stage(tmp_path, tmp_path / "half.zip", quiet)


Crafted = Callable[[zipfile.ZipFile], Any]


def _linked(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo(f"media/aa/{'a' * 64}.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


@pytest.mark.parametrize(
    "craft",
    [
        lambda archive: archive.writestr("../outside", "x"),
        lambda archive: archive.writestr("/tmp/outside", "x"),  # noqa: S108  # it is never written
        lambda archive: archive.writestr("media/../../outside.png", "x"),
        lambda archive: archive.writestr(f"media/ab/{'a' * 64}.png", "x"),
        lambda archive: archive.writestr("media/", ""),
        lambda archive: archive.writestr("web-token", "x"),
        lambda archive: archive.writestr(f"media/aa/{'a' * 64}.png", "not what its name says"),
        _linked,
    ],
)
def test_what_no_backup_has_is_refused_and_nothing_is_written(
    small: bytes, tmp_path: Path, craft: Crafted
) -> None:
    file, data = tmp_path / "crafted.zip", tmp_path / "data"
    file.write_bytes(small)
    data.mkdir()
    with zipfile.ZipFile(file, "a") as archive:
        craft(archive)
    with pytest.raises(Damaged):
        stage(data, file, quiet)
    assert [path.name for path in data.iterdir()] == []
    assert {path.name for path in tmp_path.iterdir()} == {"crafted.zip", "data"}


@pytest.mark.parametrize(
    ("name", "content"),
    [("media/../../outside.png", b"x"), (f"media/aa/{'a' * 64}.png", b"another"), (OF_X, b"x")],
)
def test_a_manifest_that_was_forged_along_lets_nothing_more_in(
    small: bytes, tmp_path: Path, name: str, content: bytes
) -> None:
    with zipfile.ZipFile(io.BytesIO(small)) as archive:
        held = {each: archive.read(each) for each in archive.namelist()}
    manifest = json.loads(held.pop("manifest.json"))
    held[name] = content
    shown = {each: data for each, data in held.items() if each != "parley.db"}
    sums = {"pictures": len(shown), "picture_bytes": sum(map(len, shown.values()))}
    forged = json.dumps({**manifest, **sums, "names": names_sum(list(shown))})
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for each, data in {**held, "manifest.json": forged.encode()}.items():
            archive.writestr(zipfile.ZipInfo(each), data)
    (tmp_path / "data").mkdir()
    with pytest.raises(Damaged):
        stage(tmp_path / "data", tmp_path / "forged.zip", quiet)
    assert names_in(tmp_path) == ["data", "forged.zip"]
    assert names_in(tmp_path / "data") == []


def test_a_newer_schema_is_refused_with_a_sentence(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    migrate(data)
    with closing(sqlite3.connect(data / "parley.db", isolation_level=None)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    backup(data, file, quiet)
    with pytest.raises(Damaged, match="newer Parley"):
        stage(data, file, quiet)


def test_only_a_backup_is_written_over(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "parley.toml"
    migrate(data)
    file.write_text("[web]")
    with pytest.raises(Damaged, match="choose another name"):
        backup(data, file, quiet)
    assert file.read_text() == "[web]"
    backup(data, tmp_path / "b.zip", quiet)
    backup(data, tmp_path / "b.zip", quiet)


class Killed(BaseException):
    """As a kill is: nothing is caught, nothing is cleared away."""


async def test_a_backup_that_is_broken_off_leaves_the_older_one(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.zip"
    await filled(data, "first")
    backup(data, file, quiet)
    before = file.read_bytes()

    def dies(_: str) -> None:
        raise Killed

    with pytest.raises(Killed):
        backup(data, file, dies)
    assert file.read_bytes() == before


async def test_wherever_a_restore_is_killed_the_data_are_whole(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    await filled(old, "old")
    await filled(new, "new")
    backup(new, tmp_path / "b.zip", quiet)
    at = 0
    while True:
        data = tmp_path / f"data{at}"
        shutil.copytree(old, data)
        (data / "parley.db-wal").touch()
        staged, _ = stage(data, tmp_path / "b.zip", quiet)
        assert said_in(data) == ["old"]
        decide(data, staged, "now")
        killed = _killed_at(data, at)
        store = await open_store(data)  # whoever comes next
        await store.close()
        assert said_in(data) == ["new"]
        assert said_in(data / "before-restore-now") == ["old"]
        assert not waits(data)
        with closing(sqlite3.connect(data / "parley.db")) as raw:
            (sha,) = raw.execute("SELECT sha256 FROM pictures").fetchone()
        assert (data / "media" / sha[:2] / f"{sha}.png").is_file()
        if not killed:
            break
        at += 1
    assert at > 6


def _killed_at(data: Path, at: int) -> bool:
    """Do so many steps and no more: whether some were left."""
    for number, step in enumerate(steps(data)):
        if number == at:
            return True
        step()
    return False


async def test_in_an_empty_folder_nothing_is_kept_aside(tmp_path: Path) -> None:
    await filled(tmp_path / "data", "first")
    backup(tmp_path / "data", tmp_path / "b.zip", quiet)
    (tmp_path / "new").mkdir()
    restored(tmp_path / "new", tmp_path / "b.zip")
    assert names_in(tmp_path / "new") == ["media", "parley.db"]


async def test_a_second_restore_waits_for_the_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data, "first")
    backup(data, tmp_path / "b.zip", quiet)
    one, two = (stage(data, tmp_path / "b.zip", quiet)[0] for _ in range(2))
    decide(data, one, "now")
    with pytest.raises(FileExistsError):
        decide(data, two, "later")
    assert (data / READY).is_dir()


async def test_a_parley_that_runs_is_backed_up_restored_and_goes_on(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program, program.api() as http:
        await http.post("/api/rooms/general/messages", json={"text": "before"})
        assert await _command(program, "backup", "b.zip") == 0
        await http.post("/api/rooms/general/messages", json={"text": "after"})
        assert await _command(program, "restore", "b.zip") == 0

        found = (await http.get("/api/rooms/general/messages")).json()["messages"]
        assert [one["text"] for one in found if one["role"] == "user"] == ["before"]
        acts = [entry["act"] for entry in (await http.get("/api/audit")).json()["entries"]]
        assert acts[:2] == ["start", "restore"]
        (aside,) = program.data.glob("before-restore-*")
        assert said_in(aside) == ["before", "after"]
        assert await _command(program, "audit", "export", "audit.csv") == 0
        assert "restore" in (tmp_path / "audit.csv").read_text()
        assert await program.stop() == 0


async def _command(program: Parley, *given: str) -> int:
    """What a command in a terminal beside it ends with."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])}
    env |= {"PARLEY_DATA": str(program.data), "PARLEY_WEB_TOKEN": TOKEN, "PARLEY_LOCAL_SERVERS": "off"}
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *given, env=env, cwd=program.data.parent
    )
    return await done.wait()
