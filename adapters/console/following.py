"""One run over the machine interface: beginning it, following it to its stored answer, stopping it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, cast

from adapters.console.permitting import Decides, Deciding
from bot.errors import ProviderDown, ProviderTimeout
from bot.http import Event, File, Http

Document = Mapping[str, Any]

UNENDED = frozenset({"queued", "in_progress", "requires_action", "cancelling"})

TRIES = 10
"""So often in a row we look for a server that went away in mid-answer: it is being restarted."""
PAUSE = 0.5
"""Seconds between two tries."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A run's end, as the interface tells it."""

    run: Document
    text: str = field(repr=False)
    notice: str = ""
    pictures: tuple[Document, ...] = ()
    files: tuple[Document, ...] = ()

    @property
    def status(self) -> str:
        """How the run ended."""
        return str(self.run["status"])

    @property
    def answered(self) -> bool:
        """Whether there is an answer, be it a shortened one."""
        return self.status in {"completed", "incomplete"}


async def send(
    api: Http, room: str, command: str, options: Document, files: Sequence[File] = ()
) -> dict[str, Any]:
    """Give a command as this machine's operator, who is a moderator everywhere. Raises ProviderError."""
    path = f"api/rooms/{room}/commands/{command}"
    if files:
        fields = {"options": json.dumps(options), "as": "moderator"}
        return cast(dict[str, Any], await api.post_form(path, fields, files))
    return cast(dict[str, Any], await api.post_json(path, {"options": dict(options), "as": "moderator"}))


async def cancel(api: Http, run_id: int) -> None:
    """Stop a run. Raises ProviderError."""
    await api.post_json(f"api/runs/{run_id}/cancel", {"as": "moderator"})


async def follow(
    api: Http,
    room: str,
    started: Document,
    show: Callable[[Sequence[str]], None] | None = None,
    after: str = "0",
    decides: Decides | None = None,
) -> Answer:
    """Show a run's posts while they are written, until it has ended. `after`: an event of the room from
    before it began; `decides`: who is asked what the run may do. Raises ProviderError."""
    run_id, screen = started["run_id"], Screen()
    deciding = Deciding(api, room, run_id, decides)
    try:
        async with aclosing(_events(api, room, after)) as events:
            async for event in events:
                said = json.loads(event.data)
                deciding.heard(said)
                if event.name == "text.delta" and said["run_id"] == run_id:
                    if show:
                        show(screen.changed(said))
                elif _ended(event.name, said, run_id):
                    break
    finally:
        deciding.close()
    return await _stored(api, room, started)


class Screen:
    """The posts of an answer, in the order in which they appeared, put together from their differences."""

    def __init__(self) -> None:
        self._posts: dict[str, str] = {}

    def changed(self, delta: Document) -> Sequence[str]:
        """The posts after one difference. Its offset counts UTF-16 units."""
        before = self._posts.get(delta["post"], "").encode("utf-16-le", "surrogatepass")[: 2 * delta["at"]]
        self._posts[delta["post"]] = before.decode("utf-16-le", "surrogatepass") + delta["text"]
        return list(self._posts.values())


async def _events(api: Http, room: str, after: str) -> AsyncGenerator[Event, None]:
    """What happens in a room after an event; a server that comes back is followed on."""
    failures = 0
    while True:
        try:
            async with aclosing(api.get_events(f"api/rooms/{room}/events", after=after)) as events:
                async for event in events:
                    after, failures = event.id or after, 0
                    yield event
        except (ProviderDown, ProviderTimeout):
            if failures >= TRIES:
                raise
        failures += 1
        await asyncio.sleep(PAUSE)


def _ended(name: str, said: Document, run_id: int) -> bool:
    """Whether an event says that the run is over."""
    run = said.get("run") if name == "run.updated" else (said.get("message") or {}).get("run")
    return run is not None and run["id"] == run_id and run["status"] not in UNENDED


async def _stored(api: Http, room: str, started: Document) -> Answer:
    """The run and its answer, as they are kept."""
    run = cast(Document, await api.get_json(f"api/runs/{started['run_id']}", {"as": "moderator"}))
    page = cast(
        Document,
        await api.get_json(f"api/rooms/{room}/messages", {"after": started["message_id"], "as": "moderator"}),
    )
    for entry in page["messages"]:
        if entry["role"] == "assistant" and entry["run"] and entry["run"]["id"] == run["id"]:
            text = str(entry["text"]).removesuffix(entry["notice"]).rstrip("\n")
            return Answer(run, text, entry["notice"], tuple(entry["pictures"]), tuple(entry["made"]))
    return Answer(run, "")
