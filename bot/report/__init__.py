"""`parley check` and `parley models`: what is set up, what answers, what there is, and what is missing."""

from bot.report.checking import check
from bot.report.listing import models
from bot.report.text import laid_out

__all__ = ["check", "laid_out", "models"]
