"""When another model places texts than did before, what rooms know and said is placed anew.

It is done beside everything else. What is left to do is seen from where things lie, so that a kill or a spent
budget loses nothing.
"""

from collections.abc import Callable
from typing import Final

from bot.conversation.knowledge.learning import AT_ONCE, PIECES, headed
from bot.errors import BudgetSpent, KeyRefused, ProviderRefused
from bot.memory.embedding import Embedder
from bot.memory.question import TROUBLES, tell
from bot.memory.recall import Recall
from bot.ports import Clock, Store
from bot.records import KnownFile

EVERY: Final = 60.0
"""Seconds between two looks at which model it is."""

REST: Final = 600.0
"""Seconds before what could not be placed, or was too much at once, is gone on with."""

AGAIN: Final = 3600.0
"""Seconds before one looks anew when all lay where it should."""

MANY: Final = 20
"""Files and rooms at once."""


class CatchingUp:
    """Under the run that brought a file, or the last one of a room: its person's and its room's budgets hold.
    `changed`: called when pieces have been placed."""

    def __init__(
        self, store: Store, embedder: Embedder, recall: Recall, changed: Callable[[], None], clock: Clock
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._recall = recall
        self._changed = changed
        self._clock = clock
        self._space = ""
        self._rests_until = 0.0

    async def follow(self) -> None:
        """Do so until cancelled."""
        while True:
            await self._look()
            await self._clock.sleep(EVERY)

    async def _look(self) -> None:
        """Begin when it is due. A model is believed when it was there at the last look already: at a start
        not all are known."""
        try:
            before, self._space = self._space, self._embedder.space
            if before != self._space:
                self._rests_until = 0.0
            elif self._clock.monotonic() >= self._rests_until:
                self._rests_until = self._clock.monotonic() + (AGAIN if await self.catch_up() else REST)
        except TROUBLES as exc:
            self._rests_until = self._clock.monotonic() + REST
            tell("texts are placed anew later", exc)

    async def catch_up(self) -> bool:
        """Place some of what lies elsewhere, what is new and where people talk first. False: some is left.
        Raises ProviderError, UnknownModel, StorageError, TimeoutError."""
        space = self._embedder.space
        files = await self._store.misplaced_files(space, MANY)
        whole = [await self._tried(file, space) for file in files]
        rooms = await self._store.misplaced_rooms(space, MANY)
        for key, run_id in rooms:
            await self._recall.again(run_id, key)
        return all(whole) and len(files) < MANY and not rooms

    async def _tried(self, file: KnownFile, space: str) -> bool:
        """Place a file's pieces. False: its budget does not reach, or its words are refused; others may be
        placed all the same."""
        try:
            await self._placed(file, space)
        except KeyRefused:
            raise
        except (BudgetSpent, ProviderRefused) as exc:
            tell("a file is placed anew later", exc)
            return False
        return True

    async def _placed(self, file: KnownFile, space: str) -> None:
        for _ in range(0, PIECES, AT_ONCE):
            if not (some := await self._store.unplaced(file.id, space, AT_ONCE)):
                return
            answer = await self._embedder.embed(file.run_id, [headed(file.name, one) for one in some])
            if answer.space != space:
                return
            vectors = {one.id: vector for one, vector in zip(some, answer.vectors, strict=True)}
            await self._store.place_pieces(answer.space, vectors)
            self._changed()
