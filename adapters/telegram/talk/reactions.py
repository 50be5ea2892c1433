"""Signs that people put on Parley's messages, as far as they say what somebody thinks of an answer.

Telegram tells of them in private chats, and in groups that have made the bot an administrator.
"""

from collections.abc import Iterable

import structlog
from telegram import MessageReactionUpdated, ReactionType, ReactionTypeEmoji

from adapters.telegram.keys import Keys
from adapters.telegram.outlet.outlet import posts_of
from bot.conversation import Conversation
from bot.conversation.ratings import meaning
from bot.errors import UserError

SIGN = "reaction"
"""Telegram tells all the signs that somebody has on a message, so that they are as one."""

log = structlog.get_logger()


class Reactions:
    """Takes them in. Who reacts in a chat's name is nobody."""

    def __init__(self, conversation: Conversation, keys: Keys) -> None:
        self._conversation = conversation
        self._keys = keys

    async def changed(self, event: MessageReactionUpdated, number: int) -> None:
        """Somebody's signs on a message are others now; `number`: of the update. Raises StorageError."""
        now, before = _said(event.new_reaction), _said(event.old_reaction)
        actor = self._keys.reactor(event)
        if actor is None or now == before:
            return
        key, posts = self._keys.of_chat(event.chat), posts_of(event.message_id)
        event_id = f"r:{event.chat.id}:{event.message_id}:{number}"
        try:
            await self._conversation.ratings.react(key, posts, actor, now, SIGN, event_id=event_id)
        except UserError as exc:
            log.info("rating not taken", why=type(exc).__name__)


def _said(signs: Iterable[ReactionType]) -> int:
    """What they say together: 1, -1, or 0 for nothing, or both."""
    found = {meaning(sign.emoji) for sign in signs if isinstance(sign, ReactionTypeEmoji)} - {0}
    return found.pop() if len(found) == 1 else 0
