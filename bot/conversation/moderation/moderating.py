"""Moderation of all turns: who is moderated, what follows, and what moderators decide about it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

import structlog

from bot.conversation.answer.buttons import Buttons, undone
from bot.conversation.answer.requests import Requests
from bot.conversation.gate.barring import Bars
from bot.conversation.gate.permitting import of_channel, permit
from bot.conversation.moderation.alarming import Alarms
from bot.conversation.moderation.judging import Judges
from bot.conversation.moderation.screening import UNSCREENED, Desk, Screening
from bot.conversation.queues.insisting import insisting
from bot.conversation.queues.mailboxes import finish
from bot.delivery import Deliveries
from bot.errors import BotError, DeliveryError, NotFound
from bot.governance.authorize import Act
from bot.governance.moderation.alerts import quoted
from bot.governance.moderation.policy import OFF, Mode, policy_of
from bot.governance.moderation.resting import BLOCK, MODERATOR
from bot.messages import Action, Actor, Address, ChannelKey, PictureRef, Verb
from bot.ports import Clock, Store
from bot.records import Alerted, Bar, Context, Followed, Run, Said
from bot.routes import Routes
from bot.runs import RunKind
from bot.settings import Settings

log = structlog.get_logger()

QUOTE: Final = "\n> "
"""Before what an alert repeats of a message."""

_DONE: Final = {
    Verb.DISMISS: "{who} dismissed this.",
    Verb.WIPE: "{who} deleted it.",
    Verb.BLOCK: "{who} blocked {whom} for an hour.",
}


class Moderation:
    """What turns and people's requests pass. Raises UserError, StorageError."""

    def __init__(
        self,
        store: Store,
        routes: Routes,
        requests: Requests,
        deliveries: Deliveries,
        buttons: Buttons,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self.bars = Bars(clock)
        self.alarms = Alarms(store, clock)
        self.words = settings.moderation.words
        self.wipe: Callable[[int], Awaitable[None]] | None = None
        self._store = store
        self._deliveries = deliveries
        self._buttons = buttons
        self._clock = clock
        self._judges = Judges(store, routes, requests, clock, settings.limits)
        self._desk = Desk(store, self._judges, clock, self._link, self._follow)
        self._beside: set[asyncio.Task[None]] = set()

    @property
    def judged(self) -> bool:
        """Whether there is a model that judges."""
        return self._judges.there

    def of(self, context: Context) -> Screening:
        """A turn's moderation, which may be none."""
        spared = context.run.kind in UNSCREENED
        return Screening(context, OFF if spared else policy_of(context.settings, self.words), self._desk)

    async def filters(self, key: ChannelKey) -> bool:
        """Whether something may be held back in a room."""
        settings = await insisting(self._clock, partial(self._store.settings, key))
        return policy_of(settings, self.words).mode is Mode.FILTER

    def after(self, screening: Screening, text: str, painted: Sequence[PictureRef]) -> None:
        """A turn is over: where moderators are only told, it is judged now."""
        if screening.policy.mode is Mode.REPORT:
            self._spawn(screening.report(text, painted))

    def permit(self, actor: Actor, act: Act, key: ChannelKey, *, owner: str = "") -> None:
        """`permit`, and: who rests has to wait until then."""
        permit(actor, act, key, owner=owner)
        self.bars.admit(actor, act, key)

    async def admit(self, actor: Actor, key: ChannelKey, words: str) -> None:
        """Judge what somebody would have Parley keep, to say it another day. Raises Filtered where it is held
        back; where moderators are only told, it is judged beside."""
        policy = policy_of(await self._store.settings(key), self.words)
        if policy.mode is Mode.OFF or not words.strip():
            return
        begun = await self._store.weigh(key, actor, at=self._clock.now())
        context = replace(begun, question=replace(begun.question, text=words))
        screening = Screening(context, policy, self._desk)
        if policy.mode is Mode.FILTER:
            await self._weighed(begun.run.id, screening.ask())
        else:
            self._spawn(self._weighed(begun.run.id, screening.report("", ())))

    async def _weighed(self, run_id: int, judged: Awaitable[None]) -> None:
        """See such a run through."""
        try:
            await judged
        finally:
            over = partial(self._store.weighed, run_id, at=self._clock.now())
            await asyncio.shield(asyncio.create_task(insisting(self._clock, over)))

    async def wiped(self, run: Run) -> None:
        """A run's question or answer was deleted: alerts about it show nothing of it any more."""
        for alert in await self._store.alerts_about([run.question_id, run.answer_id or 0]):
            await self._show(alert)

    async def recall(self) -> None:
        """After a start: who rests still does. Raises StorageError."""
        self.bars.add(await self._store.bars(self._clock.now()))

    async def close(self) -> None:
        """Leave what goes on beside: alerts are delivered after the next start."""
        await finish(self._beside, 0)

    async def decide(self, verb: Verb, run_id: int, actor: Actor, key: ChannelKey) -> None:
        """A moderator of the room that an alert is about has pressed one of its buttons. Raises NotFound,
        NotAllowed."""
        alert = await self._alert(run_id, key)
        permit(actor, Act.MODERATE, alert.about)
        if verb not in undone(",".join(alert.done)):
            return
        await self._do(verb, alert, actor)
        await self._note(verb, await self._store.alerted(run_id), actor)

    async def about(self, run_id: int, key: ChannelKey) -> ChannelKey:
        """The room that an alert of this room is about: who moderates it may decide. Raises NotFound."""
        return (await self._alert(run_id, key)).about

    async def _alert(self, run_id: int, key: ChannelKey) -> Alerted:
        alert = await self._store.alerted(run_id)
        if alert.key != key:
            raise NotFound("There is no such alert in this room.")
        return alert

    async def _do(self, verb: Verb, alert: Alerted, actor: Actor) -> None:
        if verb is Verb.BLOCK:
            now, scope = self._clock.now(), alert.about.scopes()[1 if of_channel(actor) else 0]
            bar = Bar(scope, alert.person_id, MODERATOR, now + BLOCK, by=actor.person.id)
            await self._store.bar(bar, at=now)
            self.bars.add([bar])
        elif verb is Verb.WIPE:
            await self._wipe(alert)

    async def _wipe(self, alert: Alerted) -> None:
        """Let a message go: here, and from its platform, where Parley may."""
        run = (await self._store.run(alert.of_run)).run
        if self.wipe is not None:
            with suppress(NotFound):
                await self.wipe(alert.message_id)
        if alert.message_id == run.question_id and run.address.reply_to:
            place = self._deliveries.place(run.address)
            with suppress(DeliveryError):
                await place.outlet.remove(run.address, run.address.reply_to)

    async def _note(self, verb: Verb, alert: Alerted, actor: Actor) -> None:
        """Let the alert say what was done."""
        who, whom = quoted(actor.person.name, 60), quoted(alert.person_name, 60)
        told, quote, excerpt = alert.told.partition(QUOTE)
        told = f"{told}\n{_DONE[verb].format(who=who, whom=whom)}"
        done = (*alert.done, verb.value)
        changed = replace(alert, done=done, told=f"{told}{quote}{excerpt}")
        await self._store.write_alert(changed, at=self._clock.now())
        await self._show(changed)

    async def _show(self, alert: Alerted) -> None:
        """Bring an alert that is there to what it says now."""
        if alert.key.platform not in self._deliveries.platforms:
            return
        slots = [entry.posts for entry in await self._store.entries(alert.key, only=(alert.answer_id,))]
        answer = self._deliveries.open(alert.run_id, Address(alert.key), slots[0] if slots else ())
        actions = tuple(Action(left, alert.run_id) for left in undone(",".join(alert.done)))
        await answer.finish(alert.told, actions=actions)

    def _follow(self, followed: Followed) -> None:
        """Something was found: who rests for it is known from now on, and moderators are told."""
        if followed.bar:
            self.bars.add([followed.bar])
        if followed.alert_run:
            self._spawn(self._deliver(followed.alert_run))

    async def _deliver(self, run_id: int) -> None:
        """Bring an alert to its platform."""
        run = (await insisting(self._clock, partial(self._store.run, run_id))).run
        pending = await insisting(self._clock, partial(self._store.pending, run.key))
        mine = [late for late in pending if late.run.id == run_id]
        await self._deliveries.deliver(mine, self._buttons.of_pending)

    def _link(self, context: Context) -> str:
        """Where a run's question can be read; nothing, when it is no message."""
        run = context.run
        if run.kind is RunKind.KEEP:
            return ""
        posts = (run.address.reply_to,) if run.address.reply_to else ()
        said = Said(run.question_id, run.actor.person, "", posts=posts)
        return self._deliveries.place(run.address).link(said)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._beside.discard(task)
        if task.cancelled() or not (error := task.exception()):
            return
        known = isinstance(error, BotError)
        log.error("moderation was not finished", kind=type(error).__name__, exc_info=None if known else error)
