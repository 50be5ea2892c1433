"""Where a text lies by its words and pieces of words: enough to find it again by others like them. Pure.

No meaning is known: “dog” is like “dogs” and not like “puppy”.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final
from zlib import crc32

DIMS: Final = 384

_WORDS = re.compile(r"[^\W_]+")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that put no blanks between words: every letter tells something, and so does every pair."""

_PIECES: Final = 0.55
"""What all pieces of a word weigh beside the word."""


def placement(text: str) -> tuple[float, ...]:
    """A vector of length 1; of a text without words, of zeros."""
    found: Counter[str] = Counter(_words(text))
    vector = [0.0] * DIMS
    for word, count in found.items():
        often = 1.0 + math.log(count)
        for place, weight in _features(word):
            vector[place] += weight * often
    length = math.sqrt(sum(value * value for value in vector))
    return tuple(value / length for value in vector) if length else tuple(vector)


def _words(text: str) -> list[str]:
    """The words in small letters without accents; of scripts without blanks, letters and pairs of them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = []
    for word in _WORDS.findall(plain):
        if _WIDE.search(word):
            words += [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
        else:
            words.append(word[:40])
    return words


@lru_cache(maxsize=16_384)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    """The places that a word and its pieces of three letters have, and how much they weigh there. Two
    features on the same place cancel out as often as they add up."""
    weight = _weight(word)
    pieces = [f"<{word}>"[at : at + 3] for at in range(len(word))] if len(word) > 3 else []
    share = weight * _PIECES / math.sqrt(len(pieces)) if pieces else 0.0
    return tuple([_place(f"w{word}", weight), *(_place(f"p{piece}", share) for piece in pieces)])


def _weight(word: str) -> float:
    """Short words are the frequent ones, and say little; figures say more than their length."""
    if _WIDE.search(word):
        return 1.0 if len(word) > 1 else 0.4
    if word.isdigit():
        return 1.0
    return min(1.0, float((len(word) / 6) ** 1.5))


def _place(feature: str, weight: float) -> tuple[int, float]:
    hashed = crc32(feature.encode())
    return hashed % DIMS, weight if hashed & 0x80000000 else -weight
