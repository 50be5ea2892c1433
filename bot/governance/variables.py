"""What stands in a persona for something that changes: `{channel}`, `{server}`, `{date}`, `{user}`. Pure.

A value is a plain word of the text: one short line without braces and without marks that only Parley writes.
All are put in at once, so that nothing in a value is read as a variable.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from bot.text import unmarked
from bot.unseen import seen

NAMES: Final = ("channel", "server", "date", "user")

LONGEST: Final = 64
"""Characters of a value."""

UNKNOWN: Final = {
    "channel": "this channel",
    "server": "this server",
    "date": "today",
    "user": "somebody",
}
"""What stands there where nothing is known."""

_VARIABLE = re.compile(rf"\{{({'|'.join(NAMES)})\}}")
_BRACES = str.maketrans("{}", "()")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with values in place of its variables. Other braces stay as they are."""
    return _VARIABLE.sub(lambda found: plain(values.get(found[1], "")) or UNKNOWN[found[1]], text)


def plain(value: str) -> str:
    """A value as it is put in."""
    letters = (_letter(letter) for letter in unmarked(seen(value)).translate(_BRACES))
    return " ".join("".join(letters).split())[:LONGEST].strip()


def _letter(letter: str) -> str:
    """What is neither seen nor a letter of one line is a space, or nothing."""
    category = unicodedata.category(letter)
    if category.startswith("Z"):
        return " "
    return " " if letter in "\n\r\t" else "" if category.startswith("C") else letter
