"""Models that stand in for one another: which to ask, in which order, and when to leave one alone."""

from bot.routes.attempts import Meter
from bot.routes.routes import Routes

__all__ = ["Meter", "Routes"]
