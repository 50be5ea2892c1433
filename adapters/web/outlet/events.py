"""A room's events, as server-sent events. A reader is a cursor, never a queue: a slow one holds nobody back.

What is durable is read from storage once per change, by the first reader that misses it, and kept in a short
ring; a reader that is further behind reads for itself. What is live is each reader's own difference between
the screens as they are and as that reader saw them last, so a slow reader sees fewer steps and the same end.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence

import structlog

from adapters.web.api.entries import links_json
from adapters.web.outlet.callings import Told
from adapters.web.outlet.changes import READER, Changes, Event, sent
from adapters.web.outlet.outlet import Screen, WebOutlet, common_prefix
from bot.conversation import Conversation
from bot.delivery.clusters import units
from bot.errors import NotAllowed, StorageError
from bot.messages import Actor, ChannelKey

log = structlog.get_logger(__name__)

RETRY_MILLISECONDS = 1000
KEEP_ALIVE_SECONDS = 15.0
RING = 512
"""Events of a room kept in memory for the readers that are a little behind."""


class Events:
    """The event streams of all rooms that somebody watches. `close` ends them."""

    def __init__(
        self, conversation: Conversation, outlet: WebOutlet, *, keep_alive: float = KEEP_ALIVE_SECONDS
    ) -> None:
        self._changes = Changes(conversation, outlet)
        self._outlet = outlet
        self._keep_alive = keep_alive
        self._feeds: dict[ChannelKey, _Feed] = {}
        self._closed = False
        self._stop: Callable[[], None] = conversation.listen(self._committed)
        outlet.listen(self._moved, self._feeds.__contains__)

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return sum(feed.readers for feed in self._feeds.values())

    def close(self) -> None:
        """End every stream: the browser comes again when the server is back."""
        if self._closed:
            return
        self._closed = True
        self._stop()
        for feed in self._feeds.values():
            feed.stir()

    def admit(self, key: ChannelKey, who: Actor) -> None:
        """Raise NotAllowed unless somebody may watch a room."""
        self._changes.admit(key, who)

    async def stream(
        self, key: ChannelKey, after: int | None, who: Actor = READER
    ) -> AsyncGenerator[bytes, None]:
        """What happens in a room after the change `after`; None: from now on. An `after` that is not
        known here, of another database perhaps, is answered with all there is. What models write of calls is
        told to `who` may see how the answer is made."""
        feed = self._feeds.setdefault(key, _Feed(key, self._changes))
        feed.readers += 1
        try:
            reader = _Reader(feed, await feed.cursor(after), who)
            yield f"retry: {RETRY_MILLISECONDS}\n\n".encode()
            while not self._closed:
                self._changes.admit(key, who)  # it may be so no longer
                yield await self._next(reader)
        except NotAllowed:
            log.info("events_ended")
        except StorageError:
            log.exception("events_interrupted")
        finally:
            feed.readers -= 1
            if not feed.readers:
                self._feeds.pop(key, None)

    async def _next(self, reader: "_Reader") -> bytes:
        """What is new, as soon as something is; a sign of life when nothing is for a while."""
        while not self._closed:
            bell = reader.feed.bell
            if news := await reader.news(self._outlet):
                return news
            if not await _rung(bell, self._keep_alive):
                return b": here\n\n"
        return b""

    def _committed(self, key: ChannelKey) -> None:
        """Storage has a change of this room."""
        if feed := self._feeds.get(key):
            feed.behind = True
            feed.stir()

    def _moved(self, key: ChannelKey) -> None:
        """A screen of this room shows something else."""
        if feed := self._feeds.get(key):
            feed.stir()


class _Feed:
    """One watched room: its newest events, and a bell."""

    def __init__(self, key: ChannelKey, changes: Changes) -> None:
        self.key = key
        self.changes = changes
        self.readers = 0
        self.behind = True
        self.bell = asyncio.Event()
        self._ring: deque[Event] = deque()
        self._from = 0
        self._read: int | None = None
        self._lock = asyncio.Lock()

    def stir(self) -> None:
        """Wake every reader."""
        self.bell.set()
        self.bell = asyncio.Event()

    async def cursor(self, after: int | None) -> int:
        """Where a new reader begins."""
        last = await self.changes.last(self.key)
        async with self._lock:
            if self._read is None:
                self._from = self._read = last
        if after is None:
            return last
        return after if after <= last else 0

    @property
    def newest(self) -> int:
        """The newest change that was read."""
        return self._read or 0

    @property
    def stale(self) -> bool:
        """Whether storage may know more than the newest change: somebody may be reading it just now."""
        return self.behind or self._lock.locked()

    async def since(self, after: int) -> tuple[Sequence[Event], int]:
        """The events after a change, and the change they reach to. Storage is read by one reader for all."""
        async with self._lock:
            if self.behind:
                await self._catch_up()
            if after >= self._from:
                return [event for event in self._ring if event.id > after], max(after, self._read or 0)
        page = await self.changes.page(self.key, after)
        return page.events, page.last

    async def _catch_up(self) -> None:
        """Read what was committed since; a commit meanwhile makes it `behind` again."""
        self.behind = False
        try:
            page = await self.changes.page(self.key, self._read or 0)
        except BaseException:
            self.behind = True
            raise
        self._read = page.last
        self.behind |= page.full
        self._ring.extend(page.events)
        while len(self._ring) > RING:
            self._from = self._ring.popleft().id


class _Reader:
    """How far one stream has come: the last change, and the text of every screen it was sent."""

    def __init__(self, feed: _Feed, after: int, who: Actor) -> None:
        self.feed = feed
        self._who = who
        self._sees: dict[int, bool] = {}
        self._after = after
        self._seen: dict[str, Screen] = {}
        self._told = Told()

    async def news(self, outlet: WebOutlet) -> bytes:
        """What is new: calls before the round in which they are made."""
        return await self.calls(outlet) + await self.durable() + await self.live(outlet)

    async def calls(self, outlet: WebOutlet) -> bytes:
        """What models have written of calls since the last."""
        chunks = []
        for (run_id, attempt, index), new in self._told.news(outlet.callings.of(self.feed.key)):
            if not await self._may_see(run_id):
                continue
            message_id = await self.feed.changes.answering(self.feed.key, run_id)
            about = {"run_id": run_id, "message_id": message_id, "attempt": attempt, "index": index}
            chunks.append(sent("tool_call.delta", about | new))
        return b"".join(chunks)

    async def durable(self) -> bytes:
        """The events since the last."""
        if not self.feed.stale and self._after >= self.feed.newest:
            return b""
        events, self._after = await self.feed.since(self._after)
        return b"".join(event.data for event in events)

    async def _may_see(self, run_id: int) -> bool:
        """Whether who reads may see how a run's answer is made: with what words tools are asked for."""
        if run_id not in self._sees:
            self._sees = {run_id: await self.feed.changes.inspects(self.feed.key, run_id, self._who)}
        return self._sees[run_id]

    async def live(self, outlet: WebOutlet) -> bytes:
        """The screens' differences since the last."""
        screens = dict(outlet.screens(self.feed.key))
        seen = {post_id: screen for post_id, screen in self._seen.items() if post_id in screens}
        chunks = []
        for post_id, screen in screens.items():
            before = seen.get(post_id)
            if before == screen:
                continue
            if message_id := await self.feed.changes.answering(self.feed.key, screen.run_id):
                known = before if before and before.run_id == screen.run_id else None
                if known is None:
                    chunks.append(created(post_id, message_id, screen))
                chunks.append(delta(post_id, message_id, known.text if known else "", screen))
                seen[post_id] = screen
        self._seen = seen
        return b"".join(chunks)


def created(post_id: str, message_id: int, screen: Screen) -> bytes:
    """A post begins to show what is being written: to this reader, from its beginning."""
    return sent("text.created", {"run_id": screen.run_id, "message_id": message_id, "post": post_id})


def delta(post_id: str, message_id: int, before: str, screen: Screen) -> bytes:
    """From UTF-16 offset `at` on, the post now shows `text`."""
    at = common_prefix(before, screen.text)
    body = {
        "run_id": screen.run_id,
        "message_id": message_id,
        "post": post_id,
        "at": units(screen.text[:at]),
        "text": screen.text[at:],
        "links": links_json(screen.links),
    }
    return sent("text.delta", body)


async def _rung(bell: asyncio.Event, seconds: float) -> bool:
    """Whether the bell rang before `seconds` were over."""
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    return True
