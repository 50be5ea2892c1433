"""Everything that is being worked on: rooms in their mailboxes, pictures beside them, timers, recovery."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby

import structlog

from bot.conversation.answer.outcomes import INTERRUPTED, STOPPED
from bot.conversation.queues.easels import Easels
from bot.conversation.queues.insisting import insisting
from bot.conversation.queues.mailboxes import Mailboxes, finish
from bot.conversation.queues.timers import Timers
from bot.conversation.queues.waiting import Waiting
from bot.conversation.reminders import rung
from bot.conversation.turn.turns import Turns
from bot.delivery import Deliveries
from bot.errors import StorageError
from bot.messages import Address, ChannelKey
from bot.ports import Clock, Store
from bot.records import Outcome, Run, Timer
from bot.runs import RunKind, RunStatus

log = structlog.get_logger()

ATTEMPTS = 3
"""A run is tried again twice after kills; then it fails."""

KEPT = timedelta(hours=48)
"""How long an event's id is remembered: platforms repeat what is up to a day old."""

SWEEP = 6 * 3600.0
"""Seconds between two sweeps."""


class Work:
    """Rings mailboxes, finishes what a kill left, and ends in good order."""

    def __init__(
        self, store: Store, turns: Turns, waiting: Waiting, deliveries: Deliveries, clock: Clock
    ) -> None:
        self._store = store
        self._turns = turns
        self._waiting = waiting
        self._deliveries = deliveries
        self._clock = clock
        self._mailboxes = Mailboxes(self._take)
        self._first: defaultdict[ChannelKey, deque[Callable[[], Awaitable[object]]]] = defaultdict(deque)
        self._easels = Easels()
        self._beside: set[asyncio.Task[object]] = set()
        self._recovered = False
        self._closing = False
        handlers = {"deliver": self._deliver_due, "expire": self._expired, "remind": self._remind}
        self.timers = Timers(store, clock, handlers)
        turns.moderation.wipe = self.wipe

    def queue(self, run_id: int, kind: RunKind, to: Address, *, ahead: int) -> None:
        """A run waits: in its room, or, when it takes no room, beside. Before `recover` has seen what a kill
        left, at the end, and while its platform is off, it waits in the database alone."""
        if self._closing or not self._recovered or to.key.platform not in self._deliveries.platforms:
            return
        if not kind.takes_the_room:
            if ahead:
                self._waiting.watch(run_id, to)
            self._beside_the_room(run_id, kind, to.key, partial(self._turns.take, run_id))
            return
        if ahead:
            self._waiting.watch(run_id, to)
        self._mailboxes.ring(to.key)

    async def wipe(self, message_id: int) -> None:
        """Let a message and its answer go, from the platform too. Raises NotFound."""
        run = await self._store.delete(message_id, at=self._clock.now())
        self._turns.stop(run.id)
        await self._turns.over(run.id)
        await self.taken_back(run)
        await self._turns.moderation.wiped(run)

    async def leave(self, old: ChannelKey) -> None:
        """A chat is about to be another one: what told people there to wait is not gone on with."""
        for run in await self._store.waiting():
            if _same_chat(run.key, old):
                await self._waiting.leave(run.id)

    def moved(self, old: ChannelKey, new: ChannelKey, writing: Sequence[int]) -> None:
        """A chat has another key now: what waited under its old one goes on, at the latest when `writing`,
        the runs that nobody interrupted, are over."""
        self._spawn(self._move_on(old, new, writing))

    async def _move_on(self, old: ChannelKey, new: ChannelKey, writing: Sequence[int]) -> None:
        self._turns.recalling.recall.forget()
        self._turns.recalling.library.forget()
        await self._take_over(old, new)
        for run_id in writing:
            await self._turns.over(run_id)
        if writing:
            await insisting(self._clock, partial(self._store.move, old, new, late=writing))
            await self._take_over(old, new)

    async def _take_over(self, old: ChannelKey, new: ChannelKey) -> None:
        """Go on with a chat's queues and deliveries under its new key."""
        for run in await insisting(self._clock, self._store.waiting):
            if _same_chat(run.key, new):
                self.queue(run.id, run.kind, run.address, ahead=1)
        left = await insisting(self._clock, self._store.pending)
        for key in dict.fromkeys(pending.run.key for pending in left if _same_chat(pending.run.key, new)):
            await self.deliver_pending(key)
        await self.deliver_pending(old)

    async def taken_back(self, run: Run) -> None:
        """A run was taken back: what told its person to wait goes, and what is deleted, too."""
        await self._waiting.leave(run.id)
        await self.deliver_pending(run.key)

    async def recover(self) -> None:
        """After a start: deliver what was finished, try again what was not, then go on with the queues."""
        await self._turns.moderation.recall()
        for key, late in groupby(await self._store.pending(), key=lambda pending: pending.run.key):
            self._before(key, partial(self._deliveries.deliver, list(late), self._turns.buttons.of_pending))
        for run in await self._store.interrupted(at=self._clock.now()):
            if run.key.platform in self._deliveries.platforms:
                self._resume(run)
        for run in await self._store.asking():
            if run.key.platform in self._deliveries.platforms:
                self._spawn(self._turns.ask_again(run))
        self._recovered = True
        for run in await self._store.waiting():
            self.queue(run.id, run.kind, run.address, ahead=1)
        self._spawn(self.timers.run())
        self._spawn(self._sweep())

    def ready(self) -> Mapping[str, str]:
        """What keeps Parley from taking on work, and why; empty when nothing does."""
        if self._closing:
            return {"work": "Parley is stopping."}
        return {} if self._recovered else {"work": "Parley is starting."}

    async def drain(self, seconds: float) -> None:
        """Let running turns finish for so long; what is not finished then is taken up at the next start."""
        self._closing = True
        await asyncio.gather(self._mailboxes.drain(seconds), self._easels.drain(seconds))
        await asyncio.gather(self._turns.condenser.close(), self._turns.titles.close())
        await self._turns.recalling.recall.close()
        await self._turns.moderation.close()
        await self._waiting.close()
        await finish(self._beside, 0)

    async def deliver_pending(self, key: ChannelKey) -> None:
        """Bring what waits for delivery in this room to its platform."""
        pending = await self._store.pending(key)
        if pending:
            await self._deliveries.deliver(pending, self._turns.buttons.of_pending)
        elif key.platform in self._deliveries.platforms:
            self._deliveries.nothing_waits(key)

    async def _sweep(self) -> None:
        """Let go of what nobody asks for any more: events seen long ago, changes told long ago."""
        while True:
            try:
                await self._store.prune(self._clock.now() - KEPT)
            except StorageError as exc:
                log.warning("nothing swept this time", error=str(exc))
            await self._clock.sleep(SWEEP)

    def _resume(self, run: Run) -> None:
        """Take up a run that a kill interrupted, before anything else in its room."""
        if run.kind.takes_the_room:
            self._before(run.key, partial(self._take_up, run))
        else:
            self._beside_the_room(run.id, run.kind, run.key, partial(self._take_up, run))

    async def _take_up(self, run: Run) -> None:
        """Write an interrupted run's answer anew; not one that was stopped, by now perhaps, nor too often."""
        if run.attempts >= ATTEMPTS:
            gave_up = Outcome(RunStatus.FAILED, notice=INTERRUPTED, last_error="interrupted")
            await self._turns.end(run, gave_up)
        elif run.status is RunStatus.CANCELLING or not await self._turns.take(run.id):
            await self._turns.end(run, Outcome(RunStatus.CANCELLED, notice=STOPPED))

    def _before(self, key: ChannelKey, work: Callable[[], Awaitable[object]]) -> None:
        """Do this in the room before its queued runs."""
        self._first[key].append(work)
        self._mailboxes.ring(key)

    async def _take(self, key: ChannelKey) -> bool:
        """A mailbox's next piece of work."""
        if self._closing:
            return False
        if first := self._first.get(key):
            await first.popleft()()
            return True
        self._first.pop(key, None)
        return await self._turns.take(key)

    async def _deliver_due(self, timer: Timer) -> None:
        """A parked delivery may be tried again."""
        self._spawn(self.deliver_pending(ChannelKey.parse(timer.payload["key"])))

    async def _expired(self, timer: Timer) -> None:
        """Nobody has said whether a run may go on."""
        await self._turns.expire(int(timer.payload["run"]))

    async def _remind(self, timer: Timer) -> None:
        """Somebody wanted to be told something now."""
        now = self._clock.now()
        if found := await self._store.ring(timer.id, partial(rung, now=now), at=now):
            self._spawn(self.deliver_pending(found.address.key))

    def _beside_the_room(
        self, run_id: int, kind: RunKind, key: ChannelKey, work: Callable[[], Awaitable[object]]
    ) -> None:
        """Write this run's answer beside the room's talk, once: its pictures one after another, and its
        tables."""
        if kind.one_after_another:
            self._easels.paint((key, kind), run_id, work)
        else:
            self._easels.beside(run_id, work)

    def _spawn(self, work: Coroutine[object, object, object]) -> None:
        """Do this beside everything else; it is kept until it is done."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)


def _same_chat(one: ChannelKey, other: ChannelKey) -> bool:
    """Whether two rooms belong to one chat: itself, or threads of it."""
    return one.scopes()[:2] == other.scopes()[:2]
