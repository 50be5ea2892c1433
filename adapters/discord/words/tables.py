"""Tables in Markdown as people on Discord can read them. Pure."""

from typing import Final

from bot.delivery import tables

WIDEST: Final = 64
"""Characters of a line that is still read well in a window of usual width; wider tables become lists."""


def drawn(text: str) -> str:
    """The text with every table as columns or as a list."""
    return tables.drawn(text, WIDEST)
