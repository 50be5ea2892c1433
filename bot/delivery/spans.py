"""Where a text's inline marks begin and end: bold, italic, struck, hidden, code, links. Pure.

What reads as a mark is a little more than CommonMark's and less than Discord's: a sign opens before ink and
closes behind ink, `_` only at a word's edge. No span crosses a blank line or reaches into another list item,
heading or table row.
"""

import re
from bisect import bisect_left

Span = tuple[int, int]
"""From its first mark's begin to its last mark's end."""

_MARK = re.compile(r"\\[!-/:-@\[-`{-~]|`+|\*+|_+|~+|\|+|\[|\]\(?|\)+")
_BORDER = re.compile(r"\n(?=[ \t\r>]*(?:\n|[-+*][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\|(?!\|)))")
_KINDS = {
    "*": ("*",), "**": ("**",), "***": ("*", "**"), "_": ("_",), "__": ("__",), "___": ("_", "__"),
    "~~": ("~~",), "||": ("||",),
}  # fmt: skip


def spans(text: str, begin: int, end: int, *, over: bool) -> list[Span]:
    """The spans of a stretch of prose; those still open at its end last for ever, unless it is `over`."""
    part = text[begin:end]
    starts = [0, *(border.end() for border in _BORDER.finditer(part))]
    found: list[Span] = []
    for start, upto in zip(starts, [*starts[1:], len(part)], strict=True):
        paragraph = _Paragraph(part[start:upto])
        found += [(begin + start + first, begin + start + last) for first, last in paragraph.closed]
        if upto == len(part) and not over:
            found += [(begin + start + first, len(text) + 1) for first in paragraph.opened()]
    return found


def outermost(found: list[Span]) -> list[Span]:
    """The same places in order, each once: what overlaps is one."""
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def inside(outer: list[Span], place: int) -> bool:
    """Whether a cut at this place parts a span's two ends; `outer` comes from `outermost`."""
    before = bisect_left(outer, (place, 0)) - 1
    return before >= 0 and place < outer[before][1]


class _Paragraph:
    """Walks once through a paragraph's marks; what it closed is final, the rest waits for its other end."""

    def __init__(self, text: str) -> None:
        self.closed: list[Span] = []
        self._text = text
        self._waiting: dict[str, list[int]] = {kind: [] for kinds in _KINDS.values() for kind in kinds}
        self._ticks: list[int] = []
        self._labels: list[int] = []
        self._targets: list[int] = []
        runs: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            runs.setdefault(len(run.group()), []).append(run.start())
        place = 0
        while mark := _MARK.search(text, place):
            place = mark.end()
            if mark.group()[0] == "`":
                place = self._code(mark, runs.get(place - mark.start(), []))
            else:
                self._take(mark)

    def opened(self) -> list[int]:
        """Where the marks begin that nothing has closed."""
        waiting = [self._ticks, self._labels, self._targets, *self._waiting.values()]
        return [start for starts in waiting for start in starts]

    def _code(self, mark: re.Match[str], equal: list[int]) -> int:
        """Where to read on: behind the next equally long run of backticks, for what lies between is code."""
        following = bisect_left(equal, mark.end())
        if following == len(equal):
            self._ticks.append(mark.start())
            return mark.end()
        end = equal[following] + len(mark.group())
        self.closed.append((mark.start(), end))
        return end

    def _take(self, mark: re.Match[str]) -> None:
        sign = mark.group()
        if sign[0] == "\\":
            self.closed.append(mark.span())
        elif sign == "[":
            self._labels.append(mark.start())
        elif sign[0] == "]":
            self._label_ends(mark)
        elif sign[0] == ")":
            if self._targets:
                self._close(self._targets, mark.end())
        elif sign in _KINDS:
            self._emphasis(mark, _KINDS[sign])

    def _label_ends(self, mark: re.Match[str]) -> None:
        """What `](` follows is a link's label; a `]` at the very end may still become one."""
        if self._labels and (mark.group() == "](" or mark.end() < len(self._text)):
            start = self._labels.pop()
            if mark.group() == "](":
                self._targets.append(start)

    def _emphasis(self, mark: re.Match[str], kinds: tuple[str, ...]) -> None:
        before = self._text[max(mark.start() - 1, 0) : mark.start()]
        after = self._text[mark.end() : mark.end() + 1]
        closes, opens = not before.isspace(), not after.isspace()
        if kinds[0][0] == "_":
            closes, opens = closes and not after.isalnum(), opens and not before.isalnum()
        ending = [self._waiting[kind] for kind in kinds if self._waiting[kind]] if closes else []
        for starts in sorted(ending, key=lambda starts: starts[-1], reverse=True):
            self._close(starts, mark.end())
        if opens and not ending:
            for kind in kinds:
                self._waiting[kind].append(mark.start())

    def _close(self, starts: list[int], end: int) -> None:
        """A span is complete; what was opened inside it and not closed is plain text."""
        start = starts.pop()
        self.closed.append((start, end))
        for others in self._waiting.values():
            while others and others[-1] > start:
                others.pop()
