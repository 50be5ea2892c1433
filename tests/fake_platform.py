"""A chat platform in memory that enforces its limits, fails on demand and keeps a transcript.

And a ledger likewise: between them, what was promised can be read off.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from bot.delivery.clusters import shows, units
from bot.errors import DeliveryError, Gone, SlowDown, StorageError, TooLong, Unlike
from bot.messages import Address, ChannelKey, Limits, Person, Post
from bot.records import Slot
from tests.clock import VirtualClock
from tests.plain_outlet import PlainOutlet


class FakePlatform(PlainOutlet):
    """Implements the Outlet port. `faults`: raised one a request (None: none), before it takes effect."""

    def __init__(self, clock: VirtualClock, limits: Limits, log: list[str]) -> None:
        self.limits = limits
        self.log = log
        self.faults: deque[DeliveryError | None] = deque()
        self.lost: deque[DeliveryError] = deque()  # raised after the effect: its result is never known
        self.screen: dict[str, dict[str, Post]] = {}
        self.began: list[tuple[float, str, Post]] = []
        self.typed: list[float] = []
        self.hangs: asyncio.Event | None = None
        self.drafts = False  # whether text in the making needs no message of its own
        self.drafted: list[tuple[float, int, str]] = []
        self.takes = limits.text  # UTF-16 units of a text, in truth
        self.counts: dict[bool, float] = {}  # what it makes a chat wait, by whether it is urgent
        self._clock = clock
        self._last: dict[str, float] = {}
        self._quiet: dict[str, float] = {}
        self._nonces: dict[str, str] = {}
        self._ids = count(1)

    def texts(self, to: Address) -> list[str]:
        """What people see in a chat."""
        return [post.text for post in self.screen.get(str(to.key), {}).values()]

    def posts(self, to: Address) -> list[Post]:
        return list(self.screen.get(str(to.key), {}).values())

    async def post(self, to: Address, post: Post, *, nonce: str) -> str:
        assert len(nonce) <= 25
        await self._request(to, post, f"post {nonce}")
        post_id = self._nonces.setdefault(nonce, f"m{next(self._ids)}")
        self.screen.setdefault(str(to.key), {})[post_id] = post
        if self.lost:
            raise self.lost.popleft()
        return post_id

    async def edit(self, to: Address, post_id: str, post: Post) -> None:
        there = self.screen.get(str(to.key), {}).get(post_id)
        if self.limits.apart and there and bool(there.files) is not bool(post.files):
            raise Unlike(post_id)
        await self._request(to, post, f"edit {post_id}")
        if post_id not in self.screen.get(str(to.key), {}):
            raise Gone(post_id)
        self.screen[str(to.key)][post_id] = post

    async def remove(self, to: Address, post_id: str) -> None:
        await self._request(to, None, f"remove {post_id}")
        if self.screen.get(str(to.key), {}).pop(post_id, None) is None:
            raise Gone(post_id)

    async def typing(self, to: Address) -> None:
        self.typed.append(self._clock.monotonic())
        if self.hangs:
            await self.hangs.wait()

    def wait(self, key: ChannelKey, *, urgent: bool) -> float:
        return max(0.0, self.counts.get(urgent, 0.0) - self._clock.monotonic())

    async def draft(self, to: Address, post: Post, seq: int) -> bool:
        if self.drafts:
            await self._request(to, post, f"draft {seq}")
            self.drafted.append((self._clock.monotonic(), seq, post.text))
        return self.drafts

    async def _request(self, to: Address, post: Post | None, what: str) -> None:
        """Hold a request against the limits, and keep it."""
        now = self._clock.monotonic()
        self.log.append(what)
        self.began.append((now, str(to.key), post or Post("")))
        if self.hangs:
            await self.hangs.wait()
        if now - self._last.get(str(to.key), float("-inf")) < self.limits.interval - 1e-6:
            raise AssertionError(f"{what}: faster than the platform allows")
        self._last[str(to.key)] = now
        if sum(at > now - 1 + 1e-6 for at, *_ in self.began[-2000:]) > self.limits.per_second:
            raise AssertionError("more requests in a second than the platform allows")
        if post and (units(post.text) > self.limits.text or not (shows(post.text) or _more(post))):
            raise AssertionError(f"{what}: too long or empty")
        if now < self._quiet.get(str(to.key), 0.0) - 1e-6:
            raise AssertionError(f"{what}: the platform had asked for patience")
        if self.faults and (fault := self.faults.popleft()):
            if isinstance(fault, SlowDown):
                self._quiet[str(to.key)] = now + fault.retry_after
            raise fault
        self._fit(post)

    def _fit(self, post: Post | None) -> None:
        """Of text in the making it shows what it can."""
        if post and post.final and units(post.text) > self.takes:
            raise TooLong("it is full before its time")


def _more(post: Post) -> bool:
    """Whether there is something to see beside words."""
    return bool(post.pictures or post.files)


class FakeLedger:
    """Implements the Ledger port. `out`: how many calls fail before the database is back."""

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.out = 0
        self.parked: list[tuple[int, datetime]] = []
        self.ended: dict[int, str] = {}
        self.slots: dict[int, Slot] = {}
        self._ids = count(1)

    def slot(self, seq: int = 0, post_id: str = "") -> Slot:
        """An intent that the store has recorded already."""
        slot = Slot(next(self._ids), seq, post_id)
        self.slots[slot.id] = slot
        return slot

    async def posted(self, slot: Slot, post_id: str, *, intend: int | None = None) -> Slot | None:
        self._commit(f"posted {slot.seq} {post_id}" + (f" intend {intend}" if intend is not None else ""))
        self.slots[slot.id] = Slot(slot.id, slot.seq, post_id)
        return None if intend is None else self.slot(intend)

    async def intend(self, run_id: int, seq: int) -> Slot:
        self._commit(f"intend {seq}")
        return self.slot(seq)

    async def delivered(self, run_id: int, removed: Sequence[Slot] = ()) -> None:
        self._commit(f"delivered {run_id}")
        self.ended[run_id] = "delivered"
        self._drop(removed)

    async def renamed(self, key: ChannelKey, title: str, by: Person, *, at: datetime) -> None:
        return

    async def park(self, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot] = ()) -> None:
        self._commit(f"park {run_id}")
        self.parked.append((run_id, until))
        self._drop(removed)

    async def refused(self, run_id: int, why: str) -> None:
        self._commit(f"refused {run_id} {why}")
        self.ended[run_id] = why

    def _drop(self, removed: Sequence[Slot]) -> None:
        for slot in removed:
            del self.slots[slot.id]

    def _commit(self, what: str) -> None:
        if self.out:
            self.out -= 1
            raise StorageError("the database is out")
        self.log.append(what)
