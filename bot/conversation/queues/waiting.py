"""Whoever waits long is told their place: where the answer will stand, and it can be taken back there."""

import asyncio
from contextlib import suppress
from functools import partial

from bot.conversation.queues.insisting import insisting
from bot.delivery import Answer, Deliveries
from bot.errors import NotFound
from bot.messages import Action, Address, Verb
from bot.ports import Clock, Store
from bot.records import Slot

LONG = 10.0
"""Seconds after which a wait is long, and after which the place is told anew."""


class Waiting:
    """Follows queued runs until they begin or are taken back."""

    def __init__(self, store: Store, deliveries: Deliveries, clock: Clock) -> None:
        self._store = store
        self._deliveries = deliveries
        self._clock = clock
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._notices: dict[int, Answer] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def watch(self, run_id: int, to: Address) -> None:
        """This run has begun to wait."""
        if run_id not in self._tasks:
            self._tasks[run_id] = asyncio.create_task(self._tell(run_id, to), name=f"waiting {run_id}")

    async def leave(self, run_id: int) -> tuple[Slot, ...]:
        """This run waits no longer: the messages that told it to, which its answer takes over."""
        task = self._tasks.pop(run_id, None)
        if task is None:
            return ()
        task.cancel()
        await asyncio.wait({task})
        notice = self._notices.pop(run_id, None)
        if notice is None:
            return ()
        await notice.abandon()
        return notice.slots

    async def close(self) -> None:
        """Leave everybody."""
        for run_id in list(self._tasks):
            await self.leave(run_id)

    async def _tell(self, run_id: int, to: Address) -> None:
        """Tell the place, again and again, while there is somebody before."""
        with suppress(NotFound):
            while True:
                await self._clock.sleep(LONG)
                place = await insisting(self._clock, partial(self._store.place, run_id))
                if place:
                    self._notice(run_id, to).show(sentence(place))

    def _notice(self, run_id: int, to: Address) -> Answer:
        """The message that stands where the answer will."""
        if run_id not in self._notices:
            stop = (Action(Verb.STOP, run_id),)
            self._notices[run_id] = self._deliveries.open(run_id, to, (), actions=stop)
        return self._notices[run_id]


def sentence(place: int) -> str:
    """What somebody reads who waits behind so many answers."""
    before = "One answer comes" if place == 1 else f"{place} answers come"
    return f"*{before} before yours.*"
