"""What the core asks of the database for moderation."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import Actor, ChannelKey
from bot.records import Alerted, Bar, Context, Followed, Judged, Offences


class Moderating(Protocol):
    """What was found about runs, who rests for it, and what moderators are told."""

    async def judged(
        self, run_id: int, found: Judged, rule: Callable[[Offences], Bar | None], *, at: datetime
    ) -> Followed:
        """Record as a step what was found. A question that is withheld is shown to nobody from then on, and
        counts as an offence of its person the first time: `rule` says whether they rest for it. One that is
        not is shown to everybody. An alert is to be delivered like an answer. Raises NotFound."""
        ...

    async def weigh(self, key: ChannelKey, by: Actor, *, at: datetime) -> Context:
        """Begin a run under which is judged what somebody wants kept: it holds no room, answers nothing, and
        its words are not stored. A start ends what a kill has left."""
        ...

    async def weighed(self, run_id: int, *, at: datetime) -> None:
        """Such a run is over. Raises NotFound, IllegalMove."""
        ...

    async def bar(self, made: Bar, *, at: datetime) -> None:
        """Keep somebody out of a server, in place of what kept them out for the same reason."""
        ...

    async def bars(self, at: datetime) -> Sequence[Bar]:
        """Everybody who is kept out at that moment."""
        ...

    async def alerted(self, run_id: int) -> Alerted:
        """The alert with this run. Raises NotFound."""
        ...

    async def alerts_about(self, message_ids: Sequence[int]) -> Sequence[Alerted]:
        """The alerts about some messages."""
        ...

    async def write_alert(self, alert: Alerted, *, at: datetime) -> None:
        """Change what an alert says, and what was done about it."""
        ...
