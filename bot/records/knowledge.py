"""What a room knows from files that moderators added to it."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import ChannelKey, Person
from bot.records.said import Said


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file that is found as one. `page`: 0 when the file has none; `section`: the heading above
    it, when there is one; `position`: from 0, among the file's pieces."""

    text: str = field(repr=False)
    page: int = 0
    section: str = field(default="", repr=False)
    position: int = 0
    id: int = 0
    file_id: int = 0


@dataclass(frozen=True, slots=True)
class Learned:
    """A file as it was read, before it is kept. `sha256`: of its text; `size`: its characters."""

    name: str = field(repr=False)
    sha256: str
    pages: int
    read: int
    whole: bool
    size: int


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file that the rooms of a scope know. `ready`: how many of its `pieces` have a place among the others
    already; `run_id`, `key`, `said`: what brought it, where, and the message that it came with."""

    id: int
    name: str = field(repr=False)
    pages: int
    read: int
    whole: bool
    size: int
    scope: str
    pieces: int
    ready: int
    by: Person
    at: datetime
    run_id: int
    key: ChannelKey
    said: Said
