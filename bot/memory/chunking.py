"""A file's text in pieces that are found one by one, each with the page or the section it stands in. Pure."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bot.messages import Document
from bot.reading.cutting import PAGE
from bot.records import Piece
from bot.text import estimate_tokens

TOKENS: Final = 300
"""Of one piece at most, as estimated."""

LEAST: Final = 100
"""Tokens from which on a piece ends where a section does."""

OVERLAP: Final = 40
"""Tokens that a piece may repeat of the one before: what a cut parts may belong together."""

STEP: Final = 60
"""Tokens of what is never cut but at a blank: a sentence, a line."""

UNBROKEN: Final = 120
"""Characters without a blank after which one is cut all the same."""

TITLE: Final = 80
"""Characters of a section's name."""

HEADED: Final = frozenset({"md", "markdown", "mdx", "docx", "html", "htm", "xhtml"})
"""How the names of files end in which a line that begins with # is a heading."""

_HEADING = re.compile(r"#{1,6}[ \t]+(\S.*?)[ \t#]*")
_FENCE = re.compile(r"[ \t]{0,3}(?:`{3,}|~{3,})")
_PARTS = re.compile(r".+?(?:\n\s*|[.!?…][\"')\]»”]*[^\S\n]+|[。！？]|$)", re.DOTALL)
"""Sentences and lines, with the white space behind them."""

_WORDS = re.compile(rf"\s*(?:\S{{1,{UNBROKEN}}})\s*")
_BLANKS = re.compile(r"\n{3,}")
_GAP = re.compile(r"([^\S\n]{40})[^\S\n]+")
"""White space that is as wide as a page: more of it says nothing, and weighs nothing, but is sent all the
same."""

BLANK, SENTENCE, LINE, PARAGRAPH = range(4)
"""Where a text may be cut, the worst place first."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is not cut any more: from `start` to `end`; `cut`: how good a place its end is."""

    start: int
    end: int
    weight: int
    cut: int


def chunks(document: Document) -> Iterator[Piece]:
    """All of a file's text, in order."""
    for page, given in _pages(document):
        stretch = tidied(given)
        headings = _headings(stretch) if _headed(document.name) else ()
        starts = frozenset(place for place, _ in headings)
        for start, end in spans(stretch, starts):
            text = stretch[start:end].strip("\n").rstrip()
            if text.strip():
                above = bisect(headings, start, key=lambda heading: heading[0])
                yield Piece(text, page, headings[above - 1][1] if above else "")


def tidied(text: str) -> str:
    """A text without blanks at the ends of its lines, with few of them between words, and with one empty line
    where there are more."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANKS.sub("\n\n", _GAP.sub(r"\1", lines)).strip("\n")


def spans(text: str, headings: frozenset[int] = frozenset()) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text begin and end. `headings`: places where a new one may rather begin."""
    parts = tuple(_parts(text))
    first = 0
    while first < len(parts):
        last = _last(parts, first, headings)
        yield parts[first].start, parts[last - 1].end
        if last == len(parts):
            return
        first = last if parts[last].start in headings else _again(parts, first, last)


def _last(parts: Sequence[_Part], first: int, headings: frozenset[int]) -> int:
    """Behind which part a piece ends that begins with `first`: where most ends of what fits."""
    weights = list(accumulate((part.weight for part in parts[first : first + TOKENS]), initial=0))
    fits = [count for count in range(1, len(weights)) if weights[count] <= TOKENS] or [1]
    for count in fits:
        if first + count < len(parts) and parts[first + count].start in headings and weights[count] >= LEAST:
            return first + count
    if first + fits[-1] == len(parts):
        return len(parts)
    far = [count for count in fits if weights[count] >= TOKENS // 2] or fits[-1:]
    return first + max(far, key=lambda count: (parts[first + count - 1].cut, count))


def _again(parts: Sequence[_Part], first: int, last: int) -> int:
    """The part with which the next piece begins: a little before the end of the one before."""
    start, left = last, OVERLAP
    while start - 1 > first and parts[start - 1].weight <= left:
        start -= 1
        left -= parts[start].weight
    return start


def _parts(text: str) -> Iterator[_Part]:
    """Sentences and lines, and the longer ones in pieces of their own. All of the text, without a gap."""
    for found in _PARTS.finditer(text):
        sentence, start = found[0], found.start()
        end = PARAGRAPH if sentence.count("\n") > 1 else LINE if "\n" in sentence else SENTENCE
        weight = estimate_tokens(sentence) + 1
        if weight <= STEP and len(sentence) <= STEP * UNBROKEN:
            yield _Part(start, found.end(), weight, end)
            continue
        for piece in _pieces(sentence):
            start += len(piece)
            last = start == found.end()
            yield _Part(start - len(piece), start, estimate_tokens(piece) + 1, end if last else BLANK)


def _pieces(sentence: str) -> Iterator[str]:
    """A long sentence in pieces of at most STEP tokens, where that can be."""
    piece, weight = "", 0
    for found in _WORDS.finditer(sentence):
        word = found[0]
        heavy = estimate_tokens(word) + 1
        if piece and weight + heavy > STEP:
            yield piece
            piece, weight = "", 0
        piece, weight = piece + word, weight + heavy
    if piece:
        yield piece


def _pages(document: Document) -> Iterator[tuple[int, str]]:
    """A document's pages with their numbers, or all of it as one that has none."""
    marks = list(PAGE.finditer(document.text)) if document.pages else []
    if not marks:
        yield 0, document.text
    ends = [mark.start() for mark in marks[1:]]
    for mark, end in zip(marks, (*ends, len(document.text)), strict=True) if marks else ():
        text = document.text[mark.end() : end].strip()
        yield int(mark[1]), "" if text == "(no text)" else text


def _headed(name: str) -> bool:
    return name.rpartition(".")[2].lower() in HEADED


def _headings(text: str) -> tuple[tuple[int, str], ...]:
    """Where headings stand, and what they say; what looks so in a block of code is none."""
    found, place, fenced = [], 0, False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (heading := _HEADING.fullmatch(line.rstrip())):
            found.append((place, " ".join(heading[1].split())[:TITLE]))
        place += len(line)
    return tuple(found)
