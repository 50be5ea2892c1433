"""A long text as the messages that a platform takes. Pure.

Promises of `pieces(text, limit)`, for limits from 24 units up:
- no piece is longer than `limit` UTF-16 units, and every piece has something to see;
- while a text grows, only its last piece changes: for a beginning t of u,
  `pieces(t)[:-1] == pieces(u)[:len(pieces(t)) - 1]`. What has been posted is never rewritten;
- nothing but white space at the cuts is lost (and pieces without anything to see); a code block that is
  cut is closed with its own fence and opened again with its first line;
- a cut prefers paragraph, line, sentence, word, in this order, and breaks no character that is seen as one;
- a cut that would fall between an inline mark and its other end (bold, code, a link) moves out of there, and
  so does one behind a mark that may yet be closed; it stays when that leaves less than a third of a piece.

The first holds from two units up; below 24 no code block is repaired. Fences in a block quote are plain text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from bot.delivery.clusters import extends, joined, reach, shows, units
from bot.delivery.fences import Block, blocks
from bot.delivery.spans import Span, inside, outermost, spans

_SENTENCE = re.compile(r"(?<=[^\s\d])[.!?…]+[\"')\]»”’*_]*(?=\s)|[。！？][」』）”’]*")


def pieces(text: str, limit: int) -> list[str]:
    """Split a text into messages of at most `limit` UTF-16 units; none for a text with nothing to see."""
    return _Splitter(text, limit).pieces()


@dataclass(frozen=True, slots=True)
class _Window:
    """Where a cut may lie: behind `first`, where something to see begins, up to `hard`.

    Paragraphs, lines and sentences count from `low` on, words and characters from `least` on, and no cut
    parts one of the `whole` spans.
    """

    first: int
    least: int
    low: int
    hard: int
    whole: list[Span] = field(default_factory=list)


class _Splitter:
    """Walks once through a text. Every cut depends only on what lies before the first character that
    does not fit any more: that is what keeps earlier pieces when the text grows."""

    def __init__(self, text: str, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._end = len(text.rstrip())
        self._blocks = blocks(text, limit)
        self._starts = [block.start for block in self._blocks]

    def pieces(self) -> list[str]:
        """The pieces that have something to see."""
        found = []
        start, inside = self._begin(0, None)
        while start < self._end:
            header = inside.header if inside else ""
            hard = self._fitting(start, self._limit - units(header))
            cut = self._end if hard >= self._end else self._cut(start, hard, self._limit - units(header))
            body = self._text[start:cut].rstrip()
            block = self._block(cut) if cut < self._end else self._unclosed()
            if shows(body):
                found.append(header + body + ("\n" + block.closer if block else ""))
            start, inside = self._begin(cut, block)
        return found

    def _block(self, place: int) -> Block | None:
        """The code block that a cut at this place breaks."""
        nearest = bisect_right(self._starts, place) - 1
        block = self._blocks[nearest] if nearest >= 0 else None
        return block if block and block.holds(place) else None

    def _unclosed(self) -> Block | None:
        """The code block that the text ends in."""
        last = self._blocks[-1] if self._blocks else None
        return last if last and last.closer and not last.closed else None

    def _begin(self, cut: int, inside: Block | None) -> tuple[int, Block | None]:
        """Where the next piece begins: behind the white space, keeping a code line's indentation."""
        start = self._after_blanks(cut)
        line = self._text.rfind("\n", cut, start) + 1 or cut
        if inside and inside.closed and start >= inside.closing:
            return self._begin(inside.end, None)
        opens = self._starts[bisect_right(self._starts, start) - 1] == line if self._starts else False
        fresh = line == 0 or self._text[line - 1] == "\n"
        keep = (inside or opens) and fresh and start - line <= self._limit // 4
        return (line if keep else start), inside

    def _after_blanks(self, place: int) -> int:
        """The end of the white space from here; a blank that carries a combining mark is a letter."""
        text, first = self._text, place
        while place < len(text) and text[place].isspace():
            place += 1
        carries = first < place < len(text) and extends(text[place]) and text[place - 1] not in "\r\n"
        return place - 1 if carries else place

    def _fitting(self, start: int, room: int) -> int:
        """How far a piece may reach, the blanks behind it included; to the end when the rest fits."""
        place = start
        for upto, reserve in self._stretches(start):
            hard = self._after_blanks(reach(self._text, place, upto, room - reserve))
            if hard < upto:
                return hard
            room -= units(self._text[place:upto])
            place = upto
        return self._end

    def _stretches(self, start: int) -> Iterator[tuple[int, int]]:
        """Where text and blocks end from `start` on, with the units that must be left free there."""
        place = start
        for block in islice(self._blocks, max(bisect_right(self._starts, start) - 1, 0), None):
            for upto, reserve in ((block.start, 0), (block.end, block.reserve)):
                if place < min(upto, self._end):
                    place = min(upto, self._end)
                    yield place, reserve
        if place < self._end:
            yield self._end, 0

    def _cut(self, start: int, hard: int, room: int) -> int:
        """The best place in (start, hard] to end a piece that the rest of the text does not fit into."""
        low = reach(self._text, start, hard, room // 2)
        first = self._after_blanks(start)
        window = _Window(first, first, low, hard)
        cut = self._best(window) or max(hard, start + 1)
        least = max(first, reach(self._text, start, hard, room // 3))
        whole = self._whole(start, hard, least)
        if not inside(whole, cut):
            return cut
        return self._best(replace(window, least=least, whole=whole)) or cut

    def _whole(self, start: int, hard: int, least: int) -> list[Span]:
        """The spans that can be kept whole, as far as the first character that does not fit tells."""
        found: list[Span] = []
        place = start
        for block in islice(self._blocks, max(bisect_right(self._starts, start) - 1, 0), None):
            if block.body > hard:
                break
            found += spans(self._text, place, block.start, over=True)
            place = max(place, block.end)
        found += spans(self._text, place, self._settled(place, hard + 1), over=False)
        return outermost([span for span in found if span[0] > least or span[1] <= hard])

    def _settled(self, start: int, upto: int) -> int:
        """Where a last line begins that so far has only a fence's signs: with more of them, `hard` moves."""
        line = self._text.rfind("\n", start, upto) + 1 or start
        signs = self._text[line:upto].lstrip(" \t")
        return line if signs[:1] in ("`", "~") and not signs.strip(signs[0]) else upto

    def _best(self, window: _Window) -> int:
        """The last place of the best kind that a window has; 0 when there is none."""
        found = self._separator("\n\n", window.low, window) or self._separator("\n", window.low, window)
        if self._block(window.hard) is not None:
            found = found or self._separator("\n", window.least, window)
        else:
            found = found or self._sentence(window)
        return found or self._word(window) or self._cluster(window)

    def _separator(self, separator: str, low: int, window: _Window) -> int:
        """The last place from `low` on where the separator's white space begins; 0 when there is none."""
        found = self._text.rfind(separator, low, window.hard + 1)
        while found > window.first:
            place = self._ink_before(found)
            if self._allows(place, window):
                return place
            found = self._text.rfind(separator, low, place)
        return 0

    def _sentence(self, window: _Window) -> int:
        """The last end of a sentence; 0 when there is none."""
        ends = [match.end() for match in _SENTENCE.finditer(self._text, window.low, window.hard + 1)]
        return next((end for end in reversed(ends) if end <= window.hard and self._allows(end, window)), 0)

    def _word(self, window: _Window) -> int:
        """The last end of a word; 0 when there is none."""
        place = window.hard
        while place > window.least:
            if self._text[place].isspace() and self._after_blanks(place) > place:
                place = self._ink_before(place)
                if self._allows(place, window):
                    return place
            place -= 1
        return 0

    def _cluster(self, window: _Window) -> int:
        """The last end of a character that is seen as one; 0 when a single one fills the piece."""
        places = range(window.hard, window.least, -1)
        return next((place for place in places if self._allows(place, window)), 0)

    def _ink_before(self, place: int) -> int:
        """Where the white space at this place begins."""
        while place > 0 and self._text[place - 1].isspace():
            place -= 1
        return place

    def _allows(self, place: int, window: _Window) -> bool:
        """Whether a piece may end here: behind something to see, outside fence lines, between clusters."""
        if place <= window.first or inside(window.whole, place) or joined(self._text, place, window.first):
            return False
        nearest = bisect_right(self._starts, place) - 1
        return nearest < 0 or not self._blocks[nearest].forbids(place)
