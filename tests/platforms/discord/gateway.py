"""Discord's gateway, version 10: connections, their handshake, their heartbeat, and how they break."""

import asyncio
import json
import socket
import struct
import zlib
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from tests.platforms.discord.handshake import Closes, Ended, Handshake
from tests.platforms.discord.limits import Sliding
from tests.platforms.discord.sessions import Session

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME = 1, 2, 3, 4, 6
RECONNECT, MEMBERS, INVALID, HELLO, ACK = 7, 8, 9, 10, 11


class Connection:
    """One bot's socket: what is sent keeps its order, whoever sends it."""

    def __init__(self, request: web.Request, gateway: "Gateway") -> None:
        self.session: Session | None = None
        self._gateway = gateway
        self._request = request
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=1.0)
        self._pack = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._out: asyncio.Queue[str | bytes | int] = asyncio.Queue()
        self._sent = Sliding(gateway.handshake.limits.events, 60.0)
        self._watch: asyncio.TimerHandle | None = None
        self._closing = False

    def send(self, frame: str) -> None:
        """Send, unless the gateway has fallen silent."""
        if not self._gateway.silent:
            self._out.put_nowait(frame)

    def op(self, op: int, data: object = None) -> None:
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def garbage(self) -> None:
        """Bytes that are no compressed stream."""
        self._out.put_nowait(b"\x00garbage\x00\x00\xff\xff")

    def close(self, code: int) -> None:
        """Close, once what was sent before has gone out."""
        self._closing = True
        self._out.put_nowait(code)

    def drop(self) -> None:
        """Reset the TCP connection."""
        reset(self._request)

    async def serve(self) -> web.StreamResponse:
        """Until it ends."""
        await self._socket.prepare(self._request)
        self.op(
            HELLO, {"heartbeat_interval": int(self._gateway.handshake.limits.heartbeat * 1000), "_trace": []}
        )
        self._beat()
        writing = asyncio.create_task(self._write())
        try:
            await self._read()
        finally:
            self._stop_watch()
            if not self._closing:
                writing.cancel()
            if self.session:
                self.session.lose(self)
            with suppress(asyncio.CancelledError, ConnectionError):
                await writing
        return self._socket

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                return self.close(4002)
            try:
                self._take(message.data)
            except Closes as closing:
                self.close(closing.code)
            except Ended:
                self.op(INVALID, False)
        if self.session and not self._closing and self._socket.close_code in (1000, 1001):
            self._gateway.handshake.sessions.all.pop(self.session.id, None)
        return None

    async def _write(self) -> None:
        while True:
            match await self._out.get():
                case int() as code:
                    await self._socket.close(code=code)
                    return
                case str() as frame if self._pack:
                    packed = self._pack.compress(frame.encode()) + self._pack.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
                case str() as frame:
                    await self._socket.send_str(frame)
                case bytes() as raw:
                    await self._socket.send_bytes(raw)

    def _take(self, text: str) -> None:
        handshake = self._gateway.handshake
        if len(text.encode()) > handshake.limits.payload:
            handshake.breach(f"gateway: a payload above {handshake.limits.payload} bytes")
            raise Closes(4002)
        if not self._sent.take(asyncio.get_running_loop().time()):
            handshake.breach(f"gateway: more than {handshake.limits.events} events a minute")
            raise Closes(4008)
        try:
            said = json.loads(text)
            op, data = said["op"], said.get("d")
        except (ValueError, TypeError, KeyError):
            raise Closes(4002) from None
        self._gateway.heard.append(said)
        self._answer(op, data)

    def _answer(self, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            self._beat()
            if self._gateway.acks:
                self.op(ACK)
        elif op in (IDENTIFY, RESUME):
            self._start(op, data)
        elif not self.session:
            raise Closes(4003)
        elif op not in (PRESENCE, MEMBERS, VOICE):
            raise Closes(4001)
        self._gateway.news.tell()

    def _start(self, op: int, data: Any) -> None:
        gateway = self._gateway
        if self.session:
            raise Closes(4005)
        if op == RESUME:
            gateway.resumes.append(data)
            self.session = gateway.handshake.resume(self, data, again=gateway.repeats)
            return
        gateway.identifies.append(data)
        if gateway.ready:
            self.session = gateway.handshake.identify(self, data)

    def _beat(self) -> None:
        self._stop_watch()
        limits = self._gateway.handshake.limits
        wait = 1.5 * limits.heartbeat + limits.missed_heartbeat
        self._watch = asyncio.get_running_loop().call_later(wait, self._missed)

    def _missed(self) -> None:
        self._gateway.handshake.breach("gateway: no heartbeat in time")
        self.close(4009)

    def _stop_watch(self) -> None:
        if self._watch:
            self._watch.cancel()


class Gateway:
    """All connections, and what a test does to them; a shard's number picks those of that shard."""

    def __init__(self, handshake: Handshake) -> None:
        self.handshake = handshake
        self.news = handshake.news
        self.identifies: list[dict[str, Any]] = []
        self.resumes: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []
        """Everything that bots have sent."""
        self.opened = 0
        self.acks = True
        """Whether heartbeats are acknowledged; events go on."""
        self.silent = False
        """Whether nothing at all is sent; what happens is kept for a resume."""
        self.ready = True
        """Whether an identify is answered."""
        self.refuses = 0
        """How many connections to come are refused with a 503."""
        self.repeats = 0
        """How many events that a bot has had already a resume tells again."""
        self._open: set[Connection] = set()

    async def meet(self, request: web.Request) -> web.StreamResponse:
        """Serve a connection."""
        self.opened += 1
        self.news.tell()
        if self.refuses:
            self.refuses -= 1
            return web.Response(status=503)
        if (
            request.query.get("encoding") != "json"
            or request.query.get("compress", "zlib-stream") != "zlib-stream"
        ):
            return web.Response(status=400, text="json, and zlib-stream or nothing, are spoken here")
        connection = Connection(request, self)
        self._open.add(connection)
        if request.query.get("v") != "10":
            connection.close(4012)
        try:
            return await connection.serve()
        finally:
            self._open.discard(connection)
            self.news.tell()

    def connections(self, shard: int | None = None) -> list[Connection]:
        """Those with a session."""
        return [c for c in self._open if c.session and shard in (None, c.session.shard[0])]

    async def connected(self, count: int = 1) -> None:
        """Wait until so many sessions are being told."""
        await self.news.until(lambda: len(self.connections()) >= count, lambda: f"{self.opened} connections")

    async def identified(self, count: int = 1) -> dict[str, Any]:
        """Wait until so many identifies have come: the last of them."""
        await self.news.until(lambda: len(self.identifies) >= count, lambda: self.identifies)
        return self.identifies[count - 1]

    async def resumed(self, count: int = 1) -> dict[str, Any]:
        """Wait until so many resumes have come: the last of them."""
        await self.news.until(lambda: len(self.resumes) >= count, lambda: self.resumes)
        return self.resumes[count - 1]

    def reconnect(self, shard: int | None = None) -> None:
        """Ask to reconnect (op 7)."""
        for one in self.connections(shard):
            one.op(RECONNECT)

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """End sessions (op 9); when resumable, only their connections."""
        for one in self.connections(shard):
            if not resumable and one.session:
                self.handshake.sessions.all.pop(one.session.id, None)
            one.op(INVALID, resumable)

    def close(self, code: int, shard: int | None = None) -> None:
        """Close connections with a code; 4007 and 4009 end their sessions, too."""
        for one in self.connections(shard):
            if code in (4007, 4009) and one.session:
                self.handshake.sessions.all.pop(one.session.id, None)
            one.close(code)

    def drop(self, shard: int | None = None) -> None:
        """Reset connections."""
        for one in self.connections(shard):
            one.drop()

    def garbage(self, shard: int | None = None) -> None:
        """Send what cannot be decompressed."""
        for one in self.connections(shard):
            one.garbage()

    def asks_heartbeat(self) -> None:
        """Ask for a heartbeat at once (op 1)."""
        for one in self.connections():
            one.op(HEARTBEAT)

    def sends(self, event: str, data: object) -> None:
        """Tell every session of an event as it stands, malformed or unknown."""
        for session in self.handshake.sessions.all.values():
            session.push(event, data)

    def stop(self) -> None:
        """End every connection."""
        for one in tuple(self._open):
            one.drop()


def reset(request: web.Request) -> None:
    """Reset a request's TCP connection, so that the other side reads ECONNRESET."""
    if request.transport is None:
        return
    raw = request.transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
