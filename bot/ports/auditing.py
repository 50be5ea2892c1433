"""What the core asks of the database about who did what. Changes write their entries themselves, each in its
own commit: see `bot.store.auditing`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import Audited, Deed


class Audits(Protocol):
    """The audit: it grows, and nothing in it is changed."""

    async def note(
        self, deed: Deed, decision: str, *, at: datetime, subject: str = "", count: int = 1, after: str = ""
    ) -> None:
        """Write down what changes nothing else: what was read, or refused."""
        ...

    async def audited(
        self,
        key: ChannelKey | None = None,
        *,
        since: datetime | None = None,
        who: str = "",
        before: int | None = None,
        limit: int,
    ) -> Sequence[Audited]:
        """The newest first, before an entry's number. Of a room: what concerns it, its channel, the threads
        there and its server. `who`: an id, or a part of a name."""
        ...
