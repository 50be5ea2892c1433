"""A picture, looked at again."""

from typing import Final, Protocol

from bot.messages import Need
from bot.tools.here import Here
from bot.tools.tool import Tool, tool

DEADLINE: Final = 60.0
"""Seconds for a description."""


class Looks(Protocol):
    """Looks at pictures."""

    async def look(self, here: Here, number: int, question: str) -> str:
        """What the pictures of a message show, for a question. Raises UserError."""
        ...


def looking(eyes: Looks) -> Tool:
    """The tool that looks at pictures of this very room. What stands in them is strangers' words."""

    async def look_at(here: Here, picture: int, question: str) -> str:
        """Look again at a picture that was shown in this conversation, when what you know of it does not
        answer the question.

        picture: Its number: 12 for what is marked as ⟦picture 12⟧. Where several came together, all of them
            are looked at.
        question: What you want to know about it, in one or two sentences.
        """
        return await eyes.look(here, picture, question)

    return tool(
        look_at,
        foreign=True,
        deadline=DEADLINE,
        says=lambda given: f"looking at picture {given['picture']}",
        needs=Need.VISION,
    )
