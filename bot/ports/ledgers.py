"""What the core asks of parts of the database: deliveries, lists of models, and what platforms told us."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.messages import (
    ChannelKey,
    ModelFacts,
    Person,
    Reminder,
)
from bot.records import (
    Listed,
    Received,
    Slot,
)

P = TypeVar("P")


class Ledger(Protocol):
    """Intent before effect, result after: what delivery writes down."""

    async def posted(self, slot: Slot, post_id: str, *, intend: int | None = None) -> Slot | None:
        """Record the platform's id of `slot`; in the same commit intend the answer's message `intend` too."""
        ...

    async def intend(self, run_id: int, seq: int) -> Slot:
        """Record that message `seq` of the answer is about to be posted."""
        ...

    async def delivered(self, run_id: int, removed: Sequence[Slot] = ()) -> None:
        """The whole answer is on the platform; slots that are no longer part of it go."""
        ...

    async def park(self, key: ChannelKey, run_id: int, until: datetime, removed: Sequence[Slot] = ()) -> None:
        """Leave the answer for the timer of kind `deliver` at `until`."""
        ...

    async def refused(self, run_id: int, why: str) -> None:
        """The platform will never take this answer: a stored, final failure of its delivery."""
        ...

    async def renamed(self, key: ChannelKey, title: str, by: Person, *, at: datetime) -> None:
        """Record what a room is called from now on."""
        ...


class Catalogues(Protocol):
    """What the accounts listed last, for when their services are down."""

    async def keep_models(
        self, account: str, source: str, models: Sequence[ModelFacts], *, at: datetime
    ) -> None:
        """Keep an account's list in place of what it listed before."""
        ...

    async def kept_models(self) -> Mapping[str, Listed]:
        """The lists by their account; those that cannot be read any more are left out."""
        ...


class Inbox(Protocol):
    """What a platform told us is kept until it is dealt with, so that the platform may forget it."""

    async def take_in(
        self, platform: str, account: str, updates: Mapping[int, str], *, at: datetime
    ) -> Sequence[Received]:
        """Keep updates, JSON by their id: those never seen before, in the order they came."""
        ...

    async def dealt_with(self, ids: Sequence[int]) -> None:
        """Nothing more is to be done about them: their words go, their ids stay for a while."""
        ...

    async def set_aside(self, ids: Sequence[int]) -> None:
        """They cannot be read: they stay for a while as they are, and are not handed out again."""
        ...

    async def undealt(self, platform: str, account: str) -> Sequence[Received]:
        """What was not dealt with before the process ended, oldest first."""
        ...


class Reminders(Protocol):
    """What people want to be told later: timers of the kind `remind`."""

    async def keep_reminder(self, wanted: Reminder, *, at: datetime, event_id: str = "") -> int:
        """Keep a reminder: its number, 0 when its event was seen and it is gone. Raises QueueFull."""
        ...

    async def reminders(self, key: ChannelKey, person_id: str = "") -> Sequence[Reminder]:
        """A room's reminders, or one person's there, in the order in which they ring."""
        ...

    async def drop_reminder(self, reminder_id: int) -> bool:
        """It does not ring. False: there is none any more."""
        ...

    async def ring(
        self, reminder_id: int, words: Callable[[Reminder], str], *, at: datetime
    ) -> Reminder | None:
        """Make an answer of a reminder that is due, and end its timer, in one unit: what is then pending is
        delivered. None: it was taken back, or has rung."""
        ...
