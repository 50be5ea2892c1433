"""What a character may stand for when somebody disguises a word. Pure.

Capitals, accents, widths and what nobody sees count for nothing; letters of one script stand for those of
another that look like them; digits and signs may be the letters that they imitate.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Letter:
    """One of them. `own`: the letter that it is, `also`: those that it may stand for. `parts`: it separates
    letters; `word`: it belongs to a word, which has no border beside it."""

    own: str = ""
    also: frozenset[str] = frozenset()
    parts: bool = False
    word: bool = False

    def is_for(self, letter: str) -> bool:
        """Whether it may stand for a letter."""
        return letter == self.own or letter in self.also


LOOK_ALIKES: Final = str.maketrans(
    "авекмнорстухіјѕһԁԛԝгпьαβεηικνορτυχγωıłøđħŧɑɡƒðɩᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢօսոհ",
    "abekmhopctyxijshdqwrnbabenikvoptuxywilodhtagfdiabcdefghijklmnoprstuvwyzounh",
)
"""Letters of other scripts, and some of our own, as the Latin ones that they look like."""

IMITATES: Final = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "€": "e",
}

_MARKUP: Final = frozenset("*_~`|\\")
"""What may vanish when a text is shown: it hides in words, and hides no word."""

_BLANKS: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u180b\u180c\u180d\u180f")
_ENCLOSED: Final = ((0x1F150, 0x1F169), (0x1F170, 0x1F189), (0x1F1E6, 0x1F1FF))
"""Letters in black circles and squares, and those that flags are spelt with."""

SPACELESS: Final = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
"""Scripts that put nothing between words."""

HANGUL: Final = (0xAC00, 0xD7A3)
"""Syllables that stay whole; endings are written on to words."""


def letters(text: str) -> tuple[Letter, ...]:
    """The letters of a text, without what hides."""
    return tuple(letter for character in text for letter in letters_of(character))


@lru_cache(maxsize=16_384)
def letters_of(character: str) -> tuple[Letter, ...]:
    """What one character stands for; nothing: nobody sees it, or it only changes the one before."""
    if character in _MARKUP or _hidden(character):
        return ()
    plain = character if within(character, (HANGUL,)) else unicodedata.normalize("NFKD", character)
    told = "".join(_latin(one) for one in plain).casefold().translate(LOOK_ALIKES)
    return tuple(_letter(one) for one in told if not (unicodedata.combining(one) or _hidden(one)))


def borderless(letter: str) -> bool:
    """Whether words have no visible border beside such a letter."""
    return within(letter, (*SPACELESS, HANGUL))


def within(character: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a character is in one of these ranges of code points."""
    return any(first <= ord(character) <= last for first, last in ranges)


def _letter(one: str) -> Letter:
    also = frozenset(IMITATES.get(one, ""))
    if one.isalnum() or unicodedata.category(one).startswith("M"):
        return Letter(one, also, word=True)
    return Letter("", also, parts=True)


def _latin(one: str) -> str:
    """A letter out of its circle or square."""
    for first, last in _ENCLOSED:
        if first <= ord(one) <= last:
            return chr(ord("a") + ord(one) - first)
    return {"æ": "ae", "œ": "oe", "Æ": "ae", "Œ": "oe"}.get(one, one)


def _hidden(one: str) -> bool:
    """Whether nobody sees it."""
    selector = within(one, ((0xFE00, 0xFE0F), (0xE0000, 0xE0FFF)))
    return selector or one in _BLANKS or unicodedata.category(one) in ("Cf", "Me")
