"""What files of a room say, as the stand-in is shown it with a question, and what of it answers one. Pure."""

import re
from dataclasses import dataclass, field
from typing import Final

_SHOWN: Final = re.compile(
    r"\n*⟦knowledge of this room⟧\n(?P<pieces>.*)\n⟦end of the knowledge⟧\s*", re.DOTALL
)
_PIECE: Final = re.compile(r"⟦source (\d+): [^⟧\n]*⟧\n")
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_WORDS: Final = re.compile(r"\w{4,}")
ENOUGH: Final = 2
"""Words that a sentence shares with a question to be an answer to it."""


@dataclass(frozen=True, slots=True)
class Known:
    """A piece of a file, and the number by which it is cited."""

    number: int
    text: str = field(repr=False)


def apart(message: str) -> tuple[str, tuple[Known, ...]]:
    """What a person said, and the pieces of files that were shown with it."""
    shown = _SHOWN.search(message)
    if shown is None:
        return message, ()
    _, *parts = _PIECE.split(shown["pieces"])
    pieces = zip(parts[::2], parts[1::2], strict=True)
    said = f"{message[: shown.start()]}\n{message[shown.end() :]}".strip()
    return said, tuple(Known(int(number), text.strip()) for number, text in pieces)


def found(question: str, known: tuple[Known, ...]) -> str:
    """The sentence that has most of a question's words, cited. Empty: none has enough of them."""
    wanted = _words(question)
    sentences = [(one.number, line.strip()) for one in known for line in _SENTENCES.split(one.text)]
    scored = [(len(wanted & _words(line)), number, line) for number, line in sentences]
    most, number, line = max(scored, key=lambda each: each[0], default=(0, 0, ""))
    if most < ENOUGH:
        return ""
    return f"In the files of this room I found: “{line.lstrip('#-* ')}” [{number}]"


def _words(text: str) -> set[str]:
    """The telling words, without their endings as far as a letter goes."""
    return {word.lower().rstrip("s") for word in _WORDS.findall(text)}
