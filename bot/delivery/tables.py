"""Tables in Markdown, which chat platforms do not draw: as columns of equal letters, or as lists. Pure."""

import re
from collections.abc import Sequence
from itertools import chain, repeat

from bot.delivery.clusters import units

_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_MARKS = re.compile(r"(`|\*\*)")
_CELL = re.compile(r"\|((?:\\.|`[^`]*`|[^|])*)")


def drawn(text: str, widest: int, *, tight: bool = False) -> str:
    """The text with every table so that people can read it: as columns while its lines have at most `widest`
    characters, else as a list; code blocks stay as they are. `tight`: a table that would grow by that is
    shown as it was written."""
    lines, found, code = text.split("\n"), [], False
    place = 0
    while place < len(lines):
        code ^= lines[place].lstrip().startswith("```")
        end = place if code else _end(lines, place)
        if end == place:
            found.append(lines[place])
            place += 1
        else:
            found.append(_table(lines[place:end], widest, tight=tight))
            place = end
    return "\n".join(found)


def _end(lines: Sequence[str], start: int) -> int:
    """Behind the last line of the table that begins here; `start` when none does."""
    if not lines[start].startswith("|") or not _RULE.fullmatch("".join(lines[start + 1 : start + 2]).strip()):
        return start
    end = start + 2
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    return end


def _cells(line: str) -> list[str]:
    """What stands between the bars; one that is escaped, or in code, parts nothing."""
    cells = [cell.replace("\\|", "|").strip() for cell in _CELL.findall(line.strip())]
    return cells if cells[-1] or len(cells) == 1 else cells[:-1]


def _table(lines: Sequence[str], widest: int, *, tight: bool) -> str:
    shown = _shown([_cells(line) for line in lines], widest)
    written = "\n".join(lines)
    return f"```\n{written}\n```" if tight and units(shown) > units(written) else shown


def _shown(rows: Sequence[list[str]], widest: int) -> str:
    head, rule, *body = rows
    plain = [[_MARKS.sub("", cell) for cell in row] for row in (head, *body)]
    most = min(max(map(len, plain)), widest)
    widths = [max(units(row[n]) if n < len(row) else 0 for row in plain) for n in range(most)]
    if sum(widths) + 2 * (most - 1) > widest:
        return "\n".join(_item(head, row) for row in body)
    right = [*(cell.endswith(":") and not cell.startswith(":") for cell in rule), *[False] * most]
    lines = ["  ".join(_padded(row, widths, right)).rstrip() for row in plain]
    return "\n".join(["```", *lines, "```"])


def _padded(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    """A row's cells, each as wide as its column."""
    return [
        " " * (width - units(cell)) + cell if rightly else cell + " " * (width - units(cell))
        for cell, width, rightly in zip(row, widths, right, strict=False)
    ]


def _item(head: Sequence[str], row: Sequence[str]) -> str:
    """A row of a wide table: what it is about, then what it says, by the columns' names."""
    names = chain(head[1:], repeat(""))
    said = (f"{name} {cell}".strip() for name, cell in zip(names, row[1:], strict=False) if cell)
    return f"- {row[0]}: {', '.join(said)}"
