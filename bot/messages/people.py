"""Who speaks, and where: ids decide, names never do. Values only."""

from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Final, Self
from urllib.parse import quote, unquote


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """Where a conversation lives. Two rooms never share a key; `str` and `parse` are inverse.

    `person` is set in private rooms only: what is said there never surfaces in the channel.
    """

    platform: str
    account: str
    space: str
    channel: str
    thread: str = ""
    person: str = ""

    def __str__(self) -> str:
        parts = (self.platform, self.account, self.space, self.channel, self.thread, self.person)
        return "/".join(map(_quoted, parts))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key back from its `str`. Raises ValueError."""
        parts = [unquote(part) for part in text.split("/")]
        if len(parts) != 6:
            raise ValueError(f"not a channel key: {len(parts)} parts")
        return cls(*parts)

    def scopes(self) -> tuple[str, ...]:
        """Where settings are looked up, widest first: server, channel, thread. Threads inherit."""
        server = "/".join(map(_quoted, (self.platform, self.account, self.space)))
        channel = f"{server}/{_quoted(self.channel)}"
        return (server, channel, f"{channel}/{_quoted(self.thread)}") if self.thread else (server, channel)

    @property
    def direct(self) -> bool:
        """A chat with one person alone, which belongs to no server."""
        return self.space in ALONE

    @property
    def scope(self) -> str:
        """Where a setting made in this room is kept."""
        return self.scopes()[-1]

    @property
    def home(self) -> str:
        """Where is kept what belongs to a whole server; outside of any, the chat is its own."""
        return self.scopes()[1 if self.space in ALONE else 0]


@lru_cache(maxsize=4096)
def _quoted(part: str) -> str:
    """A part as it stands between slashes. Remembered: the same rooms speak again and again."""
    return quote(part, safe="")


ALONE: Final = frozenset({"dm", "private"})
"""What stands in place of a server where somebody is alone with Parley."""


class Standing(IntEnum):
    """What the platform says a person is in a room. Ids decide it, names never do."""

    BLOCKED = 0
    MEMBER = 1
    MODERATOR = 2
    OPERATOR = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks. `id` is the platform's (`web:ann`, `discord:123`)."""

    id: str
    name: str
    bot: bool = False

    @property
    def scope(self) -> str:
        """Where a setting of their own is kept: in no room's scope."""
        return f"person/{_quoted(self.id)}"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and their standing in the room they act in. `roles`: ids that the platform gives to groups of
    people there; `channel_only`: of a moderator, that the platform does not let them run the whole server.
    Neither is kept with what somebody said."""

    person: Person
    standing: Standing = Standing.MEMBER
    roles: frozenset[str] = field(default=frozenset(), compare=False)
    channel_only: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Names:
    """What people call a room and its server; empty: not told."""

    room: str = field(default="", repr=False)
    space: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer goes back. Kept with the run: another process may finish the answer after a crash.
    `names`: what is to be seen above that place, which decides nothing."""

    key: ChannelKey
    reply_to: str = ""
    names: Names = field(default=Names(), compare=False)
