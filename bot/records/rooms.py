"""Rooms, what is set in them, and what happened there."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import ChannelKey, Person


@dataclass(frozen=True, slots=True)
class Setting:
    """One version of one setting of a scope; `value` None: cleared. `version` names it for ever."""

    version: int
    name: str
    value: str | None
    by: Person
    at: datetime
    scope: str
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """One of a setting's versions, by its number among those of its scope: the first one is 1."""

    number: int
    setting: Setting


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What holds in a room: each setting's nearest version, of thread, channel, then server."""

    found: dict[str, Setting] = field(default_factory=dict)

    def value(self, name: str) -> str | None:
        """The setting's value here, or None."""
        setting = self.found.get(name)
        return setting.value if setting else None

    def versions(self) -> dict[str, int]:
        """Which version of each setting holds: what a run records of itself."""
        return {name: setting.version for name, setting in self.found.items()}


@dataclass(frozen=True, slots=True)
class Room:
    """A room that somebody has spoken in. `starts_after`: the last message that `/new` left behind; `title`:
    what it is called, where it was given one."""

    key: ChannelKey
    starts_after: int
    last_at: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened in a room, in order. `kind`: message.created|updated|deleted, run.updated,
    tool_call.created|ended, room.updated; `subject`: the message's, run's or step's id. The words are read
    when the change is shown."""

    id: int
    kind: str
    subject: int
