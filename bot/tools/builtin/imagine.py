"""A picture in the middle of an answer."""

from collections.abc import Mapping
from typing import Any, Final, Literal, Protocol

from bot.messages import Need, PictureRef
from bot.tools.here import Here, Shown
from bot.tools.tool import Tool, tool

DEADLINE: Final = 85.0
"""Seconds for a picture: what services may take that do not stream."""

SHORT: Final = 45
"""Characters of a prompt that people are told."""

PAINTED: Final = (
    "It is painted, and the person sees it below your answer. Go on with your answer: neither link to it nor "
    "say where it is."
)


class Paints(Protocol):
    """Paints pictures."""

    async def paint(self, here: Here, prompt: str, shape: str, negative: str) -> PictureRef:
        """The picture, kept; the same when a call is repeated. Raises UserError."""
        ...


def imagining(painter: Paints) -> Tool:
    """The tool that paints: for who asks, out of their budget."""

    async def imagine(
        here: Here,
        prompt: str,
        size: Literal["any", "square", "portrait", "landscape"] = "any",
        negative: str = "",
    ) -> Shown:
        """Paint a picture and show it to the person with your answer. Use it when they ask for a picture, or
        when one clearly helps; each costs money.

        prompt: What the picture shows, all of it, in English: whoever paints knows nothing of the
            conversation.
        size: The picture's shape; "any" if it does not matter.
        negative: What it shall not show; empty if there is nothing.
        """
        return Shown(PAINTED, (await painter.paint(here, prompt, size, negative),))

    return tool(imagine, deadline=DEADLINE, says=_says, needs=Need.IMAGE)


def _says(given: Mapping[str, Any]) -> str:
    words = " ".join(given["prompt"].split())
    return f"painting “{words if len(words) <= SHORT else words[:SHORT] + '…'}”"
