"""One turn: ask a model, show the answer while it is written, keep it, let it out whole."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog

from bot import metrics
from bot.conversation.answer.buttons import Buttons
from bot.conversation.answer.outcomes import (
    STOPPED,
    UNANSWERED,
    asked,
    broken,
    defect,
    question,
)
from bot.conversation.answer.requests import Requests
from bot.conversation.answer.using import Parked, pictures_of, said_in
from bot.conversation.answer.writing import joined
from bot.conversation.files.gathering import Gathering, Owed
from bot.conversation.files.intake import Intake
from bot.conversation.memory.condenser import Condenser
from bot.conversation.memory.recalling import Recalling
from bot.conversation.moderation.moderating import Moderation
from bot.conversation.moderation.screening import Screening
from bot.conversation.queues.insisting import insisting
from bot.conversation.queues.waiting import Waiting
from bot.conversation.spending.meter import Meter
from bot.conversation.turn.concluding import concluded, painted
from bot.conversation.turn.linking import known_to
from bot.conversation.turn.planning import Plan, Planner
from bot.conversation.turn.titles import Titles
from bot.conversation.turn.writer import Writer, begun
from bot.delivery import Answer, Deliveries
from bot.errors import UserError
from bot.links import Known
from bot.messages import Action, ChannelKey, Verb
from bot.ports import Clock, Files, Shrinks, Store
from bot.records import Outcome, Run, Settlement, Started
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Settings
from bot.tools import Toolbox
from bot.unseen import visible

log = structlog.get_logger()

NOTHING = Outcome(RunStatus.FAILED)
"""What there is of an answer that was not begun."""

NONE = Toolbox(())
"""No tools at all."""


class Turns:
    """Takes runs and finishes them, whatever happens."""

    def __init__(
        self,
        store: Store,
        routes: Routes,
        deliveries: Deliveries,
        waiting: Waiting,
        pictures: Shrinks,
        intake: Intake,
        clock: Clock,
        settings: Settings,
        files: Mapping[str, Files] | None = None,
        tools: Toolbox = NONE,
    ) -> None:
        self._store = store
        self._routes = routes
        self._deliveries = deliveries
        self._waiting = waiting
        self._clock = clock
        self._settings = settings
        self._toolbox = tools
        self._requests = Requests(routes, pictures)
        self._gathering = Gathering(store, intake, files or {}, clock)
        self.buttons = Buttons(routes.facts)
        self.condenser = Condenser(store, routes, self._requests, clock, settings)
        self.titles = Titles(store, routes, self._requests, deliveries, clock, settings)
        self.recalling = Recalling(store, routes, clock, settings.limits)
        requests, buttons = self._requests, self.buttons
        self.moderation = Moderation(store, routes, requests, deliveries, buttons, clock, settings)
        self._writers: dict[int, asyncio.Task[None]] = {}
        self._stopped: set[int] = set()
        self._over: dict[int, asyncio.Event] = {}

    def __len__(self) -> int:
        return len(self._writers)

    async def take(self, which: ChannelKey | int) -> bool:
        """Start and finish a room's next run, or this run. False: there was none."""
        await self._toolbox.settled()
        planner = Planner(self._routes, self._settings, self._clock.now, self._toolbox)
        start = partial(self._store.start, which, planner, at=self._clock.now())
        try:
            started = await self._begun(start)
        except UserError as exc:
            return await self._not_begun(planner.seen, broken(NOTHING, exc.code, exc.reply))
        except Exception as exc:  # noqa: BLE001  # it is logged, and would else stand in its room's way for ever
            return await self._not_begun(planner.seen, defect(NOTHING, exc))
        if started is None:
            return False
        await self._turn(started)
        return True

    async def _begun(self, start: Callable[[], Awaitable[Started[Plan] | None]]) -> Started[Plan] | None:
        """Start, when what the question brought is there."""
        try:
            return await insisting(self._clock, start)
        except Owed as owed:
            await self._gathering.gather(owed)
        return await insisting(self._clock, start)

    def stop(self, run_id: int) -> None:
        """Stop writing this run's answer now; what there is of it stays."""
        if run_id in self._over:
            self._stopped.add(run_id)
        if writer := self._writers.get(run_id):
            writer.cancel()

    async def over(self, run_id: int) -> None:
        """Wait until a run that is being written is ended and delivered."""
        if event := self._over.get(run_id):
            await event.wait()

    async def end(self, run: Run, outcome: Outcome) -> None:
        """End a run that nobody writes: its outcome is stored and shown like any answer."""
        await self._waiting.leave(run.id)
        await self._finish(run, outcome)
        await self._deliver_stored(run)

    async def expire(self, run_id: int) -> None:
        """Nobody has said whether a run may go on."""
        run = (await insisting(self._clock, partial(self._store.run, run_id))).run
        if run.status is RunStatus.REQUIRES_ACTION:
            await self.give_up(run, RunStatus.EXPIRED, UNANSWERED)

    async def give_up(self, run: Run, status: RunStatus, notice: str = STOPPED) -> None:
        """End a run that waits for a person's word, with what it has said so far."""
        await self.over(run.id)  # the question may be on its way to its platform
        rounds = await insisting(self._clock, partial(self._store.rounds, run.id))
        unjudged = await self.moderation.filters(run.key)  # its words were judged before it was asked about
        pictures = () if unjudged else pictures_of(rounds)
        await self.end(run, Outcome(status, said_in(rounds), notice, pictures=pictures))

    async def ask_again(self, run: Run) -> None:
        """After a start: show what a person is asked, should it not have been shown."""
        only = (run.answer_id or 0,)
        for entry in await insisting(self._clock, partial(self._store.entries, run.key, only=only)):
            known = None if entry.links is None else Known(named=entry.links)
            answer = self._deliveries.open(run.id, run.address, entry.posts, known=known)
            await answer.finish(visible(entry.text, entry.notice, entry.voice), actions=asked(run), more=True)

    async def _not_begun(self, run: Run | None, outcome: Outcome) -> bool:
        """End a run that could not be begun. False: there was none."""
        if run is not None:
            await self.end(run, outcome)
        return run is not None

    async def _deliver_stored(self, run: Run) -> None:
        """Bring a run's answer to its platform as it is stored."""
        pending = await insisting(self._clock, partial(self._store.pending, run.key))
        await self._deliveries.deliver(
            [late for late in pending if late.run.id == run.id], self.buttons.of_pending
        )

    async def _turn(self, started: Started[Plan]) -> None:
        """Answer, and let those know who wait for the end."""
        run_id = started.context.run.id
        over = self._over[run_id] = asyncio.Event()
        try:
            await self._answer(started)
        finally:
            del self._over[run_id]
            self._stopped.discard(run_id)
            over.set()

    async def _answer(self, started: Started[Plan]) -> None:
        """Write the answer in a task of its own, which Stop may cancel; then keep what it came to."""
        run = started.context.run
        slots = await self._waiting.leave(run.id) or started.slots
        stop, before = (Action(Verb.STOP, run.id),), begun(started.context).text
        screening = self.moderation.of(started.context)
        screens, known = screening.screens, known_to(started.context, self._settings.links)
        answer = self._deliveries.open(
            run.id, run.address, slots, actions=stop, before=before, screens=screens, known=known
        )
        meter = self._meter(started)
        writer = self._writer(started, answer, meter, known)
        writing = asyncio.create_task(self._screened(writer, screening, answer))
        try:
            await self._written(run.id, writing)
        except asyncio.CancelledError:  # the process ends: this run is taken up again at the next start
            await answer.abandon()
            await screening.screen.close()
            raise
        await screening.ended(writer.writing, painted(writer))
        if await self._asked(run, writing, writer, answer, meter):
            return
        if writing.cancelled():
            await writer.undo()
        outcome = concluded(started, writing, writer, meter, self._clock)
        shown = visible(outcome.text, outcome.notice, outcome.voice)
        outcome = replace(outcome, links=known.among(shown))
        if not await self._finish(run, outcome, meter.settlement()):
            await answer.abandon()
            await self._deliver_stored(run)
            return
        actions = self.buttons.after(run, outcome)
        await answer.finish(shown, pictures=outcome.pictures, files=outcome.files, actions=actions)
        self._after(started, outcome, meter, screening)
        self.moderation.after(screening, outcome.text, outcome.pictures)

    def _after(self, started: Started[Plan], outcome: Outcome, meter: Meter, screening: Screening) -> None:
        """An answer is out: what follows from it is done beside everything else."""
        if outcome.status in (RunStatus.COMPLETED, RunStatus.INCOMPLETE):
            self.condenser.after(started.context, meter, outcome.text)
            self.titles.after(started, outcome, screening)
            self.recalling.after(started.context, meter.attempt)

    async def _screened(self, writer: Writer, screening: Screening, answer: Answer) -> None:
        """Write, and let nothing out that is against the room's rules. Raises what `Writer.write` raises."""
        writer.screening = screening if screening.filters else None
        screening.show = lambda: answer.show(writer.writing.shown)
        await screening.over(writer.write, writer.writing, lambda: painted(writer))

    def _meter(self, started: Started[Plan]) -> Meter:
        """What counts its calls."""
        run, plan = started.context.run, started.plan
        return Meter(
            self._store,
            self._clock,
            self._settings.limits,
            plan.asked,
            kind=run.kind,
            run_id=run.id,
            call_id=started.call_id,
            reserved=plan.first.id,
        )

    def _writer(self, started: Started[Plan], answer: Answer, meter: Meter, known: Known) -> Writer:
        """Who writes it."""
        return Writer(
            started,
            answer,
            self._deliveries.place(started.context.run.address),
            meter,
            self._routes,
            self._requests,
            self._toolbox,
            self.recalling,
            self._store,
            self._clock,
            self._settings,
            known,
        )

    async def _written(self, run_id: int, writer: asyncio.Task[None]) -> None:
        """Wait until the writer has ended, one way or another."""
        self._writers[run_id] = writer
        if run_id in self._stopped:
            writer.cancel()
        try:
            await asyncio.wait({writer})
        finally:
            writer.cancel()
            del self._writers[run_id]

    async def _asked(
        self, run: Run, task: asyncio.Task[None], writer: Writer, answer: Answer, meter: Meter
    ) -> bool:
        """Whether the run is left until a person has said that it may go on; they are shown what it wants."""
        if task.cancelled() or not isinstance(parked := task.exception(), Parked):
            return False
        notice = joined(writer.writing.earlier, question(parked.wanted))
        settled, now = meter.settlement(), self._clock.now()
        ask = partial(self._store.ask, run.id, parked.asked, notice, settled, at=now)
        if not await insisting(self._clock, ask):
            return False
        shown = visible(writer.writing.before, notice, writer.writing.voice)
        await answer.finish(shown, actions=asked(run), more=True)
        return True

    async def _finish(self, run: Run, outcome: Outcome, settled: Settlement | None = None) -> bool:
        """Store how a run ended, waiting for the database when it is out: an answer is worth the wait.
        False: something else is to be shown than these words."""
        finish = partial(self._store.finish, run.id, outcome, settled, at=self._clock.now())
        kept = await insisting(self._clock, finish)
        metrics.run_ended(run.kind, outcome.status)
        return kept
