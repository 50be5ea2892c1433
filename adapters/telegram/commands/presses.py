"""Presses on buttons: those under answers, and those of menus. Each is answered, once and in time."""

from dataclasses import replace

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message

from adapters.telegram.commands.choosing import Choosing
from adapters.telegram.commands.menus import picked
from adapters.telegram.commands.replies import Asked, Came, Failed, Replies
from adapters.telegram.commands.rights import insisted
from adapters.telegram.keys import Keys
from adapters.telegram.talk.members import Members
from bot.commands import Reply
from bot.commands.buttons import ALERTED, UNKNOWN, press, pressed
from bot.commands.offers import offered
from bot.conversation import Conversation
from bot.errors import NotFound
from bot.messages import ChannelKey


class Presses:
    """Does what buttons say."""

    def __init__(
        self, choosing: Choosing, replies: Replies, conversation: Conversation, keys: Keys, members: Members
    ) -> None:
        self._choosing = choosing
        self._replies = replies
        self._conversation = conversation
        self._keys = keys
        self._members = members

    async def pressed(self, query: CallbackQuery) -> None:
        """Somebody pressed a button."""
        message = query.message
        if message is None:
            await self._replies.refuse(query.id, UNKNOWN)
            return
        if chosen := picked(query.data or ""):
            asked = self._asked(query, message, under=_asker(message))
            asked = replace(asked, event_id=f"{asked.key.channel}:{message.message_id}:{query.data}")
            came = await self._replies.press(query.id, asked, self._choosing.chosen(asked, query, chosen))
            if not isinstance(came, Failed):
                self._replies.change(asked, message.message_id, came)
        elif offer := offered(query.data or ""):
            asked = self._asked(query, message, under=_asker(message))
            came = await self._replies.press(query.id, asked, self._choosing.offered(asked, query, offer))
            if not isinstance(came, Failed):
                if offer.instead:
                    self._replies.change(asked, message.message_id, came)
                else:
                    self._replies.say(asked, came)
        else:
            asked = self._asked(query, message, under=message)
            await self._replies.press(query.id, asked, self._done(asked, query))

    def _asked(
        self, query: CallbackQuery, message: MaybeInaccessibleMessage, under: MaybeInaccessibleMessage
    ) -> Asked:
        key = self._keys.room(message) if isinstance(message, Message) else self._keys.of_chat(message.chat)
        actor, number = self._keys.presser(query), str(under.message_id)
        return Asked(actor, key, message.chat.type, number, f"c:{query.id}")

    async def _done(self, asked: Asked, query: CallbackQuery) -> Came:
        """Do what a button under an answer says. Raises UserError, StorageError."""
        if (action := pressed(query.data or "")) is None:
            raise NotFound(UNKNOWN)
        key = asked.key
        if query.message and not query.message.is_accessible:  # nor is its topic told
            key = (await self._conversation.run(action.target, asked.actor)).run.key
            if (key.platform, key.account, key.channel) != _chat(asked.key):
                raise NotFound(UNKNOWN)

        async def doing(known: Asked) -> None:
            await press(self._conversation, action, known.actor, key, known.event_id)

        if action.verb in ALERTED:  # what they are in the chat that it is about counts, not where it stands
            about = await self._conversation.moderation.about(action.target, key)
            asked = replace(asked, key=about)
        await insisted(self._members, asked, doing)
        return Reply()


def _asker(menu: MaybeInaccessibleMessage) -> MaybeInaccessibleMessage:
    """The message that a menu stands under; its own, when that is gone."""
    return (menu.reply_to_message if isinstance(menu, Message) else None) or menu


def _chat(key: ChannelKey) -> tuple[str, str, str]:
    return key.platform, key.account, key.channel
