"""The way through an interaction's webhook: its own answer, what follows it, and their changes."""

from typing import Any, Final

from adapters.discord.asking.buckets import Route, route
from adapters.discord.asking.faults import Elsewhere, Expired
from adapters.discord.asking.rest import Rest
from adapters.discord.outlet.live import Interaction, Live
from adapters.discord.outlet.payloads import EPHEMERAL, Draft
from bot.errors import Gone, Refused, SlowDown, Unreachable

FIRST: Final = "PATCH /webhooks/{application}/{token}/messages/@original"
FURTHER: Final = "POST /webhooks/{application}/{token}?wait=true"
CHANGE: Final = "PATCH /webhooks/{application}/{token}/messages/{message}"
REMOVE: Final = "DELETE /webhooks/{application}/{token}/messages/{message}"
HISTORY: Final = "GET /channels/{channel}/messages?after={message}&limit=20"


class Webhooks:
    """Answers through interactions. Raises DeliveryError; Elsewhere: another way is next."""

    def __init__(self, rest: Rest, live: Live) -> None:
        self._rest = rest
        self._live = live

    async def post(self, one: Interaction, made: Draft, nonce: str, channel: str) -> Any:
        """The first post becomes the interaction's own answer, the others follow it."""
        if not await one.usable():
            raise Expired("it was never acknowledged")
        if not (one.first or one.original):
            one.first = nonce
        if one.first == nonce:
            said = await self._rest.ask(_its(FIRST, one), made.body, made.files)
            one.original = said["id"]
        else:
            said = await self._further(one, made, nonce, channel)
        self._live.made(one, said["id"])
        return said

    async def edit(self, one: Interaction, message: str, made: Draft) -> Any:
        """Change one of its messages."""
        return await self._rest.ask(_its(CHANGE, one, message), made.body, made.files)

    async def remove(self, one: Interaction, message: str) -> None:
        """Take one of its messages away."""
        await self._rest.ask(_its(REMOVE, one, message))

    async def _further(self, one: Interaction, made: Draft, nonce: str, channel: str) -> Any:
        """A further message. Discord knows no nonce here: when a result was lost, the channel tells."""
        if one.lost == nonce and (message := await self._found(one, channel)):
            return await self.edit(one, message, made)
        if one.left == 0:
            raise Elsewhere("the interaction takes no more follow-ups")
        if one.left:
            one.left -= 1
        flags = made.body["flags"] | (EPHEMERAL if one.ephemeral else 0)
        body = made.body | {"flags": flags}
        try:
            return await self._rest.ask(_its(FURTHER, one), body, made.files, repeat=False)
        except SlowDown:
            one.left = None if one.left is None else one.left + 1
            raise
        except Unreachable:
            one.lost = nonce
            raise

    async def _found(self, one: Interaction, channel: str) -> str:
        """The message of the interaction's that nobody knows of. What is private is in no history."""
        try:
            where = route(HISTORY, channel=channel, message=one.original)
            said = [] if one.ephemeral else await self._rest.ask(where)
        except (Gone, Refused):
            return ""
        mine = [str(m["id"]) for m in said if (m.get("interaction_metadata") or {}).get("id") == one.id]
        return next((message for message in mine if message not in one.messages), "")


def _its(rule: str, one: Interaction, message: str = "") -> Route:
    """A route of an interaction's webhook; what it was answered with has a name there."""
    name = "@original" if message == one.original else message
    return route(rule, application=one.application, token=one.token, message=name)
