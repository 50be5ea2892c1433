"""What a browser tab does with a room's events, and nothing else: it must end up showing what is stored."""

import asyncio
import json
from contextlib import suppress
from typing import Any

import httpx

Entry = dict[str, Any]


class Tab:
    """Follows a room and comes again when it loses the connection. `gaps`: deltas that begin too far on."""

    def __init__(self, http: httpx.AsyncClient, room: str) -> None:
        self.entries: dict[int, Entry] = {}
        self.gaps = 0
        self.connections = 0
        self._http = http
        self._room = room
        self._last = ""

    async def watch(self) -> None:
        """Follow until cancelled."""
        while True:
            with suppress(httpx.TransportError):
                await self._open()
                await self._follow()
            await asyncio.sleep(0.02)

    async def _open(self) -> None:
        """A tab loads the page once; after that the events are all it has."""
        if self._last:
            return
        page = (await self._http.get(f"/api/rooms/{self._room}/messages")).json()
        self.entries = {entry["id"]: entry for entry in page["messages"]}
        self._last = page["last_event_id"]

    async def _follow(self) -> None:
        self.connections += 1
        headers = {"Last-Event-ID": self._last}
        path = f"/api/rooms/{self._room}/events"
        async with self._http.stream("GET", path, headers=headers, timeout=None) as answer:
            event: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    event[name] = value
                    continue
                if "data" in event:
                    self._apply(event["event"], json.loads(event["data"]))
                    self._last = event.get("id", self._last)
                event = {}

    def _apply(self, kind: str, body: dict[str, Any]) -> None:
        match kind:
            case "message.created" | "message.updated":
                self.entries[body["message"]["id"]] = body["message"]
            case "message.deleted":
                self.entries.pop(body["id"], None)
            case "run.updated":
                for entry in self.entries.values():
                    known = entry["run"] or {"id": 0}
                    if known["id"] == body["run"]["id"] or entry["id"] == body["message_id"]:
                        entry["run"] = max(known, body["run"], key=lambda run: run["id"])
            case "text.delta" if body["message_id"] in self.entries:
                self._write(self.entries[body["message_id"]], body)

    def _write(self, entry: Entry, delta: dict[str, Any]) -> None:
        """From the UTF-16 offset on, the post shows the text."""
        posts = {post["id"]: post["text"] for post in entry["posts"]}
        before = posts.get(delta["post"], "").encode("utf-16-le")
        self.gaps += 2 * delta["at"] > len(before)
        posts[delta["post"]] = before[: 2 * delta["at"]].decode("utf-16-le") + delta["text"]
        entry["posts"] = [{"id": post, "text": text} for post, text in posts.items()]
        entry["text"] = "".join(posts.values())

    def shown(self) -> list[Any]:
        """What a person reads, in order."""
        return [look(entry) for _, entry in sorted(self.entries.items())]


def look(entry: Entry) -> Any:
    """How a message looks. How its run goes is told under the answer, when there is one."""
    run = entry["run"] if entry["role"] == "assistant" else None
    return entry["id"], entry["text"], entry["posts"], entry["pictures"], run, entry["actions"]
