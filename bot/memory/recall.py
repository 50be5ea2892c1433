"""What was said in a room long ago comes back when it bears on a question.

Texts are placed beside everything else, when a run is over whose room has more past than its model was shown.
"""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from bot.memory.embedding import Embedder
from bot.memory.finding import CANDIDATES, Candidate, candidates, passages
from bot.memory.matrices import Matrices
from bot.memory.question import TROUBLES, Question, tell
from bot.memory.vectors import Likenesses, Matrix
from bot.messages import ChannelKey
from bot.ports import Store
from bot.records import Passage

log = structlog.get_logger()

BATCH: Final = 64
"""Messages that are placed at once."""

IN_A_ROW: Final = 32
"""Batches after one run: a long past is caught up with after several."""


class Recall:
    """Finds what was said, and sees to it that it can be found."""

    def __init__(self, store: Store, embedder: Embedder, matrices: Matrices | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._matrices = matrices or Matrices()
        self._changes = 0
        self._whole: dict[tuple[ChannelKey, str], int] = {}
        self._due: dict[ChannelKey, tuple[int, int]] = {}
        self._placing: dict[ChannelKey, asyncio.Task[None]] = {}

    async def recall(self, question: Question) -> tuple[Passage, ...]:
        """What was said before and may bear on a question. Raises StorageError."""
        worded, likenesses = await asyncio.gather(
            self._store.said_worded(question.key, question.text, before=question.before, limit=CANDIDATES),
            self._likenesses(question),
        )
        found = await self._chosen(worded, likenesses)
        exchanges = await self._store.exchanges_of(question.key, [each.message_id for each in found])
        return passages(found, exchanges)

    def after(self, run_id: int, key: ChannelKey, since: int) -> None:
        """A run is over whose room has a long past: place what has no place yet, at least from the message
        `since` on. What goes wrong is tried again after the next one."""
        self._due[key] = (run_id, min(since, self._due.get(key, (0, since))[1]))
        if key not in self._placing:
            self._placing[key] = task = asyncio.create_task(self._place_all(key), name=f"placing {key}")
            task.add_done_callback(partial(self._over, key))

    async def again(self, run_id: int, key: ChannelKey) -> None:
        """Place what a room's past has not in this space, a part of it, within a run that is over."""
        self.after(run_id, key, 1)
        await asyncio.wait({self._placing[key]})

    def forget(self) -> None:
        """Rooms have become others: what is known of them is read again."""
        self._changes += 1
        self._matrices.clear()
        self._whole.clear()

    async def settled(self) -> None:
        """Wait until nothing is being placed."""
        while self._placing:
            await asyncio.wait(tuple(self._placing.values()))

    async def close(self) -> None:
        """Leave what is being placed; the next run sees that it is missing."""
        for task in self._placing.values():
            task.cancel()
        await self.settled()

    async def _chosen(self, worded: Sequence[int], likenesses: Likenesses | None) -> tuple[Candidate, ...]:
        if likenesses is None:
            return candidates(worded, None)
        return await asyncio.to_thread(candidates, worded, likenesses)

    async def _likenesses(self, question: Question) -> Likenesses | None:
        """How like the question the placed texts are. None: they cannot be compared now."""
        try:
            matrix = await self._matrix(question.key, self._embedder.space)
        except TROUBLES as exc:
            tell("recall by words alone", exc)
            return None
        if not len(matrix) or (placed := await question.place()) is None:
            return None
        after = await self._store.left_behind(question.key)
        compare = partial(matrix.likenesses, placed.vectors[0], after=after, before=question.before)
        return await asyncio.to_thread(compare)

    async def _matrix(self, key: ChannelKey, space: str) -> Matrix:
        """The room's vectors, read when they are not at hand."""
        if (kept := self._matrices.get(key, space)) is not None:
            return kept
        changes = self._changes
        read = await asyncio.to_thread(Matrix.of, await self._store.said_vectors(key, space))
        if changes == self._changes:  # else something was placed that may be missing
            self._matrices.put(key, space, read)
        return read

    def _over(self, key: ChannelKey, task: asyncio.Task[None]) -> None:
        del self._placing[key]
        if not task.cancelled() and (error := task.exception()):
            log.error("texts were not placed", exc_info=error)

    async def _place_all(self, key: ChannelKey) -> None:
        """What is due, and what becomes due meanwhile."""
        while due := self._due.pop(key, None):
            await self._place(due[0], key, due[1])

    async def _place(self, run_id: int, key: ChannelKey, since: int) -> None:
        """Batch after batch, until nothing is left or something goes wrong."""
        try:
            space = self._embedder.space
            after = min(self._whole.get((key, space), 0), since - 1)
            for _ in range(IN_A_ROW):
                left = await self._store.said_unplaced(key, space, after=after, limit=BATCH)
                if left and not await self._placed(run_id, key, space, left):
                    return
                if len(left) < BATCH:
                    self._whole[key, space] = max((number for number, _ in left), default=since)
                    return
        except TROUBLES as exc:
            tell("texts are placed later", exc)

    async def _placed(
        self, run_id: int, key: ChannelKey, space: str, left: Sequence[tuple[int, str]]
    ) -> bool:
        """Place some messages. False: nothing of them was kept."""
        placed = await self._embedder.embed(run_id, [text for _, text in left])
        if placed.space != space:
            return False
        rows = [(number, text, data) for (number, text), data in zip(left, placed.vectors, strict=True)]
        kept = frozenset(await self._store.place_said(key, space, rows))
        self._changes += 1
        if (matrix := self._matrices.get(key, space)) is not None:
            new = [(number, data) for number, _, data in rows if number in kept]
            self._matrices.put(key, space, await asyncio.to_thread(matrix.with_vectors, new))
        return bool(kept)
