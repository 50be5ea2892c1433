"""Models while their name is typed."""

from bot.commands.base import Choice, Looking
from bot.messages import ModelFacts, Need
from bot.routes.shown import LONGEST_NAME, fitting, label

CHOICES = 1000
"""So many are found; a platform shows as many of them at once as it can."""


async def models_that_chat(looking: Looking, typed: str) -> list[Choice]:
    """Models to choose from while a name is typed."""
    return matching(looking.routes.models(Need.CHAT), typed)


async def models_that_draw(looking: Looking, typed: str) -> list[Choice]:
    """Models that make pictures."""
    return matching(looking.routes.models(Need.IMAGE), typed)


def matching(models: tuple[ModelFacts, ...], typed: str) -> list[Choice]:
    """Those that what was typed fits, the one that it names first. One whose name is longer than a platform
    takes is not among them."""
    fit = [model for model in fitting(models, typed) if len(model.id) <= LONGEST_NAME]
    fit.sort(key=lambda model: model.id.lower() != typed.strip().lower())
    return [Choice(label(model), model.id) for model in fit[:CHOICES]]
