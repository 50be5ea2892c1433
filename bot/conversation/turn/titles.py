"""Titles of threads, topics and rooms: by hand, by a model, and by itself where nobody has given one yet."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Final

import structlog

from bot.conversation.answer.requests import Requests
from bot.conversation.forms.titling import LONGEST, TITLE, cleaned, compose_title, renamed
from bot.conversation.gate.permitting import permit
from bot.conversation.moderation.screening import Screening
from bot.conversation.prompt.window import Asked, Line
from bot.conversation.queues.insisting import insisting
from bot.conversation.queues.mailboxes import finish
from bot.conversation.spending.meter import Meter
from bot.conversation.turn.planning import Plan
from bot.delivery import Deliveries, Place
from bot.errors import BadOption, BotError
from bot.governance.authorize import Act
from bot.messages import Actor, Address, ModelFacts, Part, Person, Standing, Text
from bot.ports import Clock, Store
from bot.records import Context, Exchange, Outcome, Said, Started
from bot.routes import Routes
from bot.runs import RunKind, RunStatus
from bot.settings import Settings

log = structlog.get_logger()

TRIES: Final = 3
"""Answers after which a title is looked for: a service may be out for the first."""

WRITTEN: Final = 20_000
"""Characters of an answer that is a title: some think aloud first."""

PARLEY: Final = Person("parley", "Parley", bot=True)
"""Who gives a title that nobody has asked for."""

UNTITLED: Final = "There is no title here that I could change: only threads and topics have one."


class Titles:
    """Gives titles. Raises UserError."""

    def __init__(
        self,
        store: Store,
        routes: Routes,
        requests: Requests,
        deliveries: Deliveries,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self._store = store
        self._routes = routes
        self._requests = requests
        self._deliveries = deliveries
        self._clock = clock
        self._settings = settings
        self._going: set[asyncio.Task[None]] = set()

    async def check(self, actor: Actor, to: Address) -> Place:
        """The place that somebody wants to give a title: moderators may, and who began it."""
        place = self._deliveries.place(to)
        if not place.kind:
            raise BadOption(UNTITLED)
        own = "" if actor.standing >= Standing.MODERATOR else await place.starter()
        permit(actor, Act.TITLE, to.key, owner=own)
        return place

    async def give(self, actor: Actor, to: Address, title: str) -> str:
        """Call a place as somebody wants it called: what is said then."""
        place = await self.check(actor, to)
        wanted = cleaned(title, LONGEST)
        if not wanted:
            raise BadOption("A title has at least one letter.", "text")
        if len(" ".join(title.split())) > LONGEST:
            raise BadOption(f"A title has at most {LONGEST} characters.", "text")
        await place.rename(wanted, actor.person)
        return renamed(place.kind, wanted)

    def after(self, started: Started[Plan], outcome: Outcome, screening: Screening) -> None:
        """An answer is out: where nobody has given a title yet, one is found beside everything else, and
        judged as the answer was."""
        context = started.context
        talked = context.run.kind is RunKind.CHAT and outcome.status is RunStatus.COMPLETED
        if not talked or not outcome.text or len(context.past) >= TRIES:
            return
        place = self._deliveries.place(context.run.address)
        if place.unnamed and not titled(context):
            answer = Said(started.answer_id, PARLEY, outcome.text)
            past = (*context.past, Exchange(context.question, answer))
            whole = replace(context, past=past, run=replace(context.run, kind=RunKind.TITLE))
            task = asyncio.create_task(self._find(whole, started.plan.candidates, place, screening))
            self._going.add(task)
            task.add_done_callback(self._over)

    async def close(self) -> None:
        """Leave it: the next answer is another chance."""
        await finish(self._going, 0)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("a title was not found", exc_info=error)

    async def _find(
        self, context: Context, candidates: Sequence[ModelFacts], place: Place, screening: Screening
    ) -> None:
        """Ask for a title, in the run that was just over, and give it."""
        meter = self._meter(context)
        try:
            async with asyncio.timeout(self._settings.deadlines.turn):
                filled = await TITLE.ask(partial(self._says, context, candidates, meter), WRITTEN)
            if title := cleaned(filled.title):
                if screening.filters:
                    await screening.admit(title)
                await place.rename(title, PARLEY)
        except (BotError, TimeoutError) as exc:
            log.info("no title for now", run=context.run.id, kind=type(exc).__name__)
        finally:
            if meter.attempt:
                settle = insisting(self._clock, partial(self._store.settle, meter.settlement()))
                await asyncio.shield(asyncio.create_task(settle))

    def _meter(self, context: Context) -> Meter:
        """Counts what the title costs: it is part of the run."""
        compose = partial(compose_title, context, output_cap=self._settings.limits.output_tokens)
        limits, run = self._settings.limits, context.run
        return Meter(self._store, self._clock, limits, compose, kind=run.kind, run_id=run.id)

    async def _says(
        self, context: Context, candidates: Sequence[ModelFacts], meter: Meter, further: Sequence[Line]
    ) -> AsyncGenerator[Part]:
        """What a model says to the lines `further`."""

        def compose(model: ModelFacts) -> Asked:
            return compose_title(context, model, self._settings.limits.output_tokens, further)

        meter.compose = compose
        call = self._requests.caller(context, meter)
        async with aclosing(self._routes.stream(candidates, call, meter)) as parts:
            async for part in parts:
                if isinstance(part, Text):
                    meter.wrote(part.text)
                yield part


def titled(context: Context) -> bool:
    """Whether the room of a run has a title of its own."""
    setting = context.settings.found.get("title")
    return bool(setting and setting.value and setting.scope == context.run.key.scope)
