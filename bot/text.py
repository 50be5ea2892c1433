"""Words, the marks that are none, and how many tokens they are. Pure."""

import re
from functools import lru_cache

CONTINUE = "Continue exactly where you stopped. Do not repeat anything."
"""What a model is told when a person presses Continue."""

_CLASSES = re.compile(
    r"(?P<word>[A-Za-z\u00c0-\u024f]+)|(?P<digits>\d+)|(?P<kana>[\u3040-\u30ff])|(?P<wide>[\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff])"
    r"|(?P<letters>[^\W\d_]+)|(?P<symbols>.)"
)

_LINE = 0.9
"""Tokens of one or two line breaks; a space belongs to the word behind it."""

REMEMBERED = 32_768
"""Texts whose weight is remembered."""

_weighed: dict[int, int] = {}


def unmarked(text: str) -> str:
    """The text without the marks that only Parley writes."""
    return text.replace("⟦", "[").replace("⟧", "]")


def estimate_tokens(text: str) -> int:
    """Guess a text's tokens from its classes of characters: within a tenth for prose and code.

    Calibrated afterwards by what the service reports (`Settlement.calibration`). A room's past is weighed at
    every turn: what texts weigh is remembered by their hashes, and nothing of them is.
    """
    mark = hash(text)
    if (known := _weighed.get(mark)) is None:
        if len(_weighed) >= REMEMBERED:
            _weighed.clear()
        known = _weighed[mark] = _estimated(text)
    return known


def _estimated(text: str) -> int:
    lines = text.count("\n") - text.count("\n\n")
    return round(_LINE * lines + sum(map(_tokens, text.split())))


@lru_cache(maxsize=16_384)
def _tokens(word: str) -> float:
    """Tokens of one word and its punctuation. Remembered, for people repeat their words."""
    return sum(map(_weight, _CLASSES.finditer(word)))


def _weight(match: re.Match[str]) -> float:
    """Tokens of one run of characters, in the manner of the byte-pair encodings in use."""
    length = match.end() - match.start()
    match match.lastgroup:
        case "word":
            return 1.0 if length <= 7 else 1.0 + (length - 7) / 4.5
        case "digits":
            return (length + 2) // 3
        case "kana":
            return 0.85
        case "wide":
            return 0.6
        case "letters":
            return max(1.0, length / 2.8)
        case _:
            return 0.75 if match.group().isascii() else 1.8
