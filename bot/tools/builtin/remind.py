"""Telling the person something later."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.messages import Actor, Address
from bot.tools.here import Here
from bot.tools.tool import Tool, tool


class Reminds(Protocol):
    """Keeps reminders, and rings for them."""

    async def remind(
        self,
        to: Address,
        actor: Actor,
        when: str,
        text: str,
        *,
        place: str = "",
        event_id: str = "",
        worded: bool = False,
    ) -> str:
        """Keep one: the sentence that says when it rings. Raises UserError."""
        ...


def reminding(reminds: Reminds) -> Tool:
    """The tool that sets reminders. It concerns who asks alone, who can take it back."""

    async def remind(here: Here, when: str, text: str, zone: str = "") -> str:
        """Remind the person of something later, once, with a message in this room, when they ask for that.

        when: The moment, such as "in 20 minutes", "tomorrow 9:00", "monday 8am" or "2026-12-24 18:00".
            Nothing that repeats.
        text: What to say to them then, in their language, without their name.
        zone: A time zone by its IANA name, such as Europe/Berlin, if they have named one for this reminder;
            else leave it empty, and the one that they have told me is taken.
        """
        to = Address(here.key, here.reply_to)
        event_id = f"tool:{here.call_id}"
        return await reminds.remind(to, here.actor, when, text, place=zone, event_id=event_id, worded=True)

    return tool(remind, touches=True, says=_says)


def _says(given: Mapping[str, Any]) -> str:
    return f"setting a reminder {given['when']}"
