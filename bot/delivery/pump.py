"""An answer on its way: the model's loop lays down the latest text, the pump shows it at its pace."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.delivery.attaching import attached
from bot.delivery.lanes import Lane
from bot.delivery.posts import Posts, finished, linked, unfinished, worded
from bot.delivery.settle import hold_back, settle
from bot.errors import DeliveryError, Gone, SlowDown, StorageError, Unreachable
from bot.links import Known
from bot.messages import Action, Made, PictureRef
from bot.ports import Clock, Ledger, Outlet, Screens
from bot.records import Slot

TYPING = 4.0
"""Seconds between two signs that an answer is being written."""
FADES = 20.0
"""Seconds after which a draft is shown again although it says nothing new; Telegram lets it go after 30."""
_DATABASE_PAUSE = 1.0
_REFUSALS = 3
_SPARE = 0.75

log = structlog.get_logger()


class Answer:
    """One answer while it is written and until it is out. Call `finish` or `abandon`, once."""

    def __init__(
        self,
        posts: Posts,
        lane: Lane,
        outlet: Outlet,
        ledger: Ledger,
        screens: Screens,
        clock: Clock,
        *,
        actions: tuple[Action, ...],
        before: str,
        known: Known | None,
        left: Callable[[], None],
    ) -> None:
        self._posts = posts
        self._lane = lane
        self._outlet = outlet
        self._ledger = ledger
        self._screens = screens
        self._clock = clock
        self._actions = actions
        self._files = len(attached(before, posts.limits)[1])
        self._known = known
        self._left = left
        self._text = ""
        self._woken = asyncio.Event()
        self._writing = False
        self._stopped = False
        self._refused = 0
        self._shown = False
        self._shown_at = 0.0
        self._pumping = asyncio.create_task(self._pump())
        self._typing = asyncio.create_task(self._type())

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its messages on the platform, as far as they are written down."""
        return self._posts.slots

    def show(self, text: str) -> None:
        """Lay down the latest text, longer or shorter than the last. Never waits."""
        self._text = text
        self._woken.set()

    async def finish(
        self,
        text: str,
        *,
        pictures: Sequence[PictureRef] = (),
        files: Sequence[Made] = (),
        actions: tuple[Action, ...] = (),
        more: bool = False,
    ) -> None:
        """Bring the final text out whole, after those that wait in its chat; or park it, or record why it is
        refused. The caller has stored it. `more`: another follows some day. Never raises DeliveryError."""
        try:
            await self._stop()
            cleared = worded(await self._screens.clear(text, final=True), self._known)
            wanted = linked(finished(cleared, pictures, actions, self._posts.limits, files), self._known)
            async with self._lane.lock:
                if self._lane.parked:
                    await hold_back(self._posts, self._lane, self._ledger)
                elif await settle(self._posts, wanted, self._lane, self._ledger, self._clock) and not more:
                    self._lane.settled.append(self._posts.run_id)
        finally:
            self._left()

    async def abandon(self) -> None:
        """Stop showing, and leave the screen as it is; a request that is under way is written down first."""
        try:
            await self._stop()
        finally:
            self._left()

    async def _stop(self) -> None:
        """End the pump: at once when it waits, else after the request it has begun."""
        self._stopped = True
        self._typing.cancel()
        if not self._writing:
            self._pumping.cancel()
        try:
            await asyncio.wait({self._pumping, self._typing})
        finally:
            self._pumping.cancel()
        if not self._pumping.cancelled() and (broken := self._pumping.exception()):
            log.error("pump broke", run=self._posts.run_id, kind=type(broken).__name__)

    async def _pump(self) -> None:
        """Whenever there is new text, bring the screen up to it."""
        while not self._stopped:
            await self._woken.wait()
            self._woken.clear()
            while not (self._stopped or self._lane.closed or self._posts.gone) and await self._advance():
                pass

    async def _advance(self) -> bool:
        """Take one step towards the latest text; False: it is shown, as far as it may be."""
        exempt = self._posts.exempt
        await self._lane.turn(urgent=not self._shown, exempt=exempt)
        text = worded(await self._screens.clear(self._text, final=False), self._known, whole=False)
        wanted = linked(unfinished(text, self._actions, self._posts.limits, self._files), self._known)
        seq = self._posts.step(wanted, whole=False)
        if seq is None or self._lane.closed:
            self._lane.give_back(exempt=exempt)
            return False
        self._writing = True
        self._lane.began()
        try:
            await self._posts.take(seq, wanted)
        except StorageError as exc:
            log.warning("post not written down yet", run=self._posts.run_id, error=str(exc))
            self._lane.slow_down(_DATABASE_PAUSE)
        except DeliveryError as exc:
            return self._failed(exc)
        else:
            self._shown = True
            self._shown_at = self._clock.monotonic()
            if not self._posts.drafting:
                self._typing.cancel()
            self._lane.pace.relax()
        finally:
            self._writing = False
        return self._posts.step(wanted, whole=False) is not None

    def _failed(self, exc: DeliveryError) -> bool:
        """Only the final text matters: slow down and go on, or wait for more text when this was refused."""
        if isinstance(exc, SlowDown):
            self._lane.slow_down(exc.retry_after)
        elif isinstance(exc, Unreachable):
            self._lane.slow_down()
        else:
            log.info("text in between refused", run=self._posts.run_id, kind=type(exc).__name__)
            self._refused += 1
            self._stopped = self._stopped or isinstance(exc, Gone) or self._refused == _REFUSALS
            return False
        return True

    async def _type(self) -> None:
        """Show that an answer is being written, as long as the platform has time for that; and that it still
        is, where its text is a draft that fades."""
        await asyncio.sleep(0)  # the question is sent first
        while True:
            if self._shown:
                self._refresh()
            elif not self._lane.closed and self._lane.budget.spend(keep=_SPARE):
                try:
                    await self._outlet.typing(self._posts.to)
                except DeliveryError as exc:
                    log.debug("typing not shown", run=self._posts.run_id, kind=type(exc).__name__)
            await self._clock.sleep(TYPING)

    def _refresh(self) -> None:
        """Show a draft again before it fades."""
        if self._clock.monotonic() - self._shown_at >= FADES:
            self._posts.fade()
            self._woken.set()
