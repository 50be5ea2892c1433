"""What the core asks of the database to forget people, and what is old; and of the folder of pictures."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from bot.messages import ChannelKey
from bot.records import Erasure, Outdated


class Forgets(Protocol):
    """Lets go of people's words for good. Each call is one unit, and short. Raises StorageError."""

    async def begin_erasure(self, person_id: str, pseudonym: str, *, at: datetime) -> Erasure:
        """Write down that somebody is to be forgotten with all that was said until now. Who is already goes
        on to be."""
        ...

    async def erasures(self) -> Sequence[Erasure]:
        """Everybody who is being forgotten, also since before a kill."""
        ...

    async def unended_of(self, person_id: str) -> Sequence[int]:
        """The runs that go on for somebody's words, or by their wish."""
        ...

    async def forget_echoes(self, one: Erasure, *, at: datetime) -> Erasure:
        """Let go of what repeats their words in what is others': quotes, what tools found, summaries."""
        ...

    async def forget_words(self, one: Erasure, *, at: datetime) -> Erasure:
        """Wipe the next stretch of what they said, with its answers and runs."""
        ...

    async def forget_rest(self, one: Erasure, *, at: datetime) -> Erasure:
        """Let go of the next piece of what else is theirs."""
        ...

    async def forget_pictures(self, one: Erasure) -> Sequence[str]:
        """The next of their pictures that nobody else shows, whose bytes may go."""
        ...

    async def pictures_gone(self, one: Erasure) -> Erasure:
        """They are gone."""
        ...

    async def clean_file(self) -> bool:
        """Let what was deleted leave the index of words and the log. False: somebody was reading."""
        ...

    async def file_cleaned(self, one: Erasure) -> Erasure:
        """Nothing of it is left in the file."""
        ...

    async def erased(self, one: Erasure) -> None:
        """Nothing is left to be done."""
        ...

    async def keys_of(self, room_ids: Sequence[int]) -> Sequence[ChannelKey]:
        """The keys of rooms."""
        ...


class Keeps(Protocol):
    """Knows how long rooms keep what is said. Raises StorageError."""

    async def kept_for(self, key: ChannelKey) -> int | None:
        """Days, as the room's moderators said; None: they said nothing."""
        ...

    async def outdated(self, most: int | None, *, at: datetime) -> Sequence[Outdated]:
        """Rooms that keep what is said for so many days only; `most`: all of them, None: for ever."""
        ...

    async def let_go_of_outdated(self, one: Outdated, *, at: datetime) -> int:
        """Wipe a few of a room's exchanges that it keeps no longer: how many."""
        ...

    async def drop_unshown(self, *, at: datetime) -> Sequence[str]:
        """Forget some pictures of yesterday that no message shows: their names."""
        ...

    async def drop_purses(self, *, at: datetime) -> None:
        """Forget sums of people that no limit looks at any more."""
        ...

    async def known_pictures(self, shas: Sequence[str]) -> frozenset[str]:
        """Those of them that are recorded."""
        ...


class Tells(Protocol):
    """Says what there is of a person, as JSON has it. Raises StorageError."""

    async def said_by(self, person_id: str, *, after: int, limit: int) -> Sequence[Mapping[str, Any]]:
        """What they said after a message, each with its answer; `id` goes on from there."""
        ...

    async def kept_of(self, person_id: str) -> Mapping[str, Any]:
        """All else, by what it is."""
        ...


class Forgetting(Forgets, Keeps, Tells, Protocol):
    """All of it."""


class Lets(Protocol):
    """Lets go of pictures' bytes."""

    async def remove(self, shas: Sequence[str]) -> None:
        """What is not there is gone already."""
        ...

    async def stray(self, known: Callable[[Sequence[str]], Awaitable[frozenset[str]]]) -> int:
        """Let go of files that nobody knows any more: how many."""
        ...
