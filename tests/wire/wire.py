"""One connection of a client, as an answer sees it: the request, and the bytes to write."""

import asyncio
import json
import socket
import struct
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True)
class Request:
    """One line of the transcript. `body` is its JSON, or its bytes when it is none."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = field(default=None)


class Wire:
    """Writes an answer. `start`, then `send` any number of times, then `end`; or break off."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.request = Request("", "", {})
        self.broken = False
        self._reader = reader
        self._writer = writer
        self._ahead = b""

    async def receive(self) -> Request:
        """The next request. Raises IncompleteReadError when there is none."""
        head = self._ahead + await self._reader.readuntil(b"\r\n\r\n")
        self._ahead = b""
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        self.request = Request(method, path, headers, _json(body))
        return self.request

    async def gone(self) -> None:
        """Wait until the client closes the connection; for ever, if it sends something instead."""
        self._ahead = await self._reader.read(1)
        if self._ahead:
            await asyncio.Event().wait()

    async def start(self, status: int, headers: dict[str, str]) -> None:
        """The status line and the headers; the body will be chunked."""
        reason = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Odd"
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
        self.raw("\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode("latin-1"))
        await self._writer.drain()

    async def send(self, data: bytes) -> None:
        """A piece of the body."""
        if data:
            self.raw(b"%x\r\n%s\r\n" % (len(data), data))
            await self._writer.drain()

    async def end(self) -> None:
        """The body is complete."""
        self.raw(b"0\r\n\r\n")
        await self._writer.drain()

    def raw(self, data: bytes) -> None:
        """Bytes as they are: for answers that break HTTP itself."""
        self._writer.write(data)

    async def close(self) -> None:
        """Close the connection after what was written."""
        self.broken = True
        self._writer.close()

    async def reset(self) -> None:
        """Break the connection: the client sees a reset."""
        self.broken = True
        sock: socket.socket = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body
