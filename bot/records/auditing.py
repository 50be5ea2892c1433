"""What the audit says. No words of anybody's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from bot.messages import ChannelKey, Person

DONE: Final = "done"
REFUSED: Final = "refused"


@dataclass(slots=True)
class Deed:
    """Somebody may do something that is written down, or may not. `key`: in which room, None: none."""

    person: Person
    act: str
    key: ChannelKey | None = None
    door: str = ""
    taken: bool = False
    """Whether it is written down already: what follows from it is not, again."""


@dataclass(frozen=True, slots=True)
class Audited:
    """An entry. `scope`: a server, channel or thread as settings have it, of what is private `room/17`, of
    what concerns all of Parley nothing; `before` and `after`: harmless values, or `version 12` of a setting;
    `count`: how often, of what was refused too often to be told one by one."""

    at: datetime
    person: Person
    act: str
    decision: str = DONE
    scope: str = ""
    door: str = ""
    subject: str = ""
    target: str = ""
    before: str | None = field(default=None, repr=False)
    after: str | None = field(default=None, repr=False)
    count: int = 1
    id: int = 0

    @property
    def columns(self) -> dict[str, Any]:
        """What it says, by the names that its table and its export have for it."""
        return {
            "at": self.at,
            "person_id": self.person.id,
            "person_name": self.person.name,
            "act": self.act,
            "decision": self.decision,
            "scope": self.scope,
            "door": self.door,
            "subject": self.subject,
            "target": self.target,
            "before": self.before,
            "after": self.after,
            "count": self.count,
        }
