"""This side: gives orders to workers, at most a few at a time, and survives their deaths."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import bot
from bot.errors import BotError
from bot.workers.serve import FRAME, Order, packed

INHERITED = ("PATH", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")
"""What of our environment a worker sees. Tokens and keys are not among it."""


class WorkerLost(BotError):
    """The worker died of an order, or took longer over it than it may."""


class Workers:
    """Processes that run `python -m module`, each started when it is needed and reused while there is work.

    seconds: how long an order may take. linger: how long an idle worker is kept; 0: it serves one order only,
    and nothing has to be closed.
    """

    def __init__(self, module: str, *, seconds: float, linger: float = 0, at_once: int = 2) -> None:
        self._module = module
        self._seconds = seconds
        self._linger = linger
        self._turns = asyncio.Semaphore(at_once)
        self._idle: list[Process] = []
        self._leaving: asyncio.TimerHandle | None = None

    async def ask(self, order: Order, data: bytes = b"") -> tuple[Order, bytes]:
        """Have one order done. Raises WorkerLost; cancelling ends the work at once."""
        async with self._turns:
            process = self._rested() or await self._hired()
            try:
                async with asyncio.timeout(self._seconds):
                    answer = await _exchange(process, order, data)
            except (OSError, EOFError, TimeoutError) as exc:
                await _end(process)
                raise WorkerLost(f"{self._module}: {type(exc).__name__}") from exc
            except asyncio.CancelledError:
                await _end(process)
                raise
            await self._rest(process)
            return answer

    async def close(self) -> None:
        """End the workers that linger. Asking again starts new ones."""
        if self._leaving:
            self._leaving.cancel()
        leaving, self._idle = self._idle, []
        for process in leaving:
            await _end(process)

    def _rested(self) -> Process | None:
        """An idle worker that still lives."""
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
        return None

    async def _hired(self) -> Process:
        """A new worker, with this project on its path and nothing secret in its environment."""
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment["PYTHONPATH"] = str(Path(bot.__file__).parent.parent)
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
        )

    async def _rest(self, process: Process) -> None:
        """Keep a worker for the next order, and send all of them away when none comes."""
        if not self._linger:
            await _end(process)
            return
        self._idle.append(process)
        if self._leaving:
            self._leaving.cancel()
        self._leaving = asyncio.get_running_loop().call_later(self._linger, self._dismiss)

    def _dismiss(self) -> None:
        """Nobody asked for a while: close the idle workers' input, upon which they end."""
        leaving, self._idle = self._idle, []
        for process in leaving:
            if process.stdin:
                process.stdin.close()


async def _exchange(process: Process, order: Order, data: bytes) -> tuple[Order, bytes]:
    """Send one frame and await the one that answers it."""
    if process.stdin is None or process.stdout is None:  # they are pipes, always
        raise EOFError
    process.stdin.writelines((packed(order, data), data))
    await process.stdin.drain()
    words, size = FRAME.unpack(await process.stdout.readexactly(FRAME.size))
    answer: Order = json.loads(await process.stdout.readexactly(words))
    return answer, await process.stdout.readexactly(size)


async def _end(process: Process) -> None:
    """Kill a worker, whatever it is doing, and see it gone."""
    if process.returncode is None:
        process.kill()
    await process.wait()
