"""Where a text's code blocks are, and how one that is cut in two is closed and opened again. Pure."""

import re
from dataclasses import dataclass, replace

from bot.delivery.clusters import units

_MARKER = re.compile(r"^([ \t]*)(`{3,}|~{3,})(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block, or a line that only looks like a fence and must not be cut through either.

    `start` is where its first line begins, `body` what lies behind its opening line, `closing` where its
    closing line begins (the text's end when there is none), `end` where it is over. `reserve` is what
    closing it may cost, in UTF-16 units.
    """

    start: int
    body: int
    closing: int
    end: int
    header: str
    closer: str
    reserve: int
    closed: bool = False

    def holds(self, place: int) -> bool:
        """Whether a cut at this place lies between its fences."""
        return bool(self.closer) and self.body <= place < self.end

    def forbids(self, place: int) -> bool:
        """Whether a cut at this place breaks one of its fences, or parts the first from the code."""
        return self.start < place < self.body or self.closing < place < self.end


def blocks(text: str, limit: int) -> list[Block]:
    """Every block of a text, in order. Fences too long to be repeated within `limit` are plain text."""
    if "```" not in text and "~~~" not in text:
        return []
    found: list[Block] = []
    inside: Block | None = None
    for line in _MARKER.finditer(text):
        if inside is None:
            block = _opened(line, len(text), limit)
            inside = block if block.closer else None
            found.append(block)
        elif _closes(line, inside.closer):
            end = line.start() + len(line.group().rstrip())
            found[-1] = replace(inside, closing=line.start(), end=end, closed=True)
            inside = None
    return found


def _opened(line: re.Match[str], text_end: int, limit: int) -> Block:
    """The block that a line opens; without `closer` when the line is no fence."""
    indent, marker, info = line.groups()
    most = limit // 8
    reserve = min(units(indent + marker), most) + 1
    inline = marker[0] == "`" and "`" in info
    if inline or len(indent + marker) > most or units(line.group()) > limit // 2:
        end = line.start() + len(line.group().rstrip())
        return Block(line.start(), end, end, end, "", "", reserve)
    whole = units(line.group()) <= limit // 4
    header = line.group().rstrip() if whole else indent + marker
    return Block(
        line.start(), line.end() + 1, text_end, text_end + 1, header + "\n", indent + marker, reserve
    )


def _closes(line: re.Match[str], closer: str) -> bool:
    """Whether a marker line ends the block: the same sign, as many, nothing behind, hardly deeper."""
    indent, marker, info = line.groups()
    deep = len(closer) - len(closer.lstrip())
    return not info.strip() and closer.strip() in marker and len(indent) <= deep + 3
