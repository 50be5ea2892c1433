"""Before a run begins: which models may answer, what the first is asked, and what that may cost. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from bot.conversation.answer.outcomes import blind, fewer, gone, looked, stood_in
from bot.conversation.answer.painting import asked_of
from bot.conversation.answer.using import ROUNDS, SETTING, offered, pictured
from bot.conversation.files.gathering import Owed
from bot.conversation.forms.kinds import FORMS
from bot.conversation.memory.recalling import at_worst
from bot.conversation.prompt.character import model_of, persona_of
from bot.conversation.prompt.window import Asked, compose, compose_look, compose_picture, left_out
from bot.conversation.spending.meter import priced
from bot.conversation.turn.falling import fallen_back
from bot.errors import BudgetSpent, UnknownModel
from bot.governance.budgets import check
from bot.messages import ModelFacts, Need
from bot.records import Context, Passage, Reservation, Round, Run, Sight, Spending
from bot.routes import Routes
from bot.runs import RunKind
from bot.settings import Settings
from bot.settings.kinds import KINDS
from bot.tools import Tool, Toolbox

TOOLS = frozenset({"tools", "functions"})
"""What services call the parameter that tells a model of tools."""

READING = (RunKind.LEARN, RunKind.ADOPT)
"""Kinds of runs in which a file is taken in, and no model says anything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The models that stand in for one another in this run, and what each is asked.

    `lookers`: models that describe the question's pictures first, because those that answer do not see.
    `borrowed`: another model than the room's own sees for it. `notice`: what else people are to be told.
    """

    context: Context
    output_cap: int
    candidates: tuple[ModelFacts, ...]
    lookers: tuple[ModelFacts, ...] = ()
    borrowed: bool = False
    notice: str = ""
    ready: Asked | None = None
    """What the first is asked: it was composed for the price already."""
    tools: tuple[Tool, ...] = ()
    """What the models may ask for."""
    able: Callable[[ModelFacts], bool] = lambda _: True
    """Whether a model is told of them."""

    @property
    def first(self) -> ModelFacts:
        """Who is asked first."""
        return (self.lookers or self.candidates)[0]

    def asked(self, model: ModelFacts) -> Asked:
        """What `model` is asked in its turn. Raises TooLarge."""
        if self.ready is not None and model is self.first:
            return self.ready
        if self.lookers:
            return compose_look(self.context, model, self.output_cap)
        if self.context.run.kind is RunKind.IMAGINE:
            return compose_picture(self.context, self.output_cap)
        if form := FORMS.get(self.context.run.kind):
            return form.compose(self.context, model, self.output_cap, ())
        told = tuple(tool.spec for tool in self.tools) if self.able(model) else ()
        spent = len(self.context.rounds) >= ROUNDS
        return replace(compose(self.context, model, self.output_cap, told), spent=spent and bool(told))

    def told(self, model: str, sight: Sight | None, pictures: int) -> str:
        """What people should know beside an answer of `model`: who looked, who stood in for whom, what is
        missing."""
        if self.context.run.kind in READING:
            return ""
        said = [self.notice, looked(sight.model if sight else model) if self.borrowed else ""]
        first, options = self.candidates[0], self.context.run.options
        wished = options.model or model_of(self.context) == first.id
        if wished and model not in ("", first.id):
            said.append(stood_in(first.id, model))
        painter = next((one for one in self.candidates if one.id == model), first)
        ordered = asked_of(painter, self.context.run).count
        if 0 < pictures < ordered:
            said.append(fewer(pictures, ordered))
        said.extend(left_out(self.context, painter, self.output_cap))
        return " ".join(filter(None, said))

    def after(self, rounds: Sequence[Round], model: ModelFacts | None = None) -> "Plan":
        """The plan when tools have been used: who asked for them, `model`, goes on first."""
        context = replace(self.context, rounds=tuple(rounds))
        first = [one for one in self.candidates if model is not None and one.id == model.id]
        others = [one for one in self.candidates if one not in first]
        return replace(self, context=context, candidates=(*first, *others), ready=None)

    def reminded(self, recalled: tuple[Passage, ...]) -> "Plan":
        """The plan when something has come back that may bear on the question."""
        return replace(self, context=replace(self.context, recalled=recalled), ready=None)

    def seen(self, sight: Sight) -> "Plan":
        """The plan when the pictures have been described."""
        question = replace(self.context.question, sight=sight)
        return replace(self, context=replace(self.context, question=question), lookers=(), ready=None)


@dataclass(slots=True)
class Planner:
    """The `plan` of `Store.start`: chooses and prices, and remembers the run when it has to refuse."""

    routes: Routes
    settings: Settings
    now: Callable[[], datetime]
    tools: Toolbox
    seen: Run | None = field(default=None)

    def __call__(self, context: Context, spending: Spending) -> tuple[Reservation, Plan]:
        """Raises UnknownModel, TooLarge and BudgetSpent: the person can do something about each; and Owed
        when files are to be fetched first."""
        self.seen = context.run
        if context.question.attachments:
            wide = context.run.kind in (RunKind.LEARN, RunKind.EXTRACT)
            raise Owed(context.question.id, context.run.address, context.question.attachments, wide=wide)
        limits = self.settings.limits
        if context.run.kind in READING:
            return self._learning(context)
        plan = self._with_tools(self._plan(replace(context, safety=self.settings.safety)))
        asked = plan.asked(plan.first)
        worst = priced(plan.first, at_worst(context, asked), limits)
        begins = context.run.attempts == 1
        try:
            check(spending, worst, limits, self.now(), request=begins)
        except BudgetSpent as spent:
            plan = self._with_tools(fallen_back(plan, self.routes, limits, spent))
            worst, asked = Decimal(0), plan.asked(plan.first)
        return Reservation(plan.first.id, worst, begins), replace(plan, ready=asked)

    def _learning(self, context: Context) -> tuple[Reservation, Plan]:
        """For a file that is to be known: what it costs is reserved piece by piece, while it is placed."""
        try:
            models = self.routes.candidates(Need.EMBEDDING)
        except UnknownModel:
            models = self.routes.candidates(Need.CHAT)
        plan = Plan(context, self.settings.limits.output_tokens, models)
        return Reservation(plan.first.id, Decimal(0)), plan

    def _plan(self, context: Context) -> Plan:
        """The route for this run; a room's model stands first where it can do what is needed."""
        chosen, cap = context.run.options.model, self.settings.limits.output_tokens
        if context.run.kind is RunKind.IMAGINE:
            return Plan(context, cap, self.routes.candidates(Need.IMAGE, chosen))
        room = model_of(context)
        candidates = self.routes.candidates(Need.CHAT, chosen, room)
        missed = room and not chosen and self.routes.gone(room, Need.CHAT)
        notice = gone(room, candidates[0].id) if missed else ""
        plan = Plan(context, cap, candidates, notice=notice)
        return self._with_eyes(plan, chosen, room) if context.question.pictures else plan

    def _with_tools(self, plan: Plan) -> Plan:
        """Tools go to who has a form for them; to the others in words, where the room or its persona has
        chosen its own."""
        context = plan.context
        tools = offered(context, self.tools, lambda need: self._is_there(need, plan))
        if context.settings.value(SETTING) is not None or persona_of(context).tools is not None:
            return replace(plan, tools=tools)
        return replace(plan, tools=tools, able=self._has_a_form)

    def _is_there(self, need: Need, plan: Plan) -> bool:
        """Whether there is a model to ask; one that sees, for pictures that those who answer do not."""
        if need is Need.VISION and not (plan.lookers or pictured(plan.context)):
            return False
        try:
            return bool(self.routes.candidates(need))
        except UnknownModel:
            return False

    def _has_a_form(self, model: ModelFacts) -> bool:
        account = self.settings.accounts.get(model.account)
        known = model.takes is None or not TOOLS.isdisjoint(model.takes)
        return known and account is not None and KINDS[account.kind].tools

    def _with_eyes(self, plan: Plan, chosen: str, room: str) -> Plan:
        """Pictures go to who sees: to the model that answers, else to one that describes them to it."""
        try:
            seeing = self.routes.candidates(Need.VISION, chosen, room)
        except UnknownModel:
            return replace(plan, notice=f"{plan.notice} {blind()}".lstrip())
        if plan.candidates[0].sees:
            return replace(plan, candidates=seeing)
        if plan.context.run.kind is RunKind.DESCRIBE:
            return replace(plan, candidates=seeing, borrowed=True)
        return replace(plan, lookers=seeing, borrowed=True)
