"""Models that stand in for one another: which to ask, in which order, and when to leave one alone."""

from bot.routes.attempts import Call, Meter
from bot.routes.routes import Routes

__all__ = ["Call", "Meter", "Routes"]
