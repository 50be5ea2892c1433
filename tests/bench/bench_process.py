"""The real program in a process of its own: how soon it is ready, what it weighs, how it ends."""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx

from tests.bench import programs
from tests.bench.figures import Bound, Row
from tests.bench.programs import settings
from tests.process import TOKEN, Parley
from tests.wire.server import process


async def program(starts: int = 3, turns: int = 30) -> list[Row]:
    """Start it on a database that exists, look at a page, then end it while it writes."""
    with tempfile.TemporaryDirectory() as folder:
        async with process(tokens=1200, rate=20) as url:
            parley = Parley(Path(folder) / "data", settings(Path(folder), url), fresh=programs.FRESH)
            try:
                first = await _started(parley)
                times = [await _restarted(parley) for _ in range(starts)]
                memory = await _idle(parley)
                drained = await _drained(parley, turns)
            finally:
                await parley.kill()
    seconds, mebibytes = _bare()
    return [
        Row("start to ready, installed", {"": median(times)}, "s", Bound(3.0), seconds),
        Row("the same, no database yet", {"": first}, "s"),
        Row("idle memory after one page", {"": memory}, "MiB", Bound(150), mebibytes),
        Row(f"SIGTERM to the end, {turns} turns running", {"": drained}, "s", Bound(8.0)),
    ]


async def _started(parley: Parley) -> float:
    """Seconds from nothing to ready."""
    began = time.monotonic()
    await parley.start()
    return time.monotonic() - began


async def _restarted(parley: Parley) -> float:
    """The same, on the database that is there."""
    await parley.stop()
    return await _started(parley)


async def _idle(parley: Parley) -> float:
    """MiB of the process and all it has started, after somebody has looked at the page."""
    async with parley.api() as api:
        page = await api.get("/", params={"token": TOKEN}, follow_redirects=True)
        assert page.status_code == 200
        assert (await api.get("/api/rooms")).status_code == 200
    assert parley.process is not None
    return sum(_resident(pid) for pid in _family(parley.process.pid))


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _resident(pid: int) -> float:
    """A process's memory in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def _drained(parley: Parley, turns: int) -> float:
    """Seconds until it has ended, when so many answers are being written."""
    async with parley.api() as api:
        for number in range(turns):
            said = await api.post(f"/api/rooms/r{number}/messages", json={"text": "hi", "as": "member"})
            assert said.status_code == 202
            while not await _writing(api, said.json()["run_id"]):
                await asyncio.sleep(0.01)
    began = time.monotonic()
    assert await parley.stop() == 0
    return time.monotonic() - began


async def _writing(api: httpx.AsyncClient, run: int) -> bool:
    """Whether an answer is being written."""
    return bool((await api.get(f"/api/runs/{run}")).json()["status"] == "in_progress")


LIBRARIES = "aiohttp, alembic, httpx, pydantic, sqlalchemy, starlette, structlog, typer, uvicorn, uvloop"
"""What Parley stands on."""
MEMORY = f"""
import {LIBRARIES}
from pathlib import Path
print(next(line.split()[1] for line in Path("/proc/self/status").open() if line.startswith("VmRSS")))
"""


def _bare() -> tuple[float, float]:
    """Seconds and MiB that Python needs for the libraries alone."""
    began = time.monotonic()
    command = [sys.executable, "-c", MEMORY]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own
    return time.monotonic() - began, int(said) / 1024
