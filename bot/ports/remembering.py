"""What the core asks of the database about facts that people have asked to be remembered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import Fact


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
