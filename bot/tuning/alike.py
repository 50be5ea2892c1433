"""Whether two texts say the same in nearly the same words. Pure."""

import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

ALIKE: Final = 0.9
"""The part of what either of two texts has that both have, from which on they count as one."""
SHINGLE: Final = 3
"""Words that are compared at a time."""

_WORD = re.compile(r"\w+")


def normal(text: str) -> str:
    """The text as it is compared: one form of each letter, no capitals, single blanks, no punctuation."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def shingles(text: str, words: int = SHINGLE) -> frozenset[str]:
    """So many words at a time of a normal text; all of it where it has fewer."""
    found = text.split()
    if len(found) <= words:
        return frozenset({text})
    return frozenset(" ".join(found[at : at + words]) for at in range(len(found) - words + 1))


@dataclass(slots=True)
class Kept:
    """Texts of which no two are alike.

    Exact, and no comparison of each with each: two sets that share nine tenths share one of the first few of
    their members in any order that both are sorted in.
    """

    _sets: list[frozenset[str]] = field(default_factory=list)
    _having: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, found: frozenset[str]) -> bool:
        """Keep one, unless one like it is kept; whether it was."""
        first = sorted(found)[: len(found) - math.ceil(ALIKE * len(found)) + 1]
        others = {number for shingle in first for number in self._having[shingle]}
        if any(likeness(found, self._sets[number]) >= ALIKE for number in others):
            return False
        for shingle in first:
            self._having[shingle].append(len(self._sets))
        self._sets.append(found)
        return True


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard's index, 0 to 1."""
    return len(one & other) / (len(one | other) or 1)
