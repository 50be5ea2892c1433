"""What the core asks of the database about what is remembered: facts, and notes of what was said."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from bot.messages import Actor, ChannelKey, RunOptions
from bot.records import Condensed, Context, Fact, Outcome, Reservation, Settlement, Spending, Started

P = TypeVar("P")


class Facts(Protocol):
    """Facts of one person in one room: each call is about these alone."""

    async def facts(self, key: ChannelKey, person_id: str) -> Sequence[Fact]:
        """All of them, the newest first."""
        ...

    async def add_fact(
        self, key: ChannelKey, person_id: str, text: str, *, at: datetime, event_id: str = ""
    ) -> Fact | None:
        """Keep another, or find it among those that are kept. None: its event was seen, and it is gone.
        Raises TooLarge when there are as many as a room keeps."""
        ...

    async def change_fact(
        self, key: ChannelKey, person_id: str, number: int, text: str, *, at: datetime
    ) -> bool:
        """Give one other words. False: there is none of this number."""
        ...

    async def forget_facts(
        self, key: ChannelKey, person_id: str, number: int | None = None, *, at: datetime
    ) -> int:
        """Wipe one, or all of them: how many there were."""
        ...


class Condenses(Protocol):
    """Notes of what was said in a room longer ago than its models can be shown."""

    async def condense(
        self,
        key: ChannelKey,
        by: Actor,
        options: RunOptions,
        plan: Callable[[Context, Spending], tuple[Reservation, P] | None],
        *,
        at: datetime,
    ) -> Started[P] | None:
        """Begin a run that condenses: read the oldest exchanges that no notes cover, as the `past` of a
        context, let the pure `plan` choose, and record the run and its reservation, all in one unit. It holds
        no room, and nothing is delivered. None: the plan chose nothing, or such a run is being worked on in
        this room. What `plan` raises leaves everything as it was."""
        ...

    async def keep_notes(
        self,
        run_id: int,
        outcome: Outcome,
        made: Condensed | None,
        settled: Settlement | None = None,
        *,
        at: datetime,
    ) -> bool:
        """End such a run, and keep what it made. False: nothing was made, or what was condensed is not what
        it was. Notes fall when a message that they cover is changed or deleted. Raises NotFound, IllegalMove.
        """
        ...
