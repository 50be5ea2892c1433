"""Everything that is on its way to a platform: answers in the making, and those that were left over."""

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import groupby

import structlog

from bot.delivery.lanes import Lane, Lanes
from bot.delivery.places import Place
from bot.delivery.posts import Posts, finished, linked, worded
from bot.delivery.pump import Answer
from bot.delivery.settle import hold_back, settle
from bot.links import Known
from bot.messages import Action, Address, ChannelKey
from bot.ports import Clock, Ledger, Outlet, Screens
from bot.records import Pending, Slot
from bot.unseen import visible

ActionsOf = Callable[[Pending], tuple[Action, ...]]

log = structlog.get_logger()


class Deliveries:
    """Opens answers, and delivers what was left over. `outlets` by platform."""

    def __init__(self, outlets: Mapping[str, Outlet], ledger: Ledger, screens: Screens, clock: Clock) -> None:
        self._outlets = outlets
        self._ledger = ledger
        self._screens = screens
        self._clock = clock
        self._lanes = Lanes(outlets, clock)
        self._open: set[int] = set()

    @property
    def platforms(self) -> Collection[str]:
        """The platforms that are on."""
        return self._outlets.keys()

    def open(
        self,
        run_id: int,
        to: Address,
        slots: Sequence[Slot],
        *,
        actions: tuple[Action, ...] = (),
        before: str = "",
        screens: Screens | None = None,
        known: Known | None = None,
    ) -> Answer:
        """Begin an answer; `actions` are its buttons while it is written, `before` what it goes on from;
        `screens` clear it alone; `known` says where it may link to, None: anywhere."""
        outlet = self._outlets[to.key.platform]
        lane = self._lanes.enter(to.key)
        self._open.add(run_id)

        def left() -> None:
            self._open.discard(run_id)
            self._lanes.leave(to.key)

        posts = Posts(run_id, to, slots, outlet, self._ledger)
        return Answer(
            posts,
            lane,
            outlet,
            self._ledger,
            screens or self._screens,
            self._clock,
            actions=actions,
            before=before,
            known=known,
            left=left,
        )

    def place(self, to: Address) -> Place:
        """Where an answer is given."""
        return Place(self._outlets[to.key.platform], to, self._ledger, self._clock)

    async def deliver(self, pending: Sequence[Pending], actions_of: ActionsOf) -> None:
        """Deliver what is left over, in order, room by room: edit what is posted, post what is only intended
        under its old nonce. A room stops at the first answer that has to be parked again. Never raises
        DeliveryError. Answers that are being finished right now are left to that."""
        for key, room in groupby(pending, key=lambda left: left.run.key):
            if key.platform in self._outlets:
                await self._deliver_room(key, list(room), actions_of)
            else:
                log.warning("platform is off, its deliveries wait", platform=key.platform)

    def nothing_waits(self, key: ChannelKey) -> None:
        """What was parked in this chat is gone: new answers may be shown again."""
        lane = self._lanes.enter(key)
        lane.open()
        self._lanes.leave(key)

    async def _deliver_room(self, key: ChannelKey, pending: Sequence[Pending], actions_of: ActionsOf) -> None:
        lane = self._lanes.enter(key)
        try:
            async with lane.lock:
                for left in pending:
                    if left.run.id in self._open or (left.run.id in lane.settled and not _deleted(left)):
                        continue
                    if not await self._deliver(left, actions_of(left), lane):
                        return
                    lane.settled.append(left.run.id)
                lane.open()
        finally:
            self._lanes.leave(key)

    async def _deliver(self, left: Pending, actions: tuple[Action, ...], lane: Lane) -> bool:
        """Deliver one answer; False: it is parked."""
        outlet = self._outlets[left.run.key.platform]
        posts = Posts(left.run.id, left.run.address, left.slots, outlet, self._ledger)
        if lane.rest():
            await hold_back(posts, lane, self._ledger)
            return False
        cleared = await self._screens.clear(visible(left.text, left.notice, left.voice), final=True)
        known = None if left.links is None else Known(named=left.links)
        words = worded(cleared, known)
        wanted = linked(finished(words, left.pictures, actions, outlet.limits, left.files), known)
        return await settle(posts, wanted, lane, self._ledger, self._clock)


def _deleted(left: Pending) -> bool:
    """Whether nothing is to be seen any more: that may be asked for after the answer was out."""
    return not (left.text or left.notice or left.pictures or left.files)
