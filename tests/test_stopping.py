"""SIGTERM: what can be finished in a few seconds is, the rest is taken up at the next start."""

import asyncio
import os
import sqlite3
import sys
from pathlib import Path

import pytest

from tests.process import ROOT, parley
from tests.tab import Tab
from tests.test_storm import quiet, verdict

SLOW = '[providers.slow]\nkind = "offline"\npace = 3\n[routes]\nchat = ["slow/parrot"]\n'
ROOMS = ("amber", "birch", "cedar")
GRACE = 15.0
"""Seconds after which whoever supervises us would kill: more than our own, for slow machines."""


@pytest.mark.timeout(120)
async def test_what_is_under_way_at_the_end_is_finished_after_the_next_start(tmp_path: Path) -> None:
    config = tmp_path / "parley.toml"
    config.write_text(SLOW, "utf-8")
    async with parley(tmp_path / "data", {"PARLEY_CONFIG": str(config)}) as program, program.api() as http:
        tabs = [asyncio.create_task(Tab(http, room).watch()) for room in ROOMS]
        for room in ROOMS:
            for number in range(2):
                said = {"text": f"tell me story {number}", "as": "member"}
                assert (await http.post(f"/api/rooms/{room}/messages", json=said)).status_code == 202
        paint = {"options": {"prompt": "a red fox"}, "as": "member"}
        assert (await http.post("/api/rooms/amber/commands/imagine", json=paint)).status_code == 202

        async with asyncio.timeout(GRACE):
            assert await program.stop() == 0
        config.write_text(SLOW.replace("pace = 3", "pace = 500"), "utf-8")
        await program.start()
        found = {room: await quiet(http, room) for room in ROOMS}
        for tab in tabs:
            tab.cancel()

        assert [problem for room in ROOMS for problem in verdict(found[room])] == []
        assert [len(found[room]) for room in ROOMS] == [6, 4, 4]


@pytest.mark.timeout(60)
async def test_a_database_that_somebody_holds_delays_no_stop(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program, program.api() as http:
        other = sqlite3.connect(tmp_path / "data" / "parley.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        said = {"text": "hello", "as": "member"}
        late = asyncio.create_task(http.post("/api/rooms/amber/messages", json=said))
        await asyncio.sleep(0.1)  # it should be on its way; if it is not, there is less to wait for
        async with asyncio.timeout(GRACE):
            assert await program.stop() == 0
        other.close()
        (answer,) = await asyncio.gather(late, return_exceptions=True)

        assert getattr(answer, "status_code", 503) >= 500


@pytest.mark.timeout(60)
async def test_a_second_one_in_the_same_folder_says_who_has_it(tmp_path: Path) -> None:
    async with parley(tmp_path / "data") as program:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PARLEY_DATA": str(tmp_path / "data")}
        env["PARLEY_LOCAL_SERVERS"] = "off"
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            env=env,
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await second.communicate()
        assert program.process is not None

        assert second.returncode == 78
        assert f"in use by another Parley (process {program.process.pid})" in said.decode()
