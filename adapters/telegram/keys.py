"""Which room something on Telegram happened in, and who it was: the one place that reads ids. Pure.

A chat is a room, and each topic of it another one that inherits its settings. Ids decide, names never do:
many who write in a chat's own name share one account, and are told apart by `sender_chat`.
"""

from dataclasses import dataclass
from typing import Final

from telegram import CallbackQuery, Chat, Message, MessageReactionUpdated, User

from bot.messages import Actor, Address, ChannelKey, Names, Person, Standing

PLATFORM: Final = "telegram"
PRIVATE: Final = "private"
"""Takes the place of a server where somebody is alone with Parley."""


@dataclass(frozen=True, slots=True)
class Keys:
    """`account`: the bot's own id; `operators`: ids such as `telegram:456`."""

    account: str
    operators: frozenset[str] = frozenset()

    def room(self, message: Message) -> ChannelKey:
        """The room of a message. Replies carry a thread's number, too: only topics are rooms."""
        topic = message.message_thread_id if message.is_topic_message else None
        return self.of_chat(message.chat, topic)

    def of_chat(self, chat: Chat, topic: int | None = None) -> ChannelKey:
        """The room of a chat, or of a topic in it."""
        space = PRIVATE if chat.type == Chat.PRIVATE else str(chat.id)
        return ChannelKey(PLATFORM, self.account, space, str(chat.id), str(topic) if topic else "")

    def author(self, message: Message) -> Actor:
        """Who wrote a message, and what they are by the message alone: an administrator who writes under
        their own name counts as a member until Telegram was asked."""
        if (face := message.sender_chat) is not None:
            own = face.id == message.chat.id
            person = Person(_person(face.id), message.author_signature or face.effective_name or "")
            return Actor(person, Standing.MODERATOR if own else Standing.MEMBER)
        if (user := message.from_user) is None:
            return Actor(Person(_person(message.chat.id), message.chat.effective_name or ""))
        return self._actor(user, message.chat)

    def presser(self, query: CallbackQuery) -> Actor:
        """Who pressed a button, likewise."""
        chat = query.message.chat if query.message else None
        return self._actor(query.from_user, chat)

    def reactor(self, event: MessageReactionUpdated) -> Actor | None:
        """Who put signs on a message; nobody, when it was done in a chat's name."""
        return self._actor(event.user, event.chat) if event.user else None

    def _actor(self, user: User, chat: Chat | None) -> Actor:
        person = Person(_person(user.id), user.full_name, user.is_bot)
        if person.id in self.operators:
            return Actor(person, Standing.OPERATOR)
        alone = chat is not None and chat.type == Chat.PRIVATE
        return Actor(person, Standing.MODERATOR if alone else Standing.MEMBER)


def address(message: Message, key: ChannelKey) -> Address:
    """Where the answer to a message goes: under it."""
    name = message.chat.title or ""
    return Address(key, str(message.message_id), Names(name, name))


def alone(key: ChannelKey, actor: Actor) -> ChannelKey | None:
    """The chat that somebody has alone with the bot; None: many write as they do, or they are in it."""
    number = actor.person.id.partition(":")[2]
    if key.direct or not number.isdecimal():
        return None
    return ChannelKey(key.platform, key.account, PRIVATE, number)


def event_id(message: Message) -> str:
    """What a message is called for ever; its number alone is its chat's."""
    return f"{message.chat.id}:{message.message_id}"


def chat_id(key: ChannelKey) -> int:
    """The chat on Telegram that shows a room."""
    return int(key.channel)


def thread_id(key: ChannelKey) -> int | None:
    """The topic in its chat, when the room is one."""
    return int(key.thread) if key.thread else None


def _person(number: int) -> str:
    return f"{PLATFORM}:{number}"


def event_of(message: Message) -> str:
    """What a message is called for ever; the pictures of an album are one event, however late they come."""
    if message.media_group_id:
        return f"{message.chat.id}:album {message.media_group_id}"
    return event_id(message)
