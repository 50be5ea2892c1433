"""Hosts that pretend to be Discord. Pure."""

from typing import Final

from bot.hosts import Impostors

GENUINE: Final = (
    "discord.com", "discord.gg", "discord.gift", "discord.gifts", "discord.new", "discord.dev",
    "discord.co", "discord.media", "discord.tools", "discordapp.com", "discordapp.net", "discordsays.com",
    "discordstatus.com",
)  # fmt: skip
"""Discord's own."""

BAIT: Final = ("gift", "nitro", "free", "promo", "claim", "airdrop", "steam", "bonus")
"""What such hosts promise."""

_IMPOSTORS: Final = Impostors("discord", GENUINE, BAIT)


def deceives(authority: str) -> bool:
    """Whether a host, with or without a port, seems to be Discord's and is not, or mixes alphabets."""
    return _IMPOSTORS.deceives(authority)
