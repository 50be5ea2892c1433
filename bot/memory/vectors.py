"""Likeness of texts: vectors as bytes, and many of them side by side. Pure.

numpy is loaded when the first vector is looked at: most rooms never need one.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMS: Final = 384
"""Numbers of a vector at most: of a longer one the first are kept (docs/decisions/0024)."""

ENOUGH: Final = 50
"""Vectors from which on one can say what is usual among them."""

_LEAST: Final = 1e-3
"""Added to every spread: a number that is always the same tells nothing."""

_BLOCK: Final = 1024
"""Vectors that are multiplied at once: they and their floats fit a processor's cache."""


@cache
def _numpy() -> ModuleType:
    """numpy, whose own threads would only wait for cores that others have."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import numpy

    return numpy


def packed(vectors: Sequence[Sequence[float]]) -> tuple[bytes, ...]:
    """Vectors as signed bytes, each scaled so that its largest number is 127: likeness is off by less than
    0.005. Of a vector of more than `DIMS` numbers the first are kept. Takes a millisecond for a dozen."""
    if not vectors:
        return ()
    np = _numpy()
    rows = np.asarray([vector[:DIMS] for vector in vectors], dtype=np.float64)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    scaled = rows / np.where(largest > 0, largest, 1) * 127
    return tuple(row.tobytes() for row in np.rint(scaled).astype(np.int8))


@dataclass(frozen=True, slots=True)
class Near:
    """How near to a question one text is, from -1 to 1."""

    id: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Likenesses:
    """How near all texts of a matrix are to one question."""

    ids: "NDArray[np.int64]"
    values: "NDArray[np.float32]"

    @property
    def usual(self) -> tuple[float, float]:
        """How near most of them are, and how much that varies: models differ widely in it. Of a few
        vectors one cannot say how much: 0."""
        if not len(self.values):
            return (0.0, 0.0)
        spread = float(self.values.std()) if len(self.values) >= ENOUGH else 0.0
        return (float(self.values.mean()), spread)

    def nearest(self, count: int) -> tuple[Near, ...]:
        """The nearest ones, the best first."""
        np = _numpy()
        count = min(count, len(self.values))
        best = np.argpartition(-self.values, count - 1)[:count] if count else self.values[:0].astype(int)
        ordered = best[np.argsort(-self.values[best], kind="stable")]
        return tuple(Near(int(self.ids[place]), float(self.values[place])) for place in ordered)

    def of(self, wanted: int) -> float | None:
        """How near one of them is. None: it is not among them."""
        place = int(_numpy().searchsorted(self.ids, wanted))
        there = place < len(self.ids) and int(self.ids[place]) == wanted
        return float(self.values[place]) if there else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """The vectors of one room in one space, by their texts' ids in order. All have the same length."""

    ids: "NDArray[np.int64]"
    rows: "NDArray[np.int8]"
    lengths: "NDArray[np.float32]"
    common: "NDArray[np.float32]"
    """What all of them share: their mean."""
    spread: "NDArray[np.float32]"
    """How much they differ, by number."""

    @classmethod
    def of(cls, vectors: Sequence[tuple[int, bytes]]) -> "Matrix":
        """Put them side by side: those that are as long as the last one. 20,000 take some 20 ms."""
        np = _numpy()
        dims = len(vectors[-1][1]) if vectors else 0
        kept = sorted((number, data) for number, data in vectors if len(data) == dims)
        rows = np.frombuffer(b"".join(data for _, data in kept), dtype=np.int8).reshape(len(kept), dims)
        ids = np.asarray([number for number, _ in kept], dtype=np.int64)
        return cls._of(ids, rows, _lengths(rows))

    @classmethod
    def _of(
        cls, ids: "NDArray[np.int64]", rows: "NDArray[np.int8]", lengths: "NDArray[np.float32]"
    ) -> "Matrix":
        np = _numpy()
        dims, count = rows.shape[1], max(1, len(rows))
        total, squares = np.zeros(dims), np.zeros(dims)
        for start in range(0, len(rows), _BLOCK):
            part = slice(start, start + _BLOCK)
            unit = rows[part].astype(np.float32) / lengths[part, None]
            total += unit.sum(axis=0)
            squares += np.einsum("ij,ij->j", unit, unit)
        mean = total / count
        spread = np.sqrt(np.maximum(squares / count - mean**2, 0))
        return cls(ids, rows, lengths, mean.astype(np.float32), spread.astype(np.float32))

    @property
    def size(self) -> int:
        """Bytes of memory, about: an empty one takes some, too."""
        return 1024 + int(self.ids.nbytes + self.rows.nbytes + self.lengths.nbytes)

    def __len__(self) -> int:
        return len(self.ids)

    def with_vectors(self, vectors: Sequence[tuple[int, bytes]]) -> "Matrix":
        """The same with these in it, in place of those that had their ids."""
        if not vectors:
            return self
        np = _numpy()
        others = ~np.isin(self.ids, [number for number, _ in vectors])
        added = Matrix.of(vectors)
        if len(self) and added.rows.shape[1] != self.rows.shape[1]:
            return added
        ids = np.concatenate([self.ids[others], added.ids])
        order = np.argsort(ids, kind="stable")
        rows = np.concatenate([self.rows[others], added.rows]) if len(self) else added.rows
        lengths = np.concatenate([self.lengths[others], added.lengths])
        return Matrix._of(ids[order], rows[order], lengths[order])

    def likenesses(self, question: bytes, *, after: int = 0, before: int | None = None) -> Likenesses:
        """How near to a question those lie whose ids are between `after` and `before`. What all texts
        of the room share counts nothing, and that in which they differ much counts less: it is what everybody
        says there. Takes some 2 ms for 20,000. A question of another length is like nothing."""
        np = _numpy()
        first = int(np.searchsorted(self.ids, after, side="right"))
        last = len(self) if before is None else int(np.searchsorted(self.ids, before))
        if len(question) != self.rows.shape[1]:
            first = last
        ids, rows = self.ids[first:last], self.rows[first:last]
        asked = self._told_apart(np.frombuffer(question, dtype=np.int8)) if len(rows) else None
        values = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _BLOCK):
            part = slice(start, start + _BLOCK)
            np.dot(rows[part].astype(np.float32), asked, out=values[part])
        return Likenesses(ids, values / self.lengths[first:last])

    def _told_apart(self, question: "NDArray[np.int8]") -> Any:
        """What sets a question apart from what is usual in the room, as a vector of length 1."""
        if len(self) < ENOUGH:
            return _unit(question)
        return _unit((_unit(question) - self.common) / _numpy().sqrt(self.spread + _LEAST))


def _lengths(rows: "NDArray[np.int8]") -> Any:
    """How long each vector is; one of nothing but zeros is like nothing, and counts as 1."""
    np = _numpy()
    found = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        part = rows[start : start + _BLOCK].astype(np.float32)
        found[start : start + _BLOCK] = np.sqrt(np.einsum("ij,ij->i", part, part))
    return np.where(found > 0, found, np.float32(1))


def _unit(vector: "NDArray[Any]") -> Any:
    np = _numpy()
    floats = vector.astype(np.float32)
    return floats / (float(np.sqrt(floats @ floats)) or 1.0)
