"""The real program in processes that need not load it again: forked from one that has.

Loading takes nine tenths of what a start costs. A forked child runs a module as `python -m` does, with an
environment, a folder, files and an exit code of its own, and dies by SIGKILL as any other process.
`tests.test_packaging`, `tests.test_stopping` and `make bench` start Parley without it.
"""

import array
import asyncio
import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
LOADED = ("bot.__main__", "bot.application", "bot.providers.offline", "uvloop")
"""What every process of Parley loads when it begins."""


@dataclass(slots=True)
class Child:
    """A running program. Its keeper tells when it has ended, and how."""

    pid: int
    _keeper: socket.socket
    _code: int | None = None

    @property
    def returncode(self) -> int | None:
        """How it ended; negative for the signal that killed it; nothing while it runs."""
        if self._code is None:
            try:
                self._ended(self._keeper.recv(16))
            except BlockingIOError:
                return None
        return self._code

    async def wait(self) -> int:
        """How it ended, once it has."""
        while (code := self.returncode) is None:
            self._ended(await asyncio.get_running_loop().sock_recv(self._keeper, 16))
        return code

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def _ended(self, said: bytes) -> None:
        self._code = os.waitstatus_to_exitcode(int(said))
        self._keeper.close()


def born(
    module: str, words: Sequence[str], env: Mapping[str, str], cwd: Path, out: IO[bytes], err: IO[bytes]
) -> Child:
    """Start `python -m module words` with nothing to read."""
    ours, theirs = socket.socketpair()
    order = {"module": module, "words": list(words), "env": dict(env), "cwd": str(cwd)}
    with theirs, Path(os.devnull).open("rb") as nothing:
        handles = [theirs.fileno(), nothing.fileno(), out.fileno(), err.fileno()]
        told = json.dumps(order).encode() + b"\n"
        sent = socket.send_fds(_nursery(), [told], handles)
        _nursery().sendall(told[sent:])
    pid = ours.recv(16)
    assert pid, "the nursery has ended"
    ours.setblocking(False)
    return Child(int(pid), ours)


@asynccontextmanager
async def telling(module: str, words: Sequence[str]) -> AsyncIterator[tuple[Child, asyncio.StreamReader]]:
    """Such a program and what it writes; killed at the end."""
    child, out = _piped(module, words)
    said = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    way, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(said), out)
    try:
        yield child, said
    finally:
        child.kill()
        await child.wait()
        way.close()


def _piped(module: str, words: Sequence[str]) -> tuple[Child, IO[bytes]]:
    """Such a program, and the end of the pipe into which it writes."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "wb") as out, Path(os.devnull).open("wb") as nothing:
        return born(module, words, env, ROOT, out, nothing), os.fdopen(ours, "rb", 0)


@cache
def _nursery() -> socket.socket:
    """The way to this test process's own nursery, which ends with it."""
    ours, theirs = socket.socketpair()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "tests.nursery", str(theirs.fileno())]
    with theirs:
        process = subprocess.Popen(words, env=env, cwd=ROOT, pass_fds=[theirs.fileno()])  # noqa: S603  # ours

    def close() -> None:
        ours.close()
        process.wait()

    atexit.register(close)
    return ours


def _ordered(orders: socket.socket) -> dict[str, Any] | None:
    """The next order, with the handles that came with it; nothing when no more will come."""
    told, handles = b"", array.array("i")
    while not told.endswith(b"\n"):
        more, fds, _, _ = socket.recv_fds(orders, 65536, 4)
        if not more:
            return None
        told += more
        handles.extend(fds)
    found: dict[str, Any] = json.loads(told)
    return {**found, "handles": list(handles)}


def _forked(orders: socket.socket) -> dict[str, Any]:
    """Comes back in a new process for every order, with it."""
    signal.signal(signal.SIGCHLD, _buried)
    while order := _ordered(orders):
        keeper = order["handles"][0]
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            child = os.fork()
            if child == 0:
                os.close(keeper)
                return order
            _keep(child, keeper)
        for handle in order["handles"]:
            os.close(handle)
    os._exit(0)


def _buried(*_: object) -> None:
    """Wait for every keeper that has ended, so that what it took is counted."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(child: int, keeper: int) -> None:
    """Say who was started and, at its end, how it went."""
    os.write(keeper, str(child).encode())
    os.closerange(0, 3)
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(keeper, str(status).encode())
    os._exit(0)


def main() -> None:
    """Load Parley, and become whatever is ordered."""
    before = dict(os.environ)
    for name in LOADED:
        __import__(name)
    del sys.modules["bot.__main__"]  # it is run anew
    ours = {name: value for name, value in os.environ.items() if name not in before}
    gc.collect()
    gc.freeze()  # else every child copies it to look through it
    order = _forked(socket.socket(fileno=int(sys.argv[1])))
    for number, handle in enumerate(order["handles"][1:]):
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update({**ours, **order["env"]})
    sys.argv = [order["module"], *order["words"]]
    sys.path[0] = order["cwd"]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
