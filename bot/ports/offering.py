"""What the core asks of the database for buttons under replies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Offers(Protocol):
    """Keeps what a button gives whose name has no room for it."""

    async def keep_offer(self, token: str, options: Mapping[str, str], *, at: datetime) -> None:
        """Keep it under a name. It is pruned like events, and goes when anybody is forgotten."""
        ...

    async def offer(self, token: str) -> Mapping[str, str] | None:
        """What is kept under a name; None: nothing any more."""
        ...
