"""An MCP server that is a process of ours: started with next to nothing of our environment, and seen gone.

The SDK has such a transport, which reads lines of any length, and writes what it cannot read into the log.
"""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Final

import anyio
import mcp.types as sdk
import structlog
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage

from bot.settings import McpServer

log = structlog.get_logger()

INHERITED: Final = ("PATH", "HOME", "LANG")
"""What of our environment a server sees that nobody has named."""

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of one message; a server that says more at once is ended."""

GRACE: Final = (0.6, 0.4, 0.4)
"""Seconds for a server to end: when its input is closed, when it is told to, and when it is killed."""

Reads = MemoryObjectReceiveStream[SessionMessage | Exception]
Writes = MemoryObjectSendStream[SessionMessage]


@asynccontextmanager
async def talking(server: McpServer, ended: Callable[[], None]) -> AsyncIterator[tuple[Reads, Writes]]:
    """The two ways to a server that runs meanwhile. `ended` is told when it says no more. Raises OSError when
    it cannot be started."""
    env = {name: os.environ[name] for name in INHERITED if name in os.environ}
    env |= {name: value.get_secret_value() for name, value in server.env.items()}
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(
        lambda: SubprocessStreamProtocol(LARGEST, loop),
        *server.command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=env,
        start_new_session=True,
    )
    process = Process(transport, protocol, loop)
    into, reads = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    writes, out = anyio.create_memory_object_stream[SessionMessage](0)
    work = [
        asyncio.create_task(each)
        for each in (_hear(process, into, ended), _tell(process, out), _skip(process, server))
    ]
    try:
        yield reads, writes
    finally:
        try:
            await _whole(_end(process, work))
        finally:
            transport.close()  # a process that got away may hold its pipes
            for stream in (into, reads, writes, out):
                stream.close()


async def _hear(
    process: Process, into: MemoryObjectSendStream[SessionMessage | Exception], ended: Callable[[], None]
) -> None:
    """Pass on what it says, a line each, until it says no more, or too much at once."""
    lines = process.stdout
    with into, suppress(ValueError, OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
        while lines and (line := await lines.readline()):
            if message := _read(line):
                await into.send(message)
    ended()


def _read(line: bytes) -> SessionMessage | None:
    """A line's message. None: it is none, for some servers print their greetings here."""
    try:
        return SessionMessage(sdk.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError:
        return None


async def _tell(process: Process, out: MemoryObjectReceiveStream[SessionMessage]) -> None:
    """Pass on what it is told."""
    with suppress(OSError):
        async for each in out:
            line = each.message.model_dump_json(by_alias=True, exclude_unset=True)
            if process.stdin:
                process.stdin.write(line.encode() + b"\n")
                await process.stdin.drain()


async def _skip(process: Process, server: McpServer) -> None:
    """Count what it writes for nobody, or for a log that is not ours."""
    count = 0
    while process.stderr and (data := await process.stderr.read(65_536)):
        count += len(data)
    log.debug("an MCP server wrote to its standard error", server=server.name, bytes=count)


async def _whole(work: Coroutine[None, None, None]) -> None:
    """Do this to its end, which is near, and only then be cancelled."""
    with anyio.CancelScope(shield=True):
        task = asyncio.create_task(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise


async def _end(process: Process, work: list[asyncio.Task[None]]) -> None:
    """See it gone, with all that it has started."""
    if process.stdin:
        process.stdin.close()
    for seconds, number in zip(GRACE, (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL), strict=True):
        if await _gone(process, seconds):
            break
        _signal(process, number)
    _signal(process, signal.SIGKILL)  # what it has started may outlive it
    for task in work:
        task.cancel()
    await asyncio.wait(work)


async def _gone(process: Process, seconds: float) -> bool:
    """Whether it ends in time."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    return process.returncode is not None


def _signal(process: Process, number: signal.Signals) -> None:
    """Signal the whole group that it leads."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
