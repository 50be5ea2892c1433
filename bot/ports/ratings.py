"""What the core asks of the database about what people think of answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.messages import ChannelKey
from bot.records import Rating


class Ratings(Protocol):
    """One rating for each person and answer, of the words that the answer has now."""

    async def shown_in(self, chat: ChannelKey, post_ids: Sequence[str]) -> tuple[int, ChannelKey] | None:
        """The answer that one of these posts shows in a chat or a thread of it, and its room."""
        ...

    async def last_answer(self, key: ChannelKey) -> int | None:
        """The room's newest answer that has words."""
        ...

    async def rate(
        self, key: ChannelKey, answer_id: int, rating: Rating, *, at: datetime, event_id: str = ""
    ) -> bool:
        """Keep what a person thinks of an answer of this room, in place of what they thought before. False:
        there is no such answer with words."""
        ...

    async def ratings_of(self, key: ChannelKey, person_id: str) -> Mapping[int, int]:
        """A person's ratings in a room, by answer: 1 or -1."""
        ...
