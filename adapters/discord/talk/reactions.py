"""Signs that people put on Parley's messages, as far as they say what somebody thinks of an answer."""

from collections.abc import Callable

import discord
import structlog

from adapters.discord.outlet.outlet import posts_of
from adapters.discord.talk.inbound import Inbound
from bot.conversation import Conversation
from bot.conversation.ratings import meaning
from bot.errors import StorageError, UserError
from bot.messages import Actor

log = structlog.get_logger()


class Reactions:
    """Takes them in, in line with the messages themselves. `me`: the bot's own user id; `who` says who did
    it. What is put on while no connection stands, and is not told of later, is not read back."""

    def __init__(
        self,
        inbound: Inbound,
        conversation: Conversation,
        who: Callable[[discord.RawReactionActionEvent], Actor],
        me: int,
    ) -> None:
        self._inbound = inbound
        self._conversation = conversation
        self._who = who
        self._me = me

    def reacted(self, event: discord.RawReactionActionEvent) -> None:
        """Somebody put a sign on a message, or took it away: of interest when it rates one of Parley's. Who
        wrote a message is told only when a sign is put on."""
        value = 0 if event.emoji.id else meaning(event.emoji.name)
        others = event.message_author_id not in (None, self._me)
        if value and not others and event.user_id != self._me:
            value *= event.event_type == "REACTION_ADD"
            self._inbound.lines.add(event.channel_id, lambda: self._rate(event, value))

    async def _rate(self, event: discord.RawReactionActionEvent, value: int) -> None:
        key = await self._inbound.room(event.channel_id, event.guild_id)
        if key is None:
            return
        posts, sign = posts_of(str(event.message_id)), event.emoji.name
        try:
            await self._conversation.ratings.react(key, posts, self._who(event), value, sign)
        except (UserError, StorageError) as exc:
            log.info("rating not taken", why=type(exc).__name__)
