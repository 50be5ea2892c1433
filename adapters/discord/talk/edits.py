"""What becomes of a message after it was sent: its last words count, and one that is gone is forgotten."""

from collections.abc import Iterable
from datetime import datetime

import discord
import structlog

from adapters.discord.outlet.outlet import DiscordOutlet
from adapters.discord.talk.inbound import Inbound
from adapters.discord.talk.triggers import by_person
from bot.conversation import Conversation
from bot.errors import StorageError, UserError
from bot.messages import ChannelKey

log = structlog.get_logger()


class Edits:
    """Takes in edits and deletions, in line with the messages themselves. `rerun`: a room's last question is
    answered anew when it is edited."""

    def __init__(
        self, inbound: Inbound, conversation: Conversation, outlet: DiscordOutlet, *, rerun: bool
    ) -> None:
        self._inbound = inbound
        self._conversation = conversation
        self._outlet = outlet
        self._rerun = rerun

    def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        """A message has changed. Discord says so of previews and pins, too: those are no edits."""
        message, at = event.message, event.message.edited_at
        if self._rerun and at is not None and by_person(message):
            self._inbound.lines.add(event.channel_id, lambda: self._revise(message, at))

    def deleted(self, event: discord.RawMessageDeleteEvent | discord.RawBulkMessageDeleteEvent) -> None:
        """Messages are gone, whoever deleted them."""
        if isinstance(event, discord.RawMessageDeleteEvent):
            ids = [event.message_id]
        else:
            ids = sorted(event.message_ids)
        self._inbound.lines.add(
            event.channel_id, lambda: self._withdraw(event.channel_id, event.guild_id, ids)
        )

    async def _revise(self, message: discord.Message, at: datetime) -> None:
        """An edit is an event of its own: each is heard once."""
        said = None
        try:
            event_id = f"{message.id}:{at.timestamp() * 1000:.0f}"
            if said := await self._inbound.incoming(message, event_id):
                self._inbound.accepted(said, await self._conversation.revise(said, str(message.id)))
        except (UserError, StorageError) as exc:
            log.info("edit not accepted", why=type(exc).__name__)
            if said:
                self._inbound.complain(said, exc)

    async def _withdraw(self, channel: int, space: int | None, ids: Iterable[int]) -> None:
        key = await self._inbound.room(channel, space)
        if key is None:
            return
        for message_id in ids:
            try:
                await self._gone(key, str(message_id))
            except UserError:
                continue  # it is gone already
            except StorageError as exc:
                log.warning("a deleted message could not be forgotten", why=str(exc))

    async def _gone(self, key: ChannelKey, message: str) -> None:
        """Forget what was said in it, be it a person's or Parley's own. Raises UserError, StorageError."""
        if await self._conversation.withdraw(key, message):
            return
        if posts := self._outlet.deleted(message):
            await self._conversation.withdraw_post(key, posts)
