"""Changes of a room, as events: read when they are shown, many of one subject told as one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.web.api.entries import Json, entry_json, run_brief
from adapters.web.api.reading import actor
from adapters.web.api.runs import used_json
from adapters.web.outlet.outlet import WebOutlet
from bot.conversation import Conversation
from bot.errors import NotAllowed, NotFound
from bot.governance.authorize import Act
from bot.messages import Actor, ChannelKey, Person, Standing
from bot.records import Change, Entry
from bot.runs import RunStatus

AT_ONCE = 500
"""Changes read at once."""
READER = actor("member")
"""Who watches and says not who they are."""
PAGE = Actor(Person("web:page", "Page"), Standing.OPERATOR)
"""Reads for all who watch a room, each of whom was let in."""
ANSWERS_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Event:
    """A durable event, ready to be sent; `id` is its newest change's."""

    id: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Events after a change, up to the change `last`. `full`: there may be more."""

    events: Sequence[Event]
    last: int
    full: bool = False


class Changes:
    """Reads what changed, once for all who watch a room."""

    def __init__(self, conversation: Conversation, outlet: WebOutlet) -> None:
        self._conversation = conversation
        self._outlet = outlet
        self._answers: dict[int, int] = {}

    async def last(self, key: ChannelKey) -> int:
        """The room's newest change, 0 when there is none."""
        return await self._conversation.last_change(key, PAGE)

    async def page(self, key: ChannelKey, after: int) -> Page:
        """What happened after a change. Raises StorageError."""
        changes = await self._conversation.changes(key, PAGE, after=after, limit=AT_ONCE)
        newest = coalesced(changes)
        entries = await self._entries(key, newest)
        events = [await self._event(key, change, entries) for change in newest]
        last = changes[-1].id if changes else after
        return Page([event for event in events if event], last, len(changes) == AT_ONCE)

    def admit(self, key: ChannelKey, who: Actor) -> None:
        """Raise NotAllowed unless somebody may watch a room."""
        self._conversation.access.permit(who, Act.READ, key)

    async def answering(self, key: ChannelKey, run_id: int) -> int | None:
        """The message that an unfinished run writes; None when it writes none (any more)."""
        if run_id and run_id not in self._answers:
            await self._run(key, run_id)
        return self._answers.get(run_id)

    async def places(self, entries: Iterable[Entry]) -> Mapping[int, int]:
        """How many runs come before each queued one."""
        queued = {e.run_id for e in entries if e.run_id is not None and e.run_status is RunStatus.QUEUED}
        return {run_id: await self._conversation.place(run_id) for run_id in queued}

    async def _entries(self, key: ChannelKey, changes: Sequence[Change]) -> Mapping[int, Json]:
        """The changed messages, as they are now."""
        only = [change.subject for change in changes if change.kind in ("message.created", "message.updated")]
        if not only:
            return {}
        found = await self._conversation.entries(key, PAGE, only=only)
        places = await self.places(found)
        screens = self._outlet.screens(key)
        return {entry.id: entry_json(entry, screens, places.get(entry.run_id or 0, 0)) for entry in found}

    async def _event(self, key: ChannelKey, change: Change, entries: Mapping[int, Json]) -> Event | None:
        """One change with its words. A message that is gone meanwhile is told as deleted."""
        kind = change.kind
        body: Json | None = None
        match kind.partition(".")[0]:
            case "message" if change.subject in entries:
                body = {"message": entries[change.subject]}
            case "message":
                kind, body = "message.deleted", {"id": change.subject}
            case "run":
                body = await self._run(key, change.subject)
            case "rating":  # not whose, nor which: each reads their own
                body = {"message_id": change.subject}
            case "tool_call":
                return await self._used(key, change)
            case "room":
                room = await self._conversation.room(key, PAGE)
                body = {"starts_after": room.starts_after if room else 0, "title": room.title if room else ""}
        return Event(change.id, sent(kind, body, change.id)) if body else None

    async def _used(self, key: ChannelKey, change: Change) -> Event | None:
        """A round of tools, an event for each call; they count as told when the last one is."""
        try:
            record = await self._conversation.run_of(change.subject, PAGE, key)
        except NotFound:
            return None
        told = used_json(record, change.subject)
        ids = [None] * (len(told) - 1) + [change.id]
        data = b"".join(sent(change.kind, body, at) for body, at in zip(told, ids, strict=False))
        return Event(change.id, data) if data else None

    async def inspects(self, key: ChannelKey, run_id: int, who: Actor) -> bool:
        """Whether somebody may see how a run's answer is made."""
        try:
            await self._conversation.inspect(run_id, who, key)
        except (NotAllowed, NotFound):
            return False
        return True

    async def _run(self, key: ChannelKey, run_id: int) -> Json | None:
        """A run as it stands. An ended one has nothing on the screen: its words are stored."""
        try:
            run = (await self._conversation.run(run_id, PAGE, key)).run
        except NotFound:
            return None
        if run.status.ended:
            self._answers.pop(run_id, None)
            self._outlet.clear(key, run_id)
        elif run.answer_id is not None:
            self._remember(run_id, run.answer_id)
        place = await self._conversation.place(run_id) if run.status is RunStatus.QUEUED else 0
        brief = run_brief(run_id, run.status, run.kind, place)
        return {"run": brief, "message_id": run.answer_id or run.question_id}

    def _remember(self, run_id: int, answer_id: int) -> None:
        """Keep the newest answers' ids; older ones are asked for again."""
        self._answers[run_id] = answer_id
        if len(self._answers) > ANSWERS_REMEMBERED:
            self._answers.pop(next(iter(self._answers)))


def coalesced(changes: Sequence[Change]) -> list[Change]:
    """One change per subject: the newest id, and `created` for what nobody has seen before."""
    newest: dict[tuple[str, int], Change] = {}
    for change in changes:
        subject = (change.kind.partition(".")[0], change.subject)
        before = newest.pop(subject, None)
        fresh = before and before.kind == "message.created" and change.kind == "message.updated"
        newest[subject] = Change(change.id, "message.created" if fresh else change.kind, change.subject)
    return list(newest.values())


def sent(kind: str, body: Json, change_id: int | None = None) -> bytes:
    """One server-sent event. ASCII alone, so that no character of a text can end a line."""
    head = f"id: {change_id}\n" if change_id else ""
    return f"{head}event: {kind}\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()
