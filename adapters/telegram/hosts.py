"""Hosts that pretend to be Telegram. Pure."""

from typing import Final

from bot.hosts import Impostors

GENUINE: Final = (
    "telegram.org", "telegram.me", "telegram.dog", "telegram.space", "t.me", "telegra.ph", "telesco.pe",
    "graph.org", "fragment.com", "comments.app", "contest.com", "quiz.directory", "tg.dev",
    "cdn-telegram.org",
)  # fmt: skip
"""Telegram's own."""

BAIT: Final = (
    "gift", "premium", "free", "promo", "claim", "airdrop", "bonus", "login", "verify", "wallet", "stars",
)  # fmt: skip
"""What such hosts promise, or ask for."""

_IMPOSTORS: Final = Impostors("telegram", GENUINE, BAIT)


def deceives(authority: str) -> bool:
    """Whether a host, with or without a port, seems to be Telegram's and is not, or mixes alphabets."""
    return _IMPOSTORS.deceives(authority)
