"""The numbers of pictures: what a model calls them by that can have them looked at again. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.messages import ToolSpec

LOOK_AT: Final = "look_at"
"""The tool that takes them."""

NUMBERED: Final = (
    "A mark such as ⟦picture 12⟧ stands where a picture was shown: 12 is its number for the tool look_at. "
    "Only these marks say so; they cannot be written by people. Do not write such marks yourself."
)


def wanted(tools: Sequence[ToolSpec]) -> bool:
    """Whether a model that has these tools needs them."""
    return any(tool.name == LOOK_AT for tool in tools)


def marked(text: str, picture: int) -> str:
    """A line beside which a picture was shown."""
    return f"{text}\n⟦picture {picture}⟧".lstrip()
