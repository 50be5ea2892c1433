"""What in a model's Markdown is to be read otherwise than Markdown reads it. Pure.

HTML is shown as it was written, for it is rarely meant as such and never trusted; tables that a phone has no
room for become lists; dollars are money unless what stands between them is a formula; sources and footnotes
that Markdown would leave out, because no link leads there, are shown as they were written.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pyromark
from telegramify_markdown.converter import STANDARD_OPTIONS

from bot.delivery.tables import drawn

WIDEST: Final = 40
"""Characters of a line of a table that a phone still shows whole."""
DOLLAR: Final = "\ufdd0"
"""A character that no text has."""

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FORMULA = re.compile(r"\\\((?P<inline>[^$\n]+?)\\\)|\\\[(?P<display>(?:(?!\n\s*\n)[^$])+?)\\\]")
_LABEL = re.compile(r"\[([^\[\]\n]+)\]")
_SOURCE = re.compile(
    r"^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*(?=\[(?P<label>[^\[\]\n]+)\]:(?P<web>\s*<?https?://)?)",
    re.IGNORECASE | re.MULTILINE,
)
_BESIDE = re.compile(r"\[([^\[\]\n]+)\](?=\[([^\[\]\n]+)\])")
_DEEP = re.compile(r"^((?:[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]){12})(?=[ \t>]*[-+*\d])", re.MULTILINE)
"""More lists in each other than anybody means: the parser takes seconds over hundreds of them."""
_OTHERWISE = re.compile(r"\\[(\[]|<br|\]:|(?:[-+*.)][ \t][\d> \t]*){12}", re.IGNORECASE)
_NO_MATHS: Final = STANDARD_OPTIONS & ~pyromark.Options.ENABLE_MATH
_LATEX = re.compile(r"\\[A-Za-z]|[\^_{}]")
_PROSE = re.compile(r"[^\W\d_A-Z]{3,}|(?<!\S)[^\W\d_A-Z]{2,}(?!\S)")


@dataclass(frozen=True, slots=True)
class _Sources:
    """How often each label is in a text, and which of them name an address."""

    labels: Counter[str]
    known: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "_Sources":
        labels = Counter(label.casefold() for label in _LABEL.findall(text))
        known = (found["label"].casefold() for found in _SOURCE.finditer(text) if found["web"])
        return cls(labels, frozenset(known))

    def told(self, found: re.Match[str]) -> str:
        """What stands before a source: nothing more when a link shows where it is, else what makes it
        words."""
        linked = found["web"] and self.labels[found["label"].casefold()] > 1
        return found[0] if linked else found[0] + "\\"

    def parted(self, found: re.Match[str]) -> str:
        """Two sources that are named beside each other: Markdown would make one link of both."""
        both = {found[1].casefold(), found[2].casefold()} <= self.known
        return f"{found[0]} " if both else found[0]


def understood(text: str, *, tight: bool = False) -> str:
    """The text with what is not meant as Markdown escaped, and what is no Markdown but meant, made some. In
    code DOLLAR stands for a dollar. `tight`: no table takes more room than it did."""
    text = drawn(text, WIDEST, tight=tight)
    text = _withheld(_outside_code(text))
    while places := _literal(text):
        text = _escaped(text, places)
    return text


def _withheld(text: str) -> str:
    """The text with a stand-in for each dollar in code, which the parser would take for a formula's."""
    if "$" not in text:
        return text
    source, place = text.encode(), 0
    parts: list[bytes] = []
    for start, end in _code(text):
        parts += (source[place:start], source[start:end].replace(b"$", DOLLAR.encode()))
        place = end
    return b"".join((*parts, source[place:])).decode()


def _outside_code(text: str) -> str:
    """Line breaks and formulas in other notations as Markdown has them, and what it would leave out."""
    if not _OTHERWISE.search(text):
        return text
    source, place = text.encode(), 0
    sources = _Sources.of(text)
    parts: list[str] = []
    for start, end in _code(text):
        parts += (_meant(source[place:start].decode(), sources), source[start:end].decode())
        place = end
    return "".join((*parts, _meant(source[place:].decode(), sources)))


def _meant(text: str, sources: _Sources) -> str:
    text = _DEEP.sub("\\1\u2060", _FORMULA.sub(_formula, _BREAK.sub("  \n", text)))
    return _SOURCE.sub(sources.told, _BESIDE.sub(sources.parted, text))


def _formula(found: re.Match[str]) -> str:
    inline = found["inline"]
    body = (inline or found["display"]).strip()
    if not _maths(body):
        return found[0]
    return f"${body}$" if inline else f"$${body}$$"


def _events(text: str, options: pyromark.Options = STANDARD_OPTIONS) -> Iterator[tuple[Any, int, int]]:
    """What the parser finds, and where, in bytes."""
    for event, span in pyromark.events_with_range(text, options=options):
        yield event, span["start"], span["end"]


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Where code is, in order, in bytes; a price in front of it begins no formula that reaches into it."""
    for event, start, end in _events(text, _NO_MATHS):
        if isinstance(event, dict):
            begun = event.get("Start")
            if "Code" in event or (isinstance(begun, dict) and "CodeBlock" in begun):
                yield start, end


def _literal(text: str) -> list[int]:
    """Where a sign stands, in bytes, that is to be read as itself."""
    if "<" not in text and "$" not in text:
        return []
    source, places = text.encode(), []
    for event, start, end in _events(text):
        if not isinstance(event, dict):
            continue
        if "InlineHtml" in event or "Html" in event:
            begins = start + len(source[start:end]) - len(source[start:end].lstrip())
            places += [begins] if source[begins : begins + 1] == b"<" else []
        elif "InlineMath" in event and not _formal(source, start, end):
            places += [start, end - 1]
    return places


def _formal(source: bytes, start: int, end: int) -> bool:
    """Whether what stands between two dollars is a formula."""
    beside = source[max(0, start - 1) : start] + source[end : end + 1]
    if re.search(rb"\w", beside):
        return False
    return _maths(source[start + 1 : end - 1].decode())


def _maths(words: str) -> bool:
    """Whether it reads like a formula, and not like prose."""
    return bool(words) and (bool(_LATEX.search(words)) or not _PROSE.search(words))


def _escaped(text: str, places: list[int]) -> str:
    source = text.encode()
    bounds = [0, *sorted(set(places)), len(source)]
    return b"\\".join(source[start:end] for start, end in pairwise(bounds)).decode()
