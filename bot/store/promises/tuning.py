"""The part of the store that is about what people think of answers, and models that are tuned."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import ChannelKey
from bot.records import Rating, Tuning
from bot.store import ratings, tunings
from bot.store.promises.tooling import Tooling


class Tuned(Tooling):
    """`bot.ports.ratings`, and the store's part of `bot.ports.tuning`."""

    async def shown_in(self, chat: ChannelKey, post_ids: Sequence[str]) -> tuple[int, ChannelKey] | None:
        """The answer that one of these posts shows in a chat or a thread of it, and its room."""
        return await self._read(ratings.shown_in, chat, post_ids)

    async def last_answer(self, key: ChannelKey) -> int | None:
        """The room's newest answer that has words."""
        return await self._read(ratings.last_answer, key)

    async def ratings_of(self, key: ChannelKey, person_id: str) -> Mapping[int, int]:
        """A person's ratings in a room, by answer."""
        return await self._read(ratings.ratings_of, key, person_id)

    async def rate(
        self, key: ChannelKey, answer_id: int, rating: Rating, *, at: datetime, event_id: str = ""
    ) -> bool:
        """Keep what a person thinks of an answer. False: there is none with words."""
        return await self._write(ratings.rate, key, answer_id, rating, at=at, event_id=event_id)

    async def begin_tuning(self, wanted: Tuning, *, at: datetime) -> Tuning:
        """Write down that a model shall be tuned."""
        return await self._write(tunings.begin_tuning, wanted, at=at)

    async def note_tuning(self, tuning: Tuning, *, at: datetime) -> None:
        """Write down how far it has come."""
        await self._write(tunings.note_tuning, tuning, at=at)

    async def tunings(self) -> Sequence[Tuning]:
        """All of them, the newest first."""
        return await self._read(tunings.all_tunings)
