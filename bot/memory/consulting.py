"""What a room knows from files is looked up for a question: by likeness and by words."""

import asyncio
import math
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from bot.memory.finding import merged
from bot.memory.matrices import Matrices
from bot.memory.question import TROUBLES, Question, tell
from bot.memory.vectors import Likenesses, Matrix
from bot.messages import ChannelKey
from bot.ports import Store
from bot.records import KnownFile, Passage, Piece
from bot.text import estimate_tokens

CANDIDATES: Final = 40
"""Of either kind."""

MOST: Final = 8
"""Pieces that a question is shown."""

TOKENS: Final = 1500
"""What they may weigh together, as estimated."""

FEW: Final = 8
"""Pieces below which nothing can be said of how near they usually lie."""

NEAR: Final = 0.45
"""How near one of few has to lie: models give what has nothing to do with a question less, mostly."""

STANDS_OUT: Final = 0.8
"""From which part on of the distance that the best of so many would have by chance alone one counts."""

WORDED: Final = 0.5
"""The same for one that has words of the question."""

WORDS: Final = 12
"""Words of a question that are looked for, the longest."""

SHORTEST: Final = 3
"""Letters of such a word, unless every letter is one."""

PAIRS: Final = 12
"""Pairs of letters that are looked for where words have no blanks between them."""

SHARE: Final = 4
"""The part of them that a piece has to have: one in four."""

_WORDS = re.compile(r"\w+")
_PAIRS = re.compile(r"(?=([\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]{2}))")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]|\d")


class Library:
    """Looks things up. What a room knows is kept at hand until somebody changes what is known."""

    def __init__(self, store: Store, matrices: Matrices | None = None) -> None:
        self._store = store
        self._matrices = matrices or Matrices()
        self._changes = 0

    def forget(self) -> None:
        """Something is known that was not, or no more."""
        self._changes += 1
        self._matrices.clear()

    async def consult(
        self, question: Question, link: Callable[[KnownFile, Piece], str]
    ) -> tuple[Passage, ...]:
        """What may bear on a question, the best first. `link`: where a piece can be read. Raises
        StorageError."""
        key = question.key
        if not (files := {file.id: file for file in await self._store.known(key)}):
            return ()
        worded = await self._worded(question)
        likenesses = await self._likenesses(question)
        chosen = chosen_of(worded, likenesses)
        if not chosen:
            return ()
        pieces = [one for one in await self._store.pieces(key, chosen) if one.file_id in files]
        near = likenesses.of if likenesses else lambda _: None
        return tuple(
            passage(files[one.file_id], one, near(one.id) or 0.0, link(files[one.file_id], one))
            for one in fitting(pieces)
        )

    async def _worded(self, question: Question) -> Sequence[int]:
        """What has words of it, the best first. The index of words has none of a text without blanks."""
        found = await self._store.pieces_worded(question.key, words_of(question.text), CANDIDATES)
        if not (pairs := pairs_of(question.text)):
            return found
        least = -(-len(pairs) // SHARE)
        return merged([found, await self._store.pieces_paired(question.key, pairs, least, CANDIDATES)])

    async def _likenesses(self, question: Question) -> Likenesses | None:
        """How like the question all is that is placed. None: nothing is, or it cannot be compared now."""
        try:
            matrix = await self._matrix(question.key, question.embedder.space)
        except TROUBLES as exc:
            tell("looked up by words alone", exc)
            return None
        if not len(matrix) or (placed := await question.place()) is None:
            return None
        return await asyncio.to_thread(partial(matrix.likenesses, placed.vectors[0]))

    async def _matrix(self, key: ChannelKey, space: str) -> Matrix:
        if (kept := self._matrices.get(key, space)) is not None:
            return kept
        changes = self._changes
        read = await asyncio.to_thread(Matrix.of, await self._store.pieces_placed(key, space))
        if changes == self._changes:
            self._matrices.put(key, space, read)
        return read


def words_of(question: str) -> list[str]:
    """What is looked for by words: the longest ones, each once; short ones stand everywhere."""
    found = dict.fromkeys(word.lower() for word in _WORDS.findall(question))
    telling = [word for word in found if len(word) >= SHORTEST or _WIDE.search(word)]
    return sorted(telling, key=len, reverse=True)[:WORDS]


def pairs_of(question: str) -> list[str]:
    """Neighbouring letters of scripts whose words have no blanks between them, each pair once; Japanese
    endings are everywhere, and are none."""
    return list(dict.fromkeys(_PAIRS.findall(question)))[:PAIRS]


def chosen_of(worded: Sequence[int], likenesses: Likenesses | None) -> tuple[int, ...]:
    """The pieces that count among those found, the best first. Those that lie nowhere yet count by their
    words."""
    if likenesses is None:
        return tuple(worded)
    like = {near.id: near.likeness for near in likenesses.nearest(CANDIDATES)}
    words = frozenset(worded)
    needs = least(likenesses)
    return tuple(
        each
        for each in merged([tuple(like), worded])
        if (near := like.get(each, likenesses.of(each))) is None or near >= needs[each in words]
    )


def least(likenesses: Likenesses) -> tuple[float, float]:
    """How near a piece has to lie that counts; and one that has words of the question. Among many, the best
    of what has nothing to do with a question lies `sqrt(2 ln n)` deviations nearer than most."""
    count = len(likenesses.values)
    if count < FEW:
        return NEAR, 0.0
    usual, spread = float(likenesses.values.mean()), float(likenesses.values.std())
    best = math.sqrt(2 * math.log(count)) * spread
    return usual + STANDS_OUT * best, usual + WORDED * best


def fitting(pieces: Sequence[Piece]) -> list[Piece]:
    """As many of the best as a question is shown."""
    left, found = TOKENS, list[Piece]()
    for piece in pieces[:CANDIDATES]:
        if (weight := estimate_tokens(piece.text)) <= left and len(found) < MOST:
            found.append(piece)
            left -= weight
    return found


def passage(file: KnownFile, piece: Piece, likeness: float, link: str = "") -> Passage:
    """A piece as a turn is shown it."""
    return Passage(
        "knowledge",
        piece.text,
        name=file.name,
        page=piece.page,
        section=piece.section,
        message_id=file.said.id,
        link=link,
        file_id=file.id,
        position=piece.position,
        likeness=likeness,
    )
