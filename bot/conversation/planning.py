"""Before a run begins: which models may answer, what the first is asked, and what that may cost. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.conversation.meter import priced
from bot.conversation.window import Asked, compose
from bot.errors import UnknownModel
from bot.governance.budgets import check
from bot.messages import ModelFacts, Need
from bot.records import Context, Reservation, Run, Spending
from bot.routes import Routes
from bot.runs import RunKind
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """The models that stand in for one another in this run, and what each is asked."""

    candidates: tuple[ModelFacts, ...]
    first: Asked
    context: Context
    output_cap: int

    def asked(self, model: ModelFacts) -> Asked:
        """What `model` is asked. Raises TooLarge."""
        if model is self.candidates[0]:
            return self.first
        return compose(self.context, model, self.output_cap)


@dataclass(slots=True)
class Planner:
    """The `plan` of `Store.start`: chooses and prices, and remembers the run when it has to refuse."""

    routes: Routes
    settings: Settings
    now: Callable[[], datetime]
    seen: Run | None = field(default=None)

    def __call__(self, context: Context, spending: Spending) -> tuple[Reservation, Plan]:
        """Raises UnknownModel, TooLarge and BudgetSpent: the person can do something about each."""
        self.seen = context.run
        limits = self.settings.limits
        candidates = self._candidates(context)
        first = compose(context, candidates[0], limits.output_tokens)
        worst = priced(candidates[0], first, limits)
        check(spending, worst, limits, self.now())
        plan = Plan(candidates, first, context, limits.output_tokens)
        return Reservation(candidates[0].id, worst), plan

    def _candidates(self, context: Context) -> tuple[ModelFacts, ...]:
        """The route for this run; a room's model stands first where it can do what is needed."""
        chosen = context.run.options.model
        room = context.settings.value("model") or ""
        if context.run.kind is RunKind.IMAGINE:
            return self.routes.candidates(Need.IMAGE, chosen)
        if not context.question.pictures:
            return self.routes.candidates(Need.CHAT, chosen or room)
        try:
            return self.routes.candidates(Need.VISION, chosen or room)
        except UnknownModel:
            return self.routes.candidates(Need.CHAT, chosen or room)
