"""Hosts that pretend to be Discord, or that nobody can read for what they are. Pure."""

import re
import unicodedata
from typing import Final

GENUINE: Final = (
    "discord.com", "discord.gg", "discord.gift", "discord.gifts", "discord.new", "discord.dev",
    "discord.co", "discord.media", "discord.tools", "discordapp.com", "discordapp.net", "discordsays.com",
    "discordstatus.com",
)  # fmt: skip
"""Discord's own."""

NAME: Final = "discord"
BAIT: Final = ("gift", "nitro", "free", "promo", "claim", "airdrop", "steam", "bonus")
"""What such hosts promise."""

_ALIKE: Final = str.maketrans("1l!|іıӏι0оο5ѕсϲԁг", "iiiiiiiioooss" + "ccdr")
"""Letters and what they are taken for."""

_MISSPELT: Final = frozenset(
    [NAME[:n] + NAME[n + 1] + NAME[n] + NAME[n + 2 :] for n in range(len(NAME) - 1)]
    + [NAME[:n] + NAME[n] + NAME[n:] for n in range(len(NAME))]
)
"""Two letters exchanged, or one doubled."""

_ALPHABETS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Those that look alike."""


def deceives(authority: str) -> bool:
    """Whether a host, with or without a port, seems to be Discord's and is not, or mixes alphabets."""
    host = _spelt(authority.partition(":")[0].rstrip(".").lower())
    if any(host == one or host.endswith(f".{one}") for one in GENUINE):
        return False
    return any(_mixed(label) for label in host.split(".")) or _alike(host)


def _spelt(host: str) -> str:
    """A host as it is meant to be read; what is written in punycode, and cannot be read, stays."""
    try:
        labels = [
            one[4:].encode().decode("punycode") if one.startswith("xn--") else one for one in host.split(".")
        ]
    except (UnicodeError, ValueError):
        return host
    return unicodedata.normalize("NFKC", ".".join(labels)).lower()


def _mixed(label: str) -> bool:
    """Whether its letters are of several alphabets that look alike."""
    names = [unicodedata.name(char, "") for char in label if char.isalpha()]
    return len({one for one in _ALPHABETS for name in names if name.startswith(one)}) > 1


def _alike(host: str) -> bool:
    """Whether it is Discord's name in other letters, misspelt, or beside what nobody gives away."""
    words = re.split(r"[.\-_]", host)
    drawn = [_drawn(word) for word in words]
    if any(NAME in shape and NAME not in word for word, shape in zip(words, drawn, strict=True)):
        return True
    if any(word.startswith(wrong) for word in words for wrong in _MISSPELT if NAME not in word):
        return True
    return NAME in host.replace("-", "") and any(bait in host for bait in BAIT)


def _drawn(word: str) -> str:
    """A word as a glance takes it: without accents, each letter as the one that it looks like."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return bare.translate(_ALIKE).replace("ci", "d")
