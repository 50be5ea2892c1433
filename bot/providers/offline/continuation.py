"""Goes on with a prompt by chance and habit: each word follows one that it has followed before. Pure."""

import hashlib
import itertools
import random
import re
from collections import defaultdict

from bot.providers.offline import lore

SENTENCES = 4
NOTE = "\n\n*(Continued by Parley's offline stand-in, which has read one book, about parrots.)*"


def continuation(prompt: str) -> str:
    """A few sentences that might follow, from the stand-in's one book and the prompt's own words."""
    follows = _follows(f"{prompt} {_prose()}")
    chance = random.Random(hashlib.sha256(prompt.encode(errors="replace")).digest())  # noqa: S311 - a game, no secret
    words = prompt.split()
    word = words[-1] if words else "."
    made: list[str] = []
    left = SENTENCES
    for _ in itertools.repeat(None, 120):
        word = chance.choice(follows.get(word) or follows["."])
        made.append(word)
        left -= word.endswith((".", "!", "?"))
        if not left:
            break
    gap = "" if not prompt or prompt[-1:].isspace() else " "
    return gap + " ".join(made) + NOTE


def _follows(text: str) -> dict[str, list[str]]:
    """Which words follow which; `.` stands for the beginning of a sentence."""
    table: defaultdict[str, list[str]] = defaultdict(list)
    words = text.split()
    for word, following in itertools.pairwise(words):
        table[word].append(following)
        if re.search(r"[.!?]$", word):
            table["."].append(following)
    return table


def _prose() -> str:
    """The book without its headings."""
    return " ".join(line for line in lore.book().splitlines() if line[:1] not in ("#", "*"))
