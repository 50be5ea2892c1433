"""Remembering what a person asks for, and forgetting it."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from bot.messages import Actor, ChannelKey
from bot.tools.here import Here
from bot.tools.tool import Tool, tool

SHORT: Final = 45
"""Characters of a fact that stand where people are asked or told."""


class Remembers(Protocol):
    """Keeps what people ask to be remembered."""

    async def add(self, key: ChannelKey, actor: Actor, text: str, *, event_id: str = "") -> str:
        """Keep a fact of the person's in this room: what to say of it. Raises UserError."""
        ...

    async def forget(self, key: ChannelKey, actor: Actor, number: int | None = None) -> str:
        """Let one go: what to say of it. Raises UserError."""
        ...


def remembering(memory: Remembers) -> tuple[Tool, ...]:
    """The tools that keep and drop facts. They work for who asks alone, who sees and changes all of it."""

    async def remember(here: Here, text: str) -> str:
        """Remember something that the person asks you to remember, for their later questions in this room.
        Use it only when they ask for it themselves.

        text: What to remember: one short sentence in their language that can be understood by itself, at most
            500 characters.
        """
        return await memory.add(here.key, here.actor, text, event_id=f"tool:{here.call_id}")

    async def forget(here: Here, number: int) -> str:
        """Forget something that the person has asked you to remember. Use it only when they ask for it
        themselves.

        number: Its number among your notes about them.
        """
        return await memory.forget(here.key, here.actor, number)

    return (
        tool(remember, touches=True, says=_remembering),
        tool(forget, touches=True, says=lambda given: f"forgetting number {given['number']}"),
    )


def _remembering(given: Mapping[str, Any]) -> str:
    """How long it is, too, where not all of it is told: whoever allows it shall know."""
    words = " ".join(given["text"].split())
    if len(words) <= SHORT:
        return f"remembering “{words}”"
    return f"remembering “{words[:SHORT]}…” ({len(words)} characters)"
