"""Condenses beside everything else what a room's models cannot be shown any more.

Nobody waits for it, and nobody is told: what goes wrong is tried again when more has been said.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog

from bot import metrics
from bot.conversation.answer.outcomes import code_of, defect
from bot.conversation.answer.requests import Requests
from bot.conversation.forms.structured import whole
from bot.conversation.memory.condensing import Outgrown, compose_notes, condensed, outgrown, surplus
from bot.conversation.prompt.window import Asked, weights
from bot.conversation.queues.insisting import insisting
from bot.conversation.queues.mailboxes import finish
from bot.conversation.spending.meter import Meter, priced
from bot.errors import BotError, StorageError, UserError
from bot.governance.budgets import check
from bot.messages import Actor, ChannelKey, EndReason, ModelFacts, Need, Part, RunOptions, Text
from bot.ports import Clock, Store
from bot.records import Condensed, Context, Outcome, Reservation, Spending, Started
from bot.routes import Routes
from bot.runs import RunStatus
from bot.settings import Settings

log = structlog.get_logger()

STYLE: Final = RunOptions(style="summarization")
"""How notes are sampled."""

IN_A_ROW: Final = 8
"""Runs one after the other: a small model reads little at once, and a room may have a long past."""

REST: Final = 600.0
"""Seconds without another attempt in a room in which one failed."""

LETTERS: Final = 16
"""Characters that a token has at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask for notes, and the context with those exchanges that are to be condensed."""

    context: Context
    candidates: tuple[ModelFacts, ...]
    output_cap: int

    def asked(self, model: ModelFacts) -> Asked:
        """What `model` is asked in its turn. Raises TooLarge."""
        return compose_notes(self.context, model, self.output_cap)[0]

    def made(self, text: str, model: ModelFacts) -> Condensed | None:
        """What it wrote, of as many exchanges as it was shown."""
        _, count = compose_notes(self.context, model, self.output_cap)
        return condensed(self.context, count, text, model)


class Condenser:
    """Begins such runs when a turn is over, and ends them."""

    def __init__(
        self, store: Store, routes: Routes, requests: Requests, clock: Clock, settings: Settings
    ) -> None:
        self._store = store
        self._routes = routes
        self._requests = requests
        self._clock = clock
        self._settings = settings
        self._going: dict[ChannelKey, asyncio.Task[None]] = {}
        self._resting: dict[ChannelKey, float] = {}

    def after(self, context: Context, meter: Meter, answer: str) -> None:
        """A run is over: condense what has become too much in its room, if it has."""
        key, last = context.run.key, meter.attempt
        if last is None or key in self._going or self._rests(key):
            return
        if found := outgrown(context, last.asked, last.model, answer):
            task = asyncio.create_task(self._condense(key, context.run.actor, found), name=f"notes of {key}")
            self._going[key] = task
            task.add_done_callback(partial(self._over, key))

    async def close(self) -> None:
        """Leave what is being worked on: the next start ends it."""
        await finish(tuple(self._going.values()), 0)

    def _rests(self, key: ChannelKey) -> bool:
        now = self._clock.monotonic()
        self._resting = {room: until for room, until in self._resting.items() if until > now}
        return key in self._resting

    def _over(self, key: ChannelKey, task: asyncio.Task[None]) -> None:
        del self._going[key]
        if not task.cancelled() and (error := task.exception()):
            log.error("notes were not written", exc_info=error)

    async def _condense(self, key: ChannelKey, by: Actor, found: Outgrown) -> None:
        """One run after the other, until the rest can be shown."""
        for _ in range(IN_A_ROW):
            plan, now = partial(self._plan, found), self._clock.now()
            try:
                started = await self._store.condense(key, by, STYLE, plan, at=now)
            except (UserError, StorageError) as exc:  # the budget is spent, for one
                log.debug("no notes for now", kind=type(exc).__name__)
                self._rest(key)
                return
            if started is None:
                return
            if not await self._write(started):
                self._rest(key)
                return

    def _rest(self, key: ChannelKey) -> None:
        self._resting[key] = self._clock.monotonic() + REST

    def _plan(self, found: Outgrown, context: Context, spending: Spending) -> tuple[Reservation, Plan] | None:
        """Which exchanges, by whom, and what it may cost. Raises BudgetSpent, UnknownModel, TooLarge."""
        limits = self._settings.limits
        count = surplus(len(context.past), weights(context, found.model, limits.output_tokens), found.room)
        if not count:
            return None
        candidates = self._routes.candidates(Need.CHAT, "", context.settings.value("model") or "")
        plan = Plan(replace(context, past=context.past[:count]), candidates, limits.output_tokens)
        worst = priced(candidates[0], plan.asked(candidates[0]), limits)
        check(spending, worst, limits, self._clock.now())
        return Reservation(candidates[0].id, worst), plan

    async def _write(self, started: Started[Plan]) -> bool:
        """Have the notes written, and keep them. Whether they are kept."""
        run, plan = started.context.run, started.plan
        meter = Meter(
            self._store,
            self._clock,
            self._settings.limits,
            plan.asked,
            kind=run.kind,
            run_id=run.id,
            call_id=started.call_id,
            reserved=plan.candidates[0].id,
        )
        writing = asyncio.create_task(self._written(started, meter))
        try:
            await asyncio.wait({writing})
        finally:
            writing.cancel()
        outcome, made = self._concluded(plan, writing, meter)
        now = self._clock.now()
        keep = partial(self._store.keep_notes, run.id, outcome, made, meter.settlement(), at=now)
        kept = await insisting(self._clock, keep)
        metrics.run_ended(run.kind, outcome.status)
        return kept

    async def _written(self, started: Started[Plan], meter: Meter) -> tuple[str, EndReason]:
        """What a model says. Raises BotError, TimeoutError."""
        call = self._requests.caller(started.context, meter)
        parts = self._routes.stream(started.plan.candidates, call, meter)
        longest = self._settings.limits.output_tokens * LETTERS
        async with asyncio.timeout(self._settings.deadlines.turn):
            return await whole(_metered(parts, meter), longest)

    def _concluded(
        self, plan: Plan, writing: asyncio.Task[tuple[str, EndReason]], meter: Meter
    ) -> tuple[Outcome, Condensed | None]:
        """What came of it."""
        model = meter.attempt.model if meter.attempt else plan.candidates[0]
        failed = Outcome(RunStatus.FAILED, model=model.id if meter.attempt else "")
        if writing.cancelled():
            return replace(failed, last_error="cancelled"), None
        match writing.exception():
            case None:
                text, reason = writing.result()
            case TimeoutError():
                return replace(failed, last_error="deadline"), None
            case BotError() as exc:
                return replace(failed, last_error=code_of(exc)), None
            case BaseException() as exc:
                return replace(failed, last_error=defect(failed, exc).last_error), None
        if reason is EndReason.REFUSAL:
            return replace(failed, last_error="refusal"), None
        if (made := plan.made(text, model)) is None:
            return replace(failed, last_error="nothing"), None
        return replace(failed, status=RunStatus.COMPLETED), made


async def _metered(parts: AsyncGenerator[Part], meter: Meter) -> AsyncGenerator[Part]:
    """The parts, counted as they come."""
    async with aclosing(parts):
        async for part in parts:
            if isinstance(part, Text):
                meter.wrote(part.text)
            yield part
