"""A file that came with a message and is too long to be shown is leafed through for the question."""

import asyncio
import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Final

from bot.memory.chunking import chunks
from bot.memory.consulting import CANDIDATES, chosen_of, fitting, pairs_of, words_of
from bot.memory.question import TROUBLES, Question, tell
from bot.memory.vectors import Likenesses, Matrix
from bot.messages import Document
from bot.records import Passage, Piece

PIECES: Final = 400
"""Of one file: more than are read of one beside a message."""

PATIENCE: Final = 15.0
"""Seconds that placing the pieces of one file may take; after that words alone find what they can."""

FILES: Final = 8
"""Files whose pieces are kept at hand for the next question about them."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """A file in pieces, numbered from 1, and where they lie. `matrix` None: nobody could say."""

    name: str = field(repr=False)
    pieces: tuple[Piece, ...] = field(repr=False)
    matrix: Matrix | None = None


class Leafing:
    """Finds what bears on a question in files that are not shown whole."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], Leaves] = OrderedDict()

    async def leaf(
        self, question: Question, documents: Sequence[Document], is_shown: Callable[[str], bool]
    ) -> tuple[Passage, ...]:
        """Pieces of these files that may bear on a question and are not shown anyway, the best of each file
        first."""
        found: list[Passage] = []
        for document in documents:
            leaves = await self._leaves(question, document)
            likenesses = await self._likenesses(question, leaves)
            chosen = chosen_of(worded(question.text, leaves.pieces), likenesses)
            new = [one for one in map(leaves.pieces.__getitem__, _places(chosen)) if not is_shown(one.text)]
            near = likenesses.of if likenesses else lambda _: None
            found += [_passage(document, one, near(one.id) or 0.0) for one in fitting(new)]
        return tuple(found)

    async def _leaves(self, question: Question, document: Document) -> Leaves:
        """A file's pieces and their places; what was placed once is not placed again soon."""
        try:
            space = question.embedder.space
        except TROUBLES:
            space = ""
        kept = (document.name, document.text, space)
        if (leaves := self._kept.get(kept)) is not None:
            self._kept.move_to_end(kept)
            return leaves
        cut = await asyncio.to_thread(lambda: tuple(islice(chunks(document), PIECES)))
        pieces = tuple(replace(one, id=number, position=number - 1) for number, one in enumerate(cut, 1))
        matrix = await self._placed(question, pieces)
        leaves = Leaves(document.name, pieces, matrix)
        if matrix is not None:
            self._kept[kept] = leaves
            while len(self._kept) > FILES:
                self._kept.popitem(last=False)
        return leaves

    async def _placed(self, question: Question, pieces: Sequence[Piece]) -> Matrix | None:
        try:
            texts = [one.text for one in pieces]
            placed = await question.embedder.embed(question.run_id, texts, seconds=PATIENCE)
        except TROUBLES as exc:
            tell("a file is leafed through by words alone", exc)
            return None
        ids = [one.id for one in pieces]
        return await asyncio.to_thread(Matrix.of, list(zip(ids, placed.vectors, strict=True)))

    async def _likenesses(self, question: Question, leaves: Leaves) -> Likenesses | None:
        if leaves.matrix is None or not len(leaves.matrix) or (placed := await question.place()) is None:
            return None
        return await asyncio.to_thread(partial(leaves.matrix.likenesses, placed.vectors[0]))


def worded(question: str, pieces: Sequence[Piece]) -> list[int]:
    """The pieces that have words of a question, the best first: rare words tell more."""
    wanted = [*words_of(question), *pairs_of(question)]
    texts = {one.id: one.text.lower() for one in pieces}
    having = {number: [word for word in wanted if word in text] for number, text in texts.items()}
    count = Counter(word for words in having.values() for word in words)
    score = {
        number: sum(math.log(1 + len(pieces) / count[word]) for word in words)
        for number, words in having.items()
        if words
    }
    return sorted(score, key=lambda number: -score[number])[:CANDIDATES]


def _places(ids: Sequence[int]) -> list[int]:
    return [number - 1 for number in ids]


def _passage(document: Document, piece: Piece, likeness: float) -> Passage:
    return Passage(
        "knowledge",
        piece.text,
        name=document.name,
        page=piece.page,
        section=piece.section,
        position=piece.position,
        likeness=likeness,
    )
