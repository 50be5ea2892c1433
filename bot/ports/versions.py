"""What the core asks of the database about settings: each change is a version of its own, and stays."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import Person
from bot.records import Setting, Version


class Versions(Protocol):
    """Settings as they were changed. Of a scope: a server, a channel, a thread, a person."""

    async def change_setting(
        self,
        scope: str,
        name: str,
        value: str | None,
        by: Person,
        *,
        at: datetime,
        event_id: str = "",
        reason: str = "",
    ) -> Setting | None:
        """Keep a new version. None: `event_id` was seen before and nothing changed."""
        ...

    async def settings_named(self, name: str) -> Mapping[str, str]:
        """What holds by this name, by scope."""
        ...

    async def versions(
        self, scope: str, name: str, *, limit: int, before: int | None = None
    ) -> Sequence[Version]:
        """What a setting has been in a scope, the newest first; `before`: those of lower numbers."""
        ...
