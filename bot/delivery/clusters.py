"""Where a text may be cut without breaking a character that people see as one. Pure."""

import unicodedata

ZWJ = "\u200d"
_BLANK = frozenset("\u2800\u3164\u115f\u1160\uffa0\u034f")
_EXTENDING = frozenset("\u200c\u200d\uff9e\uff9f\u0e33\u0eb3")
_VIRAMA = 9


def units(text: str) -> int:
    """A text's length in UTF-16 units, as chat platforms count it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def reach(text: str, start: int, end: int, room: int) -> int:
    """The furthest place up to `end` that `room` UTF-16 units lead to from `start`."""
    end = min(end, start + max(room, 0))
    if units(text[start:end]) <= max(room, 0):
        return end
    for place in range(start, end):
        room -= 2 if text[place] > "\uffff" else 1
        if room < 0:
            return place
    return end


def clipped(text: str, at_most: int) -> str:
    """A text of at most so many UTF-16 units; what was cut off is told by dots."""
    cut = reach(text, 0, len(text), at_most)
    return text if cut == len(text) else f"{text[: reach(text, 0, len(text), at_most - 1)].rstrip()}…"


def joined(text: str, place: int, start: int = 0) -> bool:
    """Whether a cut at `place` would break a cluster: the rules of UAX #29, on the side of not cutting.

    `start` is a place known to be a boundary; nothing before it is read.
    """
    if not start < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    if left < "\u0300" and right < "\u0300":
        return left == "\r" and right == "\n"
    if left in "\r\n":
        return False
    return (
        extends(right)
        or (left == ZWJ and not right.isspace())
        or _pair(text, place, start)
        or _syllable(left, right)
    )


def extends(char: str) -> bool:
    """Whether a character belongs to the one before it: marks, selectors, skin tones, tags."""
    if char < "\u0300":
        return False
    if unicodedata.category(char) in ("Mn", "Mc", "Me") or char in _EXTENDING:
        return True
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _pair(text: str, place: int, start: int) -> bool:
    """Whether a flag's two letters, or a surrogate pair that came as two, meet here."""
    left, right = text[place - 1], text[place]
    if "\ud800" <= left <= "\udbff" and "\udc00" <= right <= "\udfff":
        return True
    if not (_flag_letter(left) and _flag_letter(right)):
        return False
    first = place - 1
    while first > start and _flag_letter(text[first - 1]):
        first -= 1
    return (place - first) % 2 == 1


def _flag_letter(char: str) -> bool:
    """Whether it is a regional indicator: two of them are a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _syllable(left: str, right: str) -> bool:
    """Whether two letters are one syllable: Korean jamo, Indic consonants bound by a virama."""
    if "\u1160" <= right <= "\u11ff":
        return "\u1100" <= left <= "\u11ff" or "\uac00" <= left <= "\ud7a3"
    return unicodedata.combining(left) == _VIRAMA and unicodedata.category(right) == "Lo"


def shows(text: str) -> bool:
    """Whether there is anything to see: a platform refuses a message of blanks and invisible characters."""
    return any(_shows(char) for char in text)


def _shows(char: str) -> bool:
    if (
        char.isspace()
        or char in _BLANK
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    ):
        return False
    return (char.isascii() and char.isprintable()) or unicodedata.category(char) not in ("Cc", "Cf")
