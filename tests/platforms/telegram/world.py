"""Everything that Telegram knows: who, where, what was said, and what the bot broke."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from tests.platforms.people import DIRECT
from tests.platforms.telegram.chats import ANONYMOUS, GENERAL_TOPIC, Chat, Message, User
from tests.platforms.telegram.clock import Clock
from tests.platforms.telegram.files import Files
from tests.platforms.telegram.members import LEADING, member
from tests.platforms.telegram.menus import Menus
from tests.platforms.telegram.pace import Meter, Pace
from tests.platforms.telegram.refusals import Json
from tests.platforms.telegram.units import part
from tests.platforms.telegram.updates import Updates
from tests.platforms.telegram.webhook import Deliverer

TOKEN = "123456789:AAF-a_token-for_tests-0123456789abcd"
GENERAL = "general"
SUPERGROUP = -1_001_000_000_000


@dataclass(slots=True, eq=False)
class Callback:
    """A button that was pressed."""

    id: str
    user: User
    label: str
    message: Message
    at: float
    answered: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, or a topic in it."""

    chat: Chat
    thread: int = 0


class World:
    """The state behind the Bot API. `privacy`: in groups the bot is told only what concerns it."""

    def __init__(self, clock: Clock, pace: Pace | None, webhook_delay: float = 1.0) -> None:
        self.clock = clock
        self.token = TOKEN
        self.privacy = True
        self.bot = User(int(TOKEN.partition(":")[0]), "Parley", "parley_bot", is_bot=True)
        self.updates = Updates(clock)
        self.deliverer = Deliverer(clock, self.updates, webhook_delay)
        self.meter = Meter(pace)
        self.files = Files()
        self.menus = Menus()
        self.texts: dict[tuple[str, str], str] = {}
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.callbacks: dict[str, Callback] = {}
        self.actions: list[tuple[Place, str]] = []
        self.broken: list[str] = []
        self.takes = 4096  # UTF-16 units of a text; of less than Telegram says, it has been seen to
        self.rooms: dict[str, Place] = {}
        self._message_ids = count(1001)
        self._chat_ids = count(1)
        self.numbers = count(1)
        self.group(GENERAL)

    # who and where

    def user(self, name: str, *, number: int = 0, is_bot: bool = False, language: str = "en") -> User:
        """A new account, and the chat that it may begin with the bot."""
        found = User(number or 5_000_000_000 + next(self.numbers), name, f"{name}_here", is_bot, language)
        self.users[found.id] = found
        self.chats[found.id] = Chat(found.id, "private", name, found, started=False)
        return found

    def group(self, name: str, *, basic: bool = False, topics: tuple[str, ...] = ()) -> Chat:
        """A supergroup with the bot in it; `basic`: a small one of the old kind; topics make it a forum."""
        number = next(self._chat_ids)
        chat = Chat(-number if basic else SUPERGROUP - number, "group" if basic else "supergroup", name)
        chat.forum = bool(topics)
        self.chats[chat.id] = chat
        self.rooms[name] = Place(chat, GENERAL_TOPIC if topics else 0)
        for topic in topics:
            chat.topics[topic] = next(self._message_ids)
            self.rooms[f"{name}/{topic}"] = Place(chat, chat.topics[topic])
        return chat

    def channel(self, name: str) -> Chat:
        """A channel, for what is forwarded from it."""
        chat = Chat(SUPERGROUP - next(self._chat_ids), "channel", name)
        self.chats[chat.id] = chat
        return chat

    def place(self, room: str, user: User) -> Place:
        """A room by its name: "direct", a group, or "group/topic"."""
        return Place(self.chats[user.id]) if room == DIRECT else self.rooms[room]

    def leads(self, chat: Chat, user: User) -> bool:
        """Whether somebody is an administrator there."""
        return chat.roles.get(user.id) in LEADING

    # what is said

    def write(self, place: Place, author: User, content: Json, *, at: float | None = None) -> Message:
        """A new message; nobody is told yet."""
        chat = place.chat
        number = next(self._message_ids)
        body: Json = {"message_id": number, "from": author.json(), "chat": chat.json()}
        body["date"] = int(self.clock.now() if at is None else at)
        if place.thread > GENERAL_TOPIC:
            body |= {"message_thread_id": place.thread, "is_topic_message": True}
        message = Message(chat, number, body | content, by_bot=author is self.bot)
        chat.messages[number] = message
        if author.is_bot and author is not ANONYMOUS:
            chat.last_bot = author.id
        self.clock.beat()
        return message

    def answered_to(self, place: Place, message: Message) -> Json:
        """The fields of a reply; in a supergroup they name the thread of replies, too."""
        fields: Json = {"reply_to_message": message.quoted()}
        if place.chat.kind == "supergroup" and not place.chat.forum:
            fields["message_thread_id"] = place.chat.root(message)
        return fields

    def tell(self, message: Message, kind: str = "message") -> int:
        """Let the bot know, if it may: the update's number, or 0."""
        if not self._heard(message):
            return 0
        key = (message.chat.id, message.thread)
        return self.updates.add(kind, dict(message.body), key, at=float(message.body["date"]))

    def _heard(self, message: Message) -> bool:
        chat = message.chat
        if chat.private:
            return True
        if chat.bot not in {"member", "administrator", "restricted"}:
            return False
        if chat.bot == "administrator" or not self.privacy or any(name in message.body for name in SERVICE):
            return True
        replied = message.body.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id
        return replied or self._addressed(message)

    def _addressed(self, message: Message) -> bool:
        for kind, said in marks(message):
            if kind == "mention" and said.lower() == f"@{self.bot.username}".lower():
                return True
            if kind == "bot_command":
                to = said.partition("@")[2]
                return to == self.bot.username if to else message.chat.last_bot in {0, self.bot.id}
        return False

    def change_bot(self, chat: Chat, status: str, by: User) -> None:
        """The bot is something else in a chat from now on, and is told so."""
        before, chat.bot = chat.bot, status
        changed = {
            "chat": chat.json(), "from": by.json(), "date": int(self.clock.now()),
            "old_chat_member": member(self.bot, before), "new_chat_member": member(self.bot, status),
        }  # fmt: skip
        self.updates.add("my_chat_member", changed, (chat.id, 0))

    def change_member(self, chat: Chat, user: User, role: str, by: User) -> None:
        """Somebody is something else in a chat; the bot is told when it asked for it."""
        before = chat.roles.get(user.id, "member")
        chat.roles[user.id] = role
        changed = {
            "chat": chat.json(), "from": by.json(), "date": int(self.clock.now()),
            "old_chat_member": member(user, before), "new_chat_member": member(user, role),
        }  # fmt: skip
        self.updates.add("chat_member", changed, (chat.id, 0))

    def migrate(self, room: str, by: User) -> Chat:
        """A group becomes a supergroup with another number; both say so."""
        old = self.rooms[room].chat
        new = self.group(room)
        new.roles, new.bot, old.moved_to = old.roles, old.bot, new
        self.tell(self.write(Place(old), by, {"migrate_to_chat_id": new.id}))
        self.tell(self.write(Place(new), by, {"migrate_from_chat_id": old.id}))
        return new

    def break_rule(self, what: str) -> None:
        """The bot did what Telegram forbids."""
        self.broken.append(what)


SERVICE = (
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "new_chat_members",
    "left_chat_member",
    "forum_topic_created",
)


def marks(message: Message) -> Iterator[tuple[str, str]]:
    """The entities of a message and what they cover."""
    entities = message.body.get("entities") or message.body.get("caption_entities") or ()
    for entity in entities:
        yield entity["type"], part(message.text, entity["offset"], entity["length"])
