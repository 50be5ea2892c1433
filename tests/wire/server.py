"""An OpenAI-compatible service that does what a test tells it, here or in a process of its own."""

import argparse
import asyncio
import json
import socket
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from tests.nursery import telling
from tests.wire.answers import JSON, Answer, fails, says, sends, streams
from tests.wire.wire import Request, Wire


class AiServer:
    """Answers as it was told and keeps a transcript. `url` is the `base_url` of an account."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.always: Answer = says("Hello", " world")
        self.models: list[Any] | dict[str, Any] | Answer = [{"id": "m", "object": "model"}]
        self._next: deque[Answer] = deque()
        self._news = asyncio.Condition()
        self._gone = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    def will(self, *answers: Answer) -> None:
        """Queue answers, one for each POST to come."""
        self._next.extend(answers)

    async def asked(self, count: int = 1) -> Request:
        """Wait until so many requests have come: the last of them."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def hung_up(self, count: int = 1) -> None:
        """Wait until so many clients have gone away in the middle of an answer."""
        async with self._news:
            await self._news.wait_for(lambda: self._gone >= count)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        wire = Wire(reader, writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while not wire.broken:
                    await self._serve(wire)
        except asyncio.CancelledError:
            pass  # the server is closing; nobody waits for this task
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, wire: Wire) -> None:
        request = await wire.receive()
        async with self._news:
            self.requests.append(request)
            self._news.notify_all()
        answering = asyncio.create_task(self._answer(request)(wire))
        watching = asyncio.create_task(wire.gone())
        try:
            await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
            gone = not answering.done()
        finally:
            answering.cancel()
            watching.cancel()
            outcome, _ = await asyncio.gather(answering, watching, return_exceptions=True)
        if gone or isinstance(outcome, ConnectionError):
            await self._lost(wire)
        elif isinstance(outcome, Exception):
            raise outcome

    async def _lost(self, wire: Wire) -> None:
        await wire.close()
        async with self._news:
            self._gone += 1
            self._news.notify_all()

    def _answer(self, request: Request) -> Answer:
        match request.method, request.path.partition("?")[0].rstrip("/").rpartition("/")[2]:
            case "GET", "models" if callable(self.models):
                return self.models
            case "GET", "models":
                listed = (
                    {"object": "list", "data": self.models} if isinstance(self.models, list) else self.models
                )
                return sends(json.dumps(listed).encode(), headers=JSON)
            case "GET", "transcript":
                bodies = [asked.body for asked in self.requests if asked.method == "POST"]
                return sends(json.dumps(bodies).encode(), headers=JSON)
            case "POST", _:
                return self._next.popleft() if self._next else self.always
            case _:
                return self._next.popleft() if self._next else fails(404)

    async def close(self) -> None:
        """End every connection."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


S = TypeVar("S", bound=AiServer)


@asynccontextmanager
async def serving(port: int = 0) -> AsyncIterator[AiServer]:
    """A server of one's own, on any free port."""
    async with listening(AiServer(), port) as server:
        server.url += "/v1"
        yield server


@asynccontextmanager
async def listening(server: S, port: int = 0) -> AsyncIterator[S]:
    """Let a server answer meanwhile; its `url` is its origin."""
    listener = await asyncio.start_server(server.meet, "127.0.0.1", port, backlog=4096)
    server.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        await server.close()


def nobody() -> str:
    """An address that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


@asynccontextmanager
async def process(tokens: int = 50, rate: float = 20) -> AsyncIterator[str]:
    """A server in a process of its own: its `base_url`."""
    async with telling("tests.wire.server", ("--tokens", str(tokens), "--rate", str(rate))) as (_, said):
        yield f"http://127.0.0.1:{int(await said.readline())}/v1"


async def _alone(port: int, answer: Answer) -> None:
    async with serving(port) as server:
        server.always = answer
        sys.stdout.write(f"{server.url.rpartition(':')[2].removesuffix('/v1')}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one; it is printed")
    parser.add_argument("--tokens", type=int, default=50, help="of every answer")
    parser.add_argument("--rate", type=float, default=20, help="tokens a second; 0: at once")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_alone(given.port, streams(given.tokens, given.rate)))


if __name__ == "__main__":
    main()
