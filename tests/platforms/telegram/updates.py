"""What the bot has not fetched yet, and how it fetches it: offsets, long polling, two pollers."""

from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.platforms.telegram.clock import Clock
from tests.platforms.telegram.refusals import TWO_POLLERS, WEBHOOK_IS_SET, Json, bad, conflict

DAY = 86_400.0
LIVES = {"callback_query": 150.0, "inline_query": 30.0}
"""Seconds that an update is kept; all others a day."""
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50.0
FAR_AHEAD = 10
"""An offset beyond the newest update by more than this is not believed."""
HASTY = 0.5
"""Seconds after which the same offset may ask again and get more than one update."""


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """An update. `chat`: webhooks bring those of one chat in order; `once`: no offset holds it back."""

    id: int
    body: Json
    chat: Hashable
    expires: float
    once: bool = False


class Updates:
    """The queue. `allowed` is None for what Telegram sends when nobody has chosen."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: deque[Pending] = deque()
        self._ids = count(700_000_001)
        self._polls = count(1)
        self._poll = 0
        self._asked = (-1, 0.0)
        self._latest: dict[int, Pending] = {}
        self.allowed: frozenset[str] | None = None
        self.webhook = False
        self.confirmed = 0
        self.raw: set[int] = set()
        """Numbers of updates of any shape."""

    def add(self, kind: str, content: Any, chat: Hashable = 0, *, at: float | None = None) -> int:
        """Something has happened, now or earlier: its number; 0 when the bot did not ask for such updates."""
        wanted = kind not in ONLY_WHEN_ASKED if self.allowed is None else kind in self.allowed
        if not wanted:
            return 0
        body: Json = {"update_id": next(self._ids), kind: content}
        since = self._clock.now() if at is None else at
        self._put(Pending(body["update_id"], body, chat, since + LIVES.get(kind, DAY)))
        return int(body["update_id"])

    def add_raw(self, **fields: Any) -> int:
        """An update of any shape, such as one that no library can read."""
        body: Json = {"update_id": next(self._ids)} | fields
        self.raw.add(body["update_id"])
        self._put(Pending(body["update_id"], body, "raw", self._clock.now() + DAY))
        return int(body["update_id"])

    def again(self, update_id: int) -> None:
        """The same update once more, even if it was confirmed."""
        known = self._latest[update_id]
        self._put(Pending(known.id, known.body, known.chat, self._clock.now() + DAY, once=True))

    def reorder(self, key: Callable[[int], Any] = lambda update_id: -update_id) -> None:
        """Put what waits into another order: the newest first."""
        self._queue = deque(sorted(self._queue, key=lambda pending: key(pending.id)))

    def restart_ids(self, first: int) -> None:
        """The next numbers begin somewhere else, as after a week without updates."""
        self._ids = count(first)

    @property
    def waiting(self) -> tuple[Pending, ...]:
        """What is not confirmed, and not too old."""
        now = self._clock.now()
        if any(pending.expires <= now for pending in self._queue):
            self._queue = deque(pending for pending in self._queue if pending.expires > now)
        return tuple(self._queue)

    def drop(self, pending: Pending) -> None:
        """Delivered, or given up."""
        if pending in self._queue:
            self._queue.remove(pending)
            self.confirmed += 1
            self._clock.beat()

    def clear(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()
        self._clock.beat()

    def choose(self, allowed: Sequence[str] | None) -> None:
        """Which kinds to keep from now on; None: as before, none: Telegram's own choice."""
        if allowed is not None:
            self.allowed = frozenset(allowed) or None

    def stop_polling(self) -> None:
        """End the long poll that waits, with a conflict."""
        self._poll = 0
        self._clock.beat()

    async def fetch(
        self, offset: int, limit: int, seconds: float, allowed: Sequence[str] | None
    ) -> list[Json]:
        """getUpdates. Raises Refused (409) for a second poller, to the first, and while a webhook is set."""
        if self.webhook:
            raise conflict(WEBHOOK_IS_SET)
        if not 1 <= limit <= 100:
            raise bad("limit must be between 1 and 100")
        self.choose(allowed)
        self._confirm(offset)
        limit = self._hurried(offset, limit)
        mine = self._poll = next(self._polls)
        self._clock.beat()
        end = self._clock.now() + min(max(seconds, 0.0), LONGEST_POLL)
        await self._clock.until(lambda: self.waiting or self._poll != mine, end)
        if self._poll != mine:
            raise conflict(WEBHOOK_IS_SET if self.webhook else TWO_POLLERS)
        self._poll = 0
        return self._given(limit)

    def _hurried(self, offset: int, limit: int) -> int:
        before, now = self._asked, self._clock.now()
        self._asked = (offset, now)
        return 1 if before[0] == offset and now < before[1] + HASTY else limit

    def _confirm(self, offset: int) -> None:
        waiting = self.waiting
        if offset < 0:
            while len(self._queue) > -offset:
                self.drop(self._queue[0])
        elif offset <= max((pending.id for pending in waiting), default=offset) + FAR_AHEAD:
            for pending in waiting:
                if pending.id < offset and not pending.once:
                    self.drop(pending)

    def _given(self, limit: int) -> list[Json]:
        given = self.waiting[:limit]
        for pending in given:
            if pending.once:
                self.drop(pending)
        return [pending.body for pending in given]

    def _put(self, pending: Pending) -> None:
        self._queue.append(pending)
        self._latest[pending.id] = pending
        self._clock.beat()
