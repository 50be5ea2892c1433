"""A group that became a supergroup has another number, and is the same chat to its people."""

from collections.abc import Callable

from telegram import Message

from adapters.telegram.keys import Keys, chat_id
from bot.conversation import Conversation
from bot.messages import ChannelKey


class Moves:
    """Lets rooms move with their chat. Both chats tell of it; the second time nothing is left to move."""

    def __init__(
        self, conversation: Conversation, keys: Keys, renamed: Callable[[int, int], None] = lambda *_: None
    ) -> None:
        """`renamed` is told the old number and the new one first: what is under way goes to the new chat."""
        self._conversation = conversation
        self._keys = keys
        self._renamed = renamed

    async def moved(self, message: Message) -> None:
        """A message that tells of it. Raises StorageError."""
        here = self._keys.of_chat(message.chat)
        if (number := message.migrate_to_chat_id) is not None:
            await self._move(here, _of(here, number))
        elif (number := message.migrate_from_chat_id) is not None:
            await self._move(_of(here, number), here)

    async def _move(self, old: ChannelKey, new: ChannelKey) -> None:
        self._renamed(chat_id(old), chat_id(new))
        await self._conversation.move(old, new)


def moves(message: Message) -> bool:
    """Whether it tells that a chat has another number."""
    return message.migrate_to_chat_id is not None or message.migrate_from_chat_id is not None


def _of(key: ChannelKey, number: int) -> ChannelKey:
    return ChannelKey(key.platform, key.account, str(number), str(number))
