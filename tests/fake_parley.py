"""A machine interface that answers as it is told to, on a real socket, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from adapters.web.connection.server import serving
from bot.http import Http

TOKEN = "t0ken-of-the-tests"
RUN, QUESTION, ANSWER = 7, 3, 4
PAGE = 20
PICTURE = {"url": "/media/abc", "media_type": "image/png", "width": 1, "height": 1}
TABLE: Sequence[Mapping[str, Any]] = [
    {"name": "chat", "subcommands": [], "params": [
        {"name": "message", "kind": "text"}, {"name": "picture", "kind": "picture"},
        {"name": "model", "kind": "text"},
    ]},
    {"name": "new", "subcommands": [], "params": []},
    {"name": "persona", "params": [], "subcommands": [
        {"name": "show", "params": []}, {"name": "set", "params": [{"name": "text", "kind": "text"}]},
    ]},
]  # fmt: skip


@dataclass
class FakeParley:
    """What it shall do. `shown`: (post, at, text) while it writes; `breaks`: drop the stream after so many;
    `hold`: wait with the end until the run is cancelled; `asks`: what somebody is asked before it goes on."""

    shown: Sequence[tuple[str, int, str]] = ()
    text: str = ""
    status: str = "completed"
    notice: str = ""
    pictures: Sequence[Mapping[str, Any]] = ()
    made: Sequence[Mapping[str, Any]] = ()
    refusal: tuple[int, str, str] | None = None
    history: Sequence[tuple[str, str]] = ()
    breaks: int | None = None
    hold: bool = False
    asks: Sequence[str] = ()
    cursor: int = 0
    asked: list[tuple[str, dict[str, Any], list[bytes]]] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    writing: asyncio.Event = field(default_factory=asyncio.Event)
    decided: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    decisions: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """Its addresses."""
        return Starlette(
            routes=[
                Route("/api/commands", self.commands),
                Route("/api/rooms/{room}/commands/{path:path}", self.command, methods=["POST"]),
                Route("/api/rooms/{room}/messages", self.say, methods=["POST"]),
                Route("/api/rooms/{room}/messages", self.messages),
                Route("/api/rooms/{room}/events", self.events),
                Route("/api/rooms/{room}/actions", self.act, methods=["POST"]),
                Route("/api/runs/{id}", self.run),
                Route("/api/runs/{id}/cancel", self.cancel, methods=["POST"]),
                Route("/media/abc", self.media),
            ]
        )

    async def commands(self, _: Request) -> Response:
        return JSONResponse({"commands": TABLE})

    async def command(self, request: Request) -> Response:
        path = request.path_params["path"]
        await self._note(request, path)
        if self.refusal:
            status, code, message = self.refusal
            return JSONResponse({"error": {"code": code, "message": message}}, status)
        if path in {"chat", "imagine"}:
            return self._accepted()
        return JSONResponse({"text": f"Done: {path}.", "pictures": [], "private": True, "actions": []})

    async def say(self, request: Request) -> Response:
        await self._note(request, "say")
        return self._accepted()

    async def _note(self, request: Request, what: str) -> None:
        if request.headers["authorization"] != f"Bearer {TOKEN}":
            raise AssertionError("the token is missing")
        fields, files = {}, []
        if request.headers["content-type"].startswith("multipart/"):
            async with request.form() as form:
                for name, value in form.multi_items():
                    if isinstance(value, str):
                        fields[name] = json.loads(value) if name == "options" else value
                    else:
                        files.append(await value.read())
        else:
            fields = await request.json()
        self.asked.append((what, {**fields, "room": request.path_params["room"]}, files))

    def _accepted(self) -> Response:
        return JSONResponse({"message_id": QUESTION, "run_id": RUN, "ahead": 0}, 202)

    async def messages(self, request: Request) -> Response:
        after = int(request.query_params.get("after", 0))
        limit = min(int(request.query_params.get("limit", PAGE)), PAGE)
        entries: list[dict[str, Any]] = [
            {"id": number, "author": author, "text": text, "role": "user", "run": None, "notice": ""}
            for number, (author, text) in enumerate(self.history, 100)
            if number > after
        ][:limit]
        if after == QUESTION:
            words = "\n\n".join(part for part in (self.text, self.notice) if part)
            run = {"id": RUN, "status": self._status}
            entries = [
                {
                    "role": "assistant",
                    "run": run,
                    "text": words,
                    "notice": self.notice,
                    "pictures": self.pictures,
                    "made": self.made,
                }
            ]
        return JSONResponse(
            {"messages": entries, "more": len(entries) == limit, "last_event_id": str(self.cursor)}
        )

    async def events(self, request: Request) -> Response:
        after = request.headers.get("last-event-id", "")
        self.resumed.append(after)
        return StreamingResponse(self._events(int(after or 0)), media_type="text/event-stream")

    async def _events(self, after: int) -> AsyncIterator[bytes]:
        for number, (post, at, text) in enumerate(self.shown, 1):
            if number <= after:
                continue
            if self.breaks is not None and number > self.breaks:
                self.breaks = None
                return
            delta = {"run_id": RUN, "message_id": ANSWER, "post": post, "at": at, "text": text}
            yield f"id: {number}\nevent: text.delta\ndata: {json.dumps(delta)}\n\n".encode()
        self.writing.set()
        for question in self.asks:
            yield _event("message.updated", message=_asking(question))
            self.decisions.append(await self.decided.get())
            yield _event("run.updated", run={"id": RUN, "status": "in_progress"}, message_id=ANSWER)
        if self.hold:
            await self.cancelled.wait()
        run = {"id": RUN, "status": self._status}
        yield b"id: 99\n" + _event("run.updated", run=run, message_id=ANSWER)
        await asyncio.Event().wait()

    @property
    def _status(self) -> str:
        return "cancelled" if self.cancelled.is_set() else self.status

    async def run(self, _: Request) -> Response:
        usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7, "cost": 0.0}
        return JSONResponse({"id": RUN, "status": self._status, "model": "house/large", "usage": usage})

    async def cancel(self, _: Request) -> Response:
        self.cancelled.set()
        return JSONResponse({"id": RUN, "status": "cancelling"})

    async def act(self, request: Request) -> Response:
        self.decided.put_nowait((await request.json())["verb"])
        return JSONResponse({})

    async def media(self, _: Request) -> Response:
        return Response(b"the picture", media_type="image/png")

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Http]:
        """A client of it, while it is served."""
        async with serving(self.app(), "127.0.0.1", 0, ending=lambda: None) as port:
            api = Http(f"http://127.0.0.1:{port}", key=TOKEN)
            try:
                yield api
            finally:
                await api.aclose()


def _event(name: str, **said: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(said)}\n\n".encode()


def _asking(question: str) -> dict[str, Any]:
    """The answer of a run that waits for a person's word."""
    run = {"id": RUN, "status": "requires_action"}
    return {"id": ANSWER, "run": run, "notice": f"Let me see.\n\n{question}"}
