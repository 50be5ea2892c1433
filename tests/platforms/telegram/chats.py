"""Who and what there is: users, chats, messages."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.platforms.telegram.refusals import Json
from tests.platforms.telegram.units import Formatted

GENERAL_TOPIC = 1
"""The topic that every forum has; its messages carry no thread."""


@dataclass(frozen=True, slots=True)
class User:
    """An account."""

    id: int
    name: str
    username: str = ""
    is_bot: bool = False
    language: str = ""

    def json(self) -> Json:
        """As in a message."""
        found: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.username:
            found["username"] = self.username
        return found | ({"language_code": self.language} if self.language else {})


ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
"""Stands for every administrator who stays anonymous."""
AS_CHANNEL = User(136817688, "Channel", "Channel_Bot", is_bot=True)
"""Stands for everybody who writes as a channel."""
TELEGRAM = User(777000, "Telegram")
"""Forwards a channel's posts into its group."""


@dataclass(slots=True, eq=False)
class Message:
    """A message as the API tells it, and what it does not tell."""

    chat: "Chat"
    id: int
    body: Json
    by_bot: bool = False
    question: bool = False
    """It asks for an answer by reply (ForceReply)."""
    reactions: tuple[str, ...] = ()
    signs: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Those that people have put on it, by account."""

    @property
    def text(self) -> str:
        """What is written in it."""
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def thread(self) -> int:
        """The forum topic that it is in; 0: none."""
        if not self.chat.forum:
            return 0
        return int(self.body["message_thread_id"]) if self.body.get("is_topic_message") else GENERAL_TOPIC

    @property
    def buttons(self) -> Iterator[Json]:
        """Its inline buttons."""
        for row in self.body.get("reply_markup", {}).get("inline_keyboard", ()):
            yield from row

    def quoted(self) -> Json:
        """As inside a reply to it."""
        return {name: value for name, value in self.body.items() if name != "reply_to_message"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the bot is just writing, as the person sees it; gone when it is not renewed."""

    text: Formatted
    until: float


@dataclass(slots=True, eq=False)
class Chat:
    """A private chat, a group, a supergroup (perhaps a forum) or a channel."""

    id: int
    kind: str
    title: str
    user: User | None = None
    forum: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    roles: dict[int, str] = field(default_factory=dict)
    bot: str = "member"
    """What the bot is here: member, administrator, restricted, left or kicked."""
    started: bool = True
    gone: bool = False
    moved_to: "Chat | None" = None
    drafts: dict[tuple[int, int], Draft] = field(default_factory=dict)
    last_bot: int = 0

    @property
    def private(self) -> bool:
        """Whether it is with one person."""
        return self.kind == "private"

    @property
    def group(self) -> bool:
        """Whether many may write."""
        return self.kind in {"group", "supergroup"}

    def json(self) -> Json:
        """As in a message."""
        if self.user is not None:
            named = {"first_name": self.user.name, "username": self.user.username}
            return {"id": self.id, "type": "private"} | {key: value for key, value in named.items() if value}
        found: Json = {"id": self.id, "type": self.kind, "title": self.title}
        return found | ({"is_forum": True} if self.forum else {})

    def root(self, message: Message) -> int:
        """The message that a thread of replies began with."""
        while replied := message.body.get("reply_to_message"):
            above = self.messages.get(replied["message_id"])
            if above is None:
                return int(replied["message_id"])
            message = above
        return message.id
