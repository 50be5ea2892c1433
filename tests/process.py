"""The real program in a process of its own, for tests that start, kill and restart it."""

import asyncio
import os
import signal
import socket
import ssl
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

import httpx

from tests.nursery import Child, born
from tests.seeded import seeded

TOKEN = "a-token-for-tests-that-is-long-enough"
ROOT = Path(__file__).parents[1]
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Knows no authority: nothing here speaks TLS, and reading them all for every client takes a while."""


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Parley:
    """One data folder and one port; `start`, `kill` and `start` again as often as you like.

    `fresh`: it loads itself, as on a person's machine; else it is forked from a process that has (see
    `tests.nursery`).
    """

    def __init__(
        self,
        data: Path,
        env: Mapping[str, str] | None = None,
        *,
        module: str = "bot",
        until: str = "/readyz",
        fresh: bool = False,
    ) -> None:
        self.data = data
        self.port = free_port()
        self.module = module
        self.until = until
        self.fresh = fresh
        self.env = dict(env or {})
        self.process: Child | asyncio.subprocess.Process | None = None
        self.log = data.parent / f"{data.name}.log"

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def link(self) -> str:
        """What `parley run` prints to be opened in a browser."""
        return f"{self.url}/?token={TOKEN}"

    async def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        seeded(self.data)
        env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PARLEY_DATA": str(self.data),
            "PARLEY_LOCAL_SERVERS": "off",  # what the developer's machine runs is no part of a test
            "PARLEY_WEB_PORT": str(self.port),
            "PARLEY_WEB_TOKEN": TOKEN,
            **self.env,
        }
        with self.log.open("ab") as log:
            self.process = await self._begun(env, log)
        async with httpx.AsyncClient(verify=PLAIN) as http:
            while not await self._ready(http):
                if self.process.returncode is not None:
                    raise AssertionError(f"it ended at once:\n{self.log.read_text('utf-8')[-3000:]}")
                await asyncio.sleep(0.02)

    async def _begun(self, env: Mapping[str, str], log: IO[bytes]) -> Child | asyncio.subprocess.Process:
        if not self.fresh:
            return born(self.module, ["run"], env, self.data.parent, log, log)
        words = (sys.executable, "-m", self.module, "run")
        return await asyncio.create_subprocess_exec(
            *words, env=env, cwd=self.data.parent, stdout=log, stderr=log
        )

    async def _ready(self, http: httpx.AsyncClient) -> bool:
        try:
            return (await http.get(f"{self.url}{self.until}")).status_code == 200
        except httpx.TransportError:
            return False

    async def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is flushed."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
        if self.process is not None:
            await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and wait: the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    def api(self) -> httpx.AsyncClient:
        """A client of its machine interface."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60, verify=PLAIN)


@asynccontextmanager
async def parley(
    data: Path,
    env: Mapping[str, str] | None = None,
    *,
    module: str = "bot",
    until: str = "/readyz",
    fresh: bool = False,
) -> AsyncIterator[Parley]:
    """Parley, started; killed at the end if it still runs. `until`: what answers when it has begun."""
    program = Parley(data, env, module=module, until=until, fresh=fresh)
    await program.start()
    try:
        yield program
    finally:
        await program.kill()


async def shell(env: Mapping[str, str], cwd: Path, *words: str) -> tuple[int, str, str]:
    """A command as a person gives it: exit code, output, messages. `env`: all it has but PATH."""
    every = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **env}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = await born("bot", words, every, cwd, out, err).wait()
        out.seek(0)
        err.seek(0)
        return code, out.read().decode(), err.read().decode()
