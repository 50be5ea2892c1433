"""Lines from a terminal, a pipe or a file, for an event loop."""

import asyncio
import os
import threading


class Lines:
    """The lines of a file descriptor, as they are typed. A thread reads them, which nothing waits for: it
    sits in a system call until somebody types."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    async def next(self) -> str | None:
        """The next line, without its end; None when there is none any more."""
        return await self._lines.get()

    async def all(self) -> str:
        """Everything up to the end."""
        lines = []
        while (line := await self.next()) is not None:
            lines.append(line)
        return "\n".join(lines)

    def _read(self) -> None:
        rest = b""
        while piece := self._piece():
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                self._put(line.decode("utf-8", "replace"))
        if rest:
            self._put(rest.decode("utf-8", "replace"))
        self._put(None)

    def _piece(self) -> bytes:
        try:
            return os.read(self._descriptor, 65536)
        except OSError:  # the terminal was closed
            return b""

    def _put(self, line: str | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
