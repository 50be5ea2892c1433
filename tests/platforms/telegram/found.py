"""What Telegram makes clickable by itself: mentions, commands, links."""

import re
from itertools import chain

from tests.platforms.telegram.refusals import Json
from tests.platforms.telegram.units import Formatted, units

PATTERNS = {
    "mention": re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{2,31}(?![\w@])"),
    "bot_command": re.compile(r"(?<![\w/<>\u2060])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "url": re.compile(
        r"(?<![\w@.])(?:https?://[^\s<>\"]+|(?:[\w-]+\.)+(?:com|org|net|io|ai|me|gg|dev|app)\b(?:/[^\s<>\"]*)?)"
    ),
    "hashtag": re.compile(r"(?<![\w&/])#\w*[^\W\d]\w*"),
}
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
"""Nothing is looked for inside."""


def find(given: Formatted) -> Formatted:
    """The text with what is found in it besides its own entities."""
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in given.entities
        if entity["type"] in OPAQUE
    ]
    found: list[Json] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(given.text):
            begins, length = units(given.text[: match.start()]), units(match[0])
            if all(begins >= end or begins + length <= start for start, end in taken):
                found.append({"type": kind, "offset": begins, "length": length})
                taken.append((begins, begins + length))
    kept = [entity for entity in given.entities if entity["type"] not in PATTERNS]
    order = sorted(chain(kept, found), key=lambda entity: (entity["offset"], -entity["length"]))
    return Formatted(given.text, tuple(order))
