"""Writes one answer: models are asked, tools are used, and the text is laid down as it grows."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

import structlog

from bot.conversation.answer.following import Following
from bot.conversation.answer.outcomes import question
from bot.conversation.answer.requests import Requests
from bot.conversation.answer.using import ROUNDS, Parked, Using, said_in
from bot.conversation.answer.writing import Writing, joined
from bot.conversation.forms.kinds import FORMS, FormRun
from bot.conversation.forms.structured import Declined
from bot.conversation.knowledge.learning import Learner
from bot.conversation.memory.recalling import Recalling
from bot.conversation.moderation.screening import Screening, said
from bot.conversation.personas.adopting import Adopter
from bot.conversation.personas.changing import Personas
from bot.conversation.prompt import citing
from bot.conversation.prompt.character import persona_of, voice_of
from bot.conversation.prompt.window import SIGHT_TOKENS, Asked, Line
from bot.conversation.spending.meter import Meter
from bot.conversation.turn import concealed
from bot.conversation.turn.linking import recalled
from bot.conversation.turn.planning import Plan
from bot.delivery import Answer, Place
from bot.errors import NoAnswer, ProviderError, ProviderTimeout, UserError
from bot.links import Known
from bot.memory.embedding import Embedder
from bot.messages import EndReason, ModelFacts, Part, Restart, Text, ToolCall
from bot.ports import Clock, Store
from bot.records import Context, Sight, Started
from bot.routes import Routes
from bot.runs import TALKING, RunKind
from bot.settings import Settings
from bot.tools import Toolbox

log = structlog.get_logger()

LETTERS = 16
"""Characters that a token has at most; a service that writes more than its cap of tokens is stopped there."""


def begun(context: Context) -> Writing:
    """What there is of an answer before a model is asked: what it goes on from."""
    before = context.shown if context.run.kind is RunKind.CONTINUE else ""
    voice = voice_of(persona_of(context)) if context.run.kind in TALKING else ""
    return Writing(before, said_in(context.rounds), voice=voice)


class Writer:
    """One answer in the making; `writing` is what there is of it, whatever ends it."""

    def __init__(
        self,
        started: Started[Plan],
        answer: Answer,
        place: Place,
        meter: Meter,
        routes: Routes,
        requests: Requests,
        toolbox: Toolbox,
        recalling: Recalling,
        store: Store,
        clock: Clock,
        settings: Settings,
        known: Known,
    ) -> None:
        context = started.context
        self.using = Using.of(context, toolbox, started.plan.tools, store, clock, self._doing)
        self.writing = begun(context)
        self._context = context
        self._plan = started.plan
        self._answer = answer
        self._known = known
        self._place = place
        self._meter = meter
        self._following = Following()
        self._routes = routes
        self._requests = requests
        self._recalling = recalling
        embedder = Embedder(routes, store, clock, settings.limits)
        self._learner = Learner(store, embedder, clock, self._doing, recalling.library.forget)
        self._adopter = Adopter(Personas(store, clock))
        self._turn = settings.deadlines.turn
        self._broke_off = ""
        self.screening: Screening | None = None
        self._longest = len(self.writing.text) + settings.limits.output_tokens * LETTERS

    async def write(self) -> None:
        """Take the answer in, part by part, round by round; delivery shows it beside, at the platform's pace.
        Raises BotError, TimeoutError, and Parked when a person is to be asked."""
        told = said(self._context), self._context.question.person.name
        concealed.note(self._context.run.id, "in", told)
        if form := FORMS.get(self._context.run.kind):
            await self._fill_in(form)  # each of many forms has its own time
            return
        async with asyncio.timeout(self._turn):
            if self._context.run.kind is RunKind.LEARN:
                self.writing.take(Text(await self._learner.learn(self._context)))
                return
            if self._context.run.kind is RunKind.ADOPT:
                self.writing.take(Text(await self._adopter.adopt(self._context)))
                return
            await self.using.resume()
            if self._plan.lookers:
                await self._look()
            await self._remind()
            while await self._said():
                if len(self.using.rounds) > ROUNDS:
                    raise NoAnswer
                calls, text = tuple(self.writing.calls), self.writing.written
                self.writing.next_round()
                if self.screening:
                    await self.screening.answer(self.writing.shown)
                await self._use(text, calls)

    async def undo(self) -> None:
        """It was stopped: a file of which nobody is told is not known. Raises StorageError."""
        if self._context.run.kind is RunKind.LEARN:
            await self._learner.undo(self._context)

    async def _use(self, text: str, calls: Sequence[ToolCall]) -> None:
        """Use tools. What a person is asked about them is shown, too, and what they keep will be. Raises
        Parked."""
        if self.screening and (kept := self.using.keeps(calls)):
            await self.screening.admit(kept)
        try:
            await self.using.use(text, calls)
        except Parked as parked:
            if self.screening:
                await self.screening.answer(joined(self.writing.shown, question(parked.wanted)))
            raise

    async def _said(self) -> bool:
        """What a model says next; whether it asks for tools."""
        if self.using.rounds:
            results = [result.text for result in self.using.rounds[-1].results]
            self._known.hear(*results)
            concealed.note(self._context.run.id, "in", results)
            model = self._meter.attempt.model if self._meter.attempt else None
            self._plan = self._plan.after(self.using.rounds, model)
            self._meter.compose = self._plan.asked
        self._following.tell = self._place.followed(self._context.run.id)
        async with aclosing(self._parts()) as parts:
            async for part in parts:
                self._following.take(part, self._meter)
                self.writing.take(part)
                if isinstance(part, Text):
                    self._meter.wrote(part.text)
                self._show()
                if self.screening:
                    self.screening.check()
                if len(self.writing.text) > self._longest:
                    self.writing.cut(self._longest)
                    return False
        return bool(self.writing.calls)

    @property
    def context(self) -> Context:
        """What the turn knows by now."""
        return self._plan.context

    @property
    def sources(self) -> str:
        """The list of what the answer cites from files."""
        if (attempt := self._meter.attempt) is None:
            return ""
        if not any(citing.BEGIN in line.text for line in attempt.asked.lines):  # there was no room for them
            return ""
        return citing.sources(self.writing.text, citing.shown(self._plan.context, attempt.model))

    async def _remind(self) -> None:
        """Bring back what the room has heard of the question before the window begins."""
        if self._plan.lookers:  # nobody has looked: nobody will answer
            return
        asked = self._plan.asked(self._plan.first)
        if found := await self._recalling.remind(self._context, asked, self._place.source):
            self._plan = self._plan.reminded(found)
            self._known.hear(*recalled(self._plan.context))
            self.using.context = self._plan.context
            self._meter.renew(self._plan.asked)

    def _doing(self, lines: Sequence[str]) -> None:
        """Show what tools are doing."""
        self.writing.doing = lines
        self._show()

    def _show(self) -> None:
        """Show what there is of the answer, as far as it may be."""
        if self.screening:
            self.screening.take(self.writing.shown)
        self._answer.show(self.writing.shown)

    async def _fill_in(self, form: FormRun[Any, Any]) -> None:
        """Have a form filled in; nothing of the answer is shown before it is whole."""
        if without := form.without(self._context):
            self.writing.take(Text(without))
            return
        self._doing((form.doing,))
        try:
            done = await self._all_filled(form)
            if self.screening and (words := form.seen(done)):
                await self.screening.admit(words)
            for part in await form.answer(done, self._context, self._meter.asked, self._place):
                self.writing.take(part)
            if self._broke_off:
                self.writing.take(Text(f"\n\n*({self._broke_off})*"))
        except Declined:
            self.writing.reason = EndReason.REFUSAL
        finally:
            self.writing.doing = ()

    async def _all_filled(self, form: FormRun[Any, Any]) -> Any:
        """What comes of form after form. When a later one cannot be had, what there is by then is all."""
        done: Any = None
        left: Context | None = self._context
        while left is not None:
            if form.progress:
                self._doing((form.progress(done, left),))
            try:
                async with asyncio.timeout(self._turn):
                    filled = await form.structured.ask(partial(self._filled, form, left), self._longest)
            except asyncio.CancelledError:
                await self._stopped(form, done)
                raise
            except (ProviderError, UserError, TimeoutError) as error:
                if done is None:
                    raise
                log.warning("not all was read", run=left.run.id, kind=type(error).__name__)
                self._broke_off = ProviderTimeout.reply if isinstance(error, TimeoutError) else error.reply
                break
            done, left = form.goes_on(done, filled, left, self._meter.asked)
        return done

    async def _stopped(self, form: FormRun[Any, Any], done: Any) -> None:
        """Somebody has stopped it: what was paid for is theirs, where nobody has to judge it first."""
        if form.progress and done is not None and self.screening is None:
            for part in await form.answer(done, self._context, self._meter.asked, self._place):
                self.writing.take(part)

    async def _filled(
        self, form: FormRun[Any, Any], context: Context, further: Sequence[Line]
    ) -> AsyncGenerator[Part]:
        """What a model says to the lines `further`; who has said something before is asked first."""

        def compose(model: ModelFacts) -> Asked:
            return form.compose(context, model, self._plan.output_cap, further)

        self._plan = self._plan.after((), self._meter.attempt.model if self._meter.attempt else None)
        self._meter.compose = compose
        async with aclosing(self._parts()) as parts:
            async for part in parts:
                if isinstance(part, Text):
                    self._meter.wrote(part.text)
                yield part

    async def _look(self) -> None:
        """Have the pictures described to those that will answer, as long as a description may be."""
        said, longest, meter = "", SIGHT_TOKENS * LETTERS, self._meter
        looking = self._routes.stream(self._plan.lookers, self._requests.looker(meter), meter)
        async with aclosing(looking) as parts:
            async for part in parts:
                match part:
                    case Text(text):
                        said += text
                        meter.wrote(text)
                    case Restart():
                        said = ""
                if len(said) > longest:
                    break
        if meter.attempt:
            self.writing.sight = Sight(said[:longest], meter.attempt.model.id)
            self._plan = self._plan.seen(self.writing.sight)
            meter.compose = self._plan.asked

    def _parts(self) -> AsyncGenerator[Part]:
        """The route's stream for this kind of run."""
        followed = self._following.tell is not None
        call = self._requests.caller(self._context, self._meter, followed=followed)
        return self._routes.stream(self._plan.candidates, call, self._meter)
