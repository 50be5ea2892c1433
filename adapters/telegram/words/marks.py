"""What of a text is bold, code or a link, by the places of its characters. Pure.

Telegram takes no entity inside code and no quotation inside another, counts in UTF-16 units, and shows a
hundred entities of a message.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from telegram import MessageEntity

from adapters.telegram.words.said import Said

MOST: Final = 100
"""Entities that Telegram takes with a message."""

CODE: Final = frozenset({MessageEntity.CODE, MessageEntity.PRE})
STYLES: Final = frozenset(
    {
        MessageEntity.BOLD,
        MessageEntity.ITALIC,
        MessageEntity.UNDERLINE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.SPOILER,
    }
)
QUOTES: Final = frozenset({MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE})
LINK: Final = MessageEntity.TEXT_LINK
LEAD: Final = "\u2060\n"
"""Keeps what follows it from being the beginning of a message."""
_KINDS: Final = CODE | STYLES | QUOTES | {LINK}
_RANK: Final = {MessageEntity.PRE: 0, LINK: 1, MessageEntity.CODE: 2} | dict.fromkeys(QUOTES, 3)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the characters from `start` up to `end` are."""

    kind: str
    start: int
    end: int
    url: str = field(default="", repr=False)
    language: str = ""

    def meets(self, other: "Mark") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its marks."""

    text: str = field(repr=False)
    marks: tuple[Mark, ...] = ()

    def code(self) -> list[Mark]:
        """Its code, in order."""
        return [mark for mark in self.marks if mark.kind in CODE]


@dataclass(frozen=True, slots=True)
class Change:
    """Other words for those from `start` up to `end`."""

    start: int
    end: int
    text: str = field(repr=False)


def spliced(given: Marked, changes: Iterable[Change]) -> Marked:
    """The text with all changes, which do not overlap; marks go on covering what they covered."""
    parts: list[str] = []
    moves: list[tuple[int, int, int, int]] = []
    place = length = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        kept = given.text[place : change.start]
        length += len(kept)
        parts += (kept, change.text)
        moves.append((change.start, change.end, length, length + len(change.text)))
        length += len(change.text)
        place = change.end
    parts.append(given.text[place:])
    if not moves:
        return given
    moved = _Moved(moves)
    marks = (replace(mark, start=moved.begins(mark.start), end=moved.ends(mark.end)) for mark in given.marks)
    return Marked("".join(parts), tuple(mark for mark in marks if mark.start < mark.end))


class _Moved:
    """Where places are after changes: (start, end) became (start, end)."""

    def __init__(self, moves: Sequence[tuple[int, int, int, int]]) -> None:
        self._moves = moves
        self._starts = [move[0] for move in moves]

    def begins(self, place: int) -> int:
        """A mark's beginning: behind what is put in before it."""
        return self._at(place, self._before(place, including=True), begin=True)

    def ends(self, place: int) -> int:
        """A mark's end: before what is put in behind it."""
        return self._at(place, self._before(place, including=False), begin=False)

    def _before(self, place: int, *, including: bool) -> int:
        """How many changes begin before a place, or there; one that only puts something in."""
        count = bisect_left(self._starts, place)
        while including and count < len(self._moves):
            start, end, *_ = self._moves[count]
            if not start == end == place:
                break
            count += 1
        return count

    def _at(self, place: int, count: int, *, begin: bool) -> int:
        if not count:
            return place
        start, end, first, last = self._moves[count - 1]
        if start < place < end:
            return first if begin else last
        return last + place - end


def tidied(given: Marked) -> Marked:
    """The same, as Telegram takes it: nothing in code, links without code, no mark across another's end."""
    known = [mark for mark in given.marks if mark.kind in _KINDS and mark.start < mark.end]
    links = _apart(mark for mark in known if mark.kind == LINK)
    code = [mark for mark in _apart(m for m in known if m.kind in CODE) if not _met(mark, links)]
    styles = (part for mark in known if mark.kind in STYLES for part in _around(mark, code))
    quotes = [
        mark
        for mark in _apart(m for m in known if m.kind in QUOTES)
        if not any(_across(mark, other) for other in (*code, *links))
    ]
    return Marked(given.text, tuple(_nested([*code, *links, *quotes, *styles])))


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    """Those that overlap none before them, the wider first."""
    found: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if not found or mark.start >= found[-1].end:
            found.append(mark)
    return found


def _met(mark: Mark, others: Sequence[Mark]) -> bool:
    return any(mark.meets(other) for other in others)


def _across(one: Mark, other: Mark) -> bool:
    """Whether each of them has an end inside the other."""
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end


def _around(mark: Mark, code: Sequence[Mark]) -> Iterator[Mark]:
    """A style's parts that lie beside the code in it."""
    start = mark.start
    for one in code:
        if one.end <= start or one.start >= mark.end:
            continue
        if start < one.start:
            yield replace(mark, start=start, end=one.start)
        start = one.end
    if start < mark.end:
        yield replace(mark, start=start)


def _nested(marks: Iterable[Mark]) -> list[Mark]:
    """Each cut where one that holds its beginning ends."""
    found: list[Mark] = []
    ends: list[int] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end, _RANK.get(mark.kind, len(_RANK)))):
        while ends and ends[-1] <= mark.start:
            ends.pop()
        end = min([mark.end, *ends[-1:]])
        found.append(replace(mark, end=end))
        ends.append(end)
    return found


def fewest(given: Marked) -> Marked:
    """The text with as many marks as Telegram shows: what is lost without them first."""
    if len(given.marks) <= MOST:
        return given
    chosen = sorted(given.marks, key=lambda mark: _RANK.get(mark.kind, len(_RANK)))[:MOST]
    return replace(given, marks=tuple(sorted(chosen, key=lambda mark: (mark.start, -mark.end))))


def said(given: Marked) -> Said:
    """The text and its entities, without white space at the end. Telegram strips the beginning, too:
    code that goes on there keeps its first line's indentation behind a line that seems empty."""
    text, marks = given.text.rstrip(), given.marks
    if text[:1] in {" ", "\t"} and any(mark.kind == MessageEntity.PRE and not mark.start for mark in marks):
        text = LEAD + text
        marks = tuple(replace(mark, start=mark.start + len(LEAD), end=mark.end + len(LEAD)) for mark in marks)
    places = _widths(text)
    entities = (_entity(mark, places) for mark in marks if mark.start < len(text))
    return Said(text, tuple(entities))


def _entity(mark: Mark, places: Sequence[int]) -> MessageEntity:
    start = places[mark.start]
    length = places[min(mark.end, len(places) - 1)] - start
    return MessageEntity(mark.kind, start, length, url=mark.url or None, language=mark.language or None)


def _widths(text: str) -> list[int]:
    """For each character's place, and the text's end: the same in UTF-16 units."""
    found = [0]
    for char in text:
        found.append(found[-1] + (2 if char > "\uffff" else 1))
    return found
