"""Presses on the buttons under answers: as old as they may be, and whoever presses."""

from typing import Final

from adapters.discord.commands.replies import Asked, Replies
from adapters.discord.keys import Keys
from adapters.discord.outlet.live import Live
from bot.commands import Reply
from bot.commands.buttons import ALERTED, UNKNOWN, press, pressed
from bot.conversation import Conversation
from bot.errors import BotError, NotFound
from bot.messages import Action, Actor, Verb

AT_ONCE: Final = frozenset({Verb.STOP, Verb.DELETE})
"""What changes the message itself before it is done, and so needs the interaction to be acknowledged."""


class Presses:
    """Does what buttons say."""

    def __init__(self, conversation: Conversation, keys: Keys, replies: Replies, live: Live) -> None:
        self._conversation = conversation
        self._keys = keys
        self._replies = replies
        self._live = live

    async def pressed(self, asked: Asked) -> None:
        """Somebody pressed a button."""
        action = pressed(asked.data.get("custom_id") or "")
        at_once = action is not None and action.verb in AT_ONCE
        await self._replies.quietly(asked, self._do(asked, action), patience=0.0 if at_once else None)

    async def _do(self, asked: Asked, action: Action | None) -> Reply:
        """Raises UserError, StorageError."""
        if action is None or asked.told.message is None:
            raise NotFound(UNKNOWN)
        message = str(asked.told.message.id)
        before = self._live.holding(message)
        asked.one.original = message
        self._live.made(asked.one, message)  # the newest token changes it longest
        try:
            actor = await self._actor(asked, action)
            accepted = await press(self._conversation, action, actor, asked.key, asked.event_id)
        except BotError:
            self._live.close(asked.one)
            if before:
                self._live.made(before, message)
            raise
        if accepted is None:
            return Reply()
        self._live.carry(accepted.run_id, asked.one)
        return Reply(run_id=accepted.run_id)

    async def _actor(self, asked: Asked, action: Action) -> Actor:
        """Who presses; under an alert, as what they are in the channel that it is about."""
        if action.verb not in ALERTED:
            return asked.actor
        about = await self._conversation.moderation.about(action.target, asked.key)
        return self._keys.there(asked.told, about)
