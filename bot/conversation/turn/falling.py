"""When the money is used up, a model that costs nothing may answer. Pure."""

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.errors import BudgetSpent, UnknownModel
from bot.messages import Need, Price
from bot.routes import Routes
from bot.runs import RunKind
from bot.settings import SpendLimits

if TYPE_CHECKING:
    from bot.conversation.turn.planning import Plan

WORDLESS = frozenset({RunKind.IMAGINE, RunKind.LEARN})
"""Kinds of runs that a model which talks cannot do."""


def fallen_back(plan: "Plan", routes: Routes, limits: SpendLimits, spent: BudgetSpent) -> "Plan":
    """The plan with the operator's free model alone, which says so. Raises `spent` where there is none, where
    it is to be paid after all, and where it is not money that is used up."""
    if not (limits.fallback and spent.money) or plan.context.run.kind in WORDLESS:
        raise spent
    try:
        model = routes.candidates(Need.CHAT, limits.fallback)[0]
    except UnknownModel:
        raise spent from None
    if model.price is None or model.price != Price():
        raise spent
    notice = f"*({spent.reply.rstrip('.')}. Until then `{model.id}` answers, which costs nothing)*"
    candidates, lookers = (model,), ()
    return replace(plan, candidates=candidates, lookers=lookers, borrowed=False, notice=notice, ready=None)
