"""How one interaction is answered: at once or in two steps, in as many messages as it takes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from adapters.discord.asking.buckets import Route, route
from adapters.discord.asking.faults import Acknowledged, Blocked, Expired
from adapters.discord.asking.rest import Rest
from adapters.discord.commands.mentions import Mentions
from adapters.discord.keys import PLATFORM
from adapters.discord.outlet.buttons import offering
from adapters.discord.outlet.exports import handed
from adapters.discord.outlet.live import Interaction, Live
from adapters.discord.outlet.outlet import LIMITS
from adapters.discord.outlet.payloads import BLOCKED, EPHEMERAL, Draft, described, draft
from adapters.discord.outlet.uploads import drawings, texts
from adapters.discord.words.tables import drawn
from bot import metrics
from bot.commands import Reply
from bot.delivery import pieces
from bot.errors import DeliveryError, SlowDown
from bot.http import File
from bot.messages import Post
from bot.ports import Clock

Json = Mapping[str, Any]

ASKED_TO_WAIT: Final = 60.0
"""Seconds of Discord's patience that a reply waits out; it has 15 minutes for it."""

SAYS, THINKS, STAYS, BECOMES, OFFERS, OPENS = 4, 5, 6, 7, 8, 9
"""Discord's ways to answer an interaction: a message, one to come, none, other words where the button stands,
choices, a window."""

NOTHING: Final = "Done."
"""What is said where there is nothing to say."""

CALLBACK: Final = "POST /interactions/{interaction}/{token}/callback"
FIRST: Final = "PATCH /webhooks/{application}/{token}/messages/@original"
TAKE_BACK: Final = "DELETE /webhooks/{application}/{token}/messages/@original"
FURTHER: Final = "POST /webhooks/{application}/{token}?wait=true"

log = structlog.get_logger()


class Response:
    """How one interaction is answered. What Discord has been told first settles how it can go on."""

    def __init__(self, rest: Rest, live: Live, clock: Clock, one: Interaction, mentions: Mentions) -> None:
        self._rest = rest
        self._live = live
        self._clock = clock
        self._one = one
        self._mentions = mentions
        self._how = 0
        self._ephemeral = False
        self._over = False

    async def thinks(self, *, ephemeral: bool) -> None:
        """Acknowledge it, unless that is done: the answer comes. From now on it is ephemeral, or never."""
        if not self._how:
            self._ephemeral = ephemeral
            await self._callback(THINKS, {"flags": EPHEMERAL if ephemeral else 0})

    async def stays(self) -> None:
        """Acknowledge it, unless that is done: nothing new is to be seen."""
        if not self._how:
            await self._callback(STAYS)

    async def offers(self, choices: Sequence[Json]) -> None:
        """Answer with choices."""
        await self._callback(OFFERS, {"choices": choices})

    async def opens(self, window: Json) -> bool:
        """Answer with a window; False: it is too late for one."""
        if self._how:
            return False
        await self._callback(OPENS, window)
        return True

    async def becomes(self, reply: Reply) -> None:
        """Show a reply in place of the one whose button was pressed."""
        first, *others = self._told(reply)
        try:
            if self._how:
                await self._insist(self._its(FIRST), first.body, first.files)
            else:
                await self._callback(BECOMES, first.body, first.files)
            for made in [] if self._over else others:
                await self._insist(self._its(FURTHER), made.body, made.files, repeat=False)
        except DeliveryError as exc:
            log.warning("a reply could not be shown", why=str(exc))

    async def says(self, reply: Reply) -> None:
        """Show a reply, in as many messages as it takes; that the server blocks one is said, too."""
        try:
            try:
                await self._show(reply)
            except Blocked:
                await self._show(Reply(BLOCKED, private=reply.private))
            if reply.export is not None and not self._over:
                async for made in handed(reply.export):
                    await self._insist(self._its(FURTHER), made.body, made.files, repeat=False)
        except DeliveryError as exc:
            log.warning("a reply could not be shown", why=str(exc))
        finally:
            if reply.export is not None:
                await reply.export.gone()

    async def _show(self, reply: Reply) -> None:
        """Raises DeliveryError."""
        for made in await self._begun(self._told(reply), private=reply.private):
            await self._insist(self._its(FURTHER), made.body, made.files, repeat=False)

    def _told(self, reply: Reply) -> list[Draft]:
        """The messages that a reply takes; files and what can be done next go with the last."""
        words = self._mentions.pressable(drawn(reply.text))
        told = [_draft(text, reply) for text in pieces(words, LIMITS.text) or [NOTHING]]
        if self._one.left is not None:
            told = told[: self._one.left + 1]
        if files := [*texts(reply.files), *drawings(reply.drawing)]:
            told[-1] = described(_draft(told[-1].body["content"], reply, files), reply.drawing)
        if reply.offers:
            told[-1] = told[-1].with_(components=told[-1].body["components"] + offering(reply.offers))
        return told

    async def _begun(self, told: Sequence[Draft], *, private: bool) -> Sequence[Draft]:
        """Put the first message where it belongs; those that are left."""
        if not self._how:
            await self._callback(SAYS, told[0].body, told[0].files)
        elif self._how == THINKS and self._ephemeral == private:
            await self._insist(self._its(FIRST), told[0].body, told[0].files)
        else:
            if self._how == THINKS:
                await self._insist(self._its(TAKE_BACK))
            return [] if self._over else told
        return [] if self._over else told[1:]

    async def _callback(self, how: int, data: Json | None = None, files: Sequence[File] = ()) -> None:
        """Acknowledge it. What is too late cannot be saved: Discord tells the person so itself. Raises
        Blocked."""
        self._how = how
        where = route(CALLBACK, interaction=self._one.id, token=self._one.token)
        body = {"type": how} | ({} if data is None else {"data": data})
        outcome = "answered"
        try:
            await self._insist(where, body, files)
        except Acknowledged:
            outcome = "again"
        except Blocked:
            self._how = 0
            raise
        except Expired as exc:
            outcome = "late"
            log.warning("an interaction was acknowledged too late", why=str(exc))
        except DeliveryError as exc:
            outcome = "failed"
            log.warning("an interaction could not be acknowledged", why=str(exc))
        metrics.acknowledged(PLATFORM, outcome)
        self._over = outcome in ("late", "failed")
        if self._over:
            self._live.close(self._one)
        else:
            self._live.acknowledged(self._one)

    async def _insist(
        self, where: Route, body: Json | None = None, files: Sequence[File] = (), *, repeat: bool = True
    ) -> None:
        """Ask, and wait when Discord asks for patience. Raises DeliveryError."""
        waited = 0.0
        while True:
            try:
                await self._rest.ask(where, body, files, repeat=repeat)
            except SlowDown as exc:
                waited += exc.retry_after
                if waited > ASKED_TO_WAIT:
                    raise
                await self._clock.sleep(exc.retry_after)
            else:
                return

    def _its(self, rule: str) -> Route:
        return route(rule, application=self._one.application, token=self._one.token)


def _draft(text: str, reply: Reply, files: Sequence[File] = ()) -> Draft:
    """A message that pings nobody and shows no preview."""
    made = dict(draft(Post(text, actions=reply.actions), files, ()).body)
    if not files:
        del made["attachments"]
    return Draft(made | {"flags": made["flags"] | (EPHEMERAL if reply.private else 0)}, files)
