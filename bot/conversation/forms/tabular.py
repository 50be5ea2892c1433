"""A table as a file and as people see it beside their talk. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from bot.delivery.clusters import units
from bot.delivery.tables import drawn
from bot.unseen import seen

WIDEST: Final = 60
"""Letters of a line that is still read well on a telephone."""

CELL: Final = 24
"""Letters of a cell that are shown."""

MARK: Final = "\ufeff"
"""What spreadsheets know UTF-8 by."""

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d+)*\s?[%€$£]?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table as RFC 4180 wants it, behind a mark of UTF-8. No cell is a formula to a spreadsheet."""
    file = io.StringIO(newline="")
    file.write(MARK)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: what begins like one, and is no plain number, stands
    behind an apostrophe."""
    words = seen(cell).replace("\0", "")
    formula = words.lstrip(" \u00a0").startswith(_FORMULA) or words.startswith(_FORMULA)
    return f"'{words}" if formula and not _NUMBER.fullmatch(words.strip(" ")) else words


def preview(columns: Sequence[str], rows: Sequence[Sequence[str]], most: int = 10) -> str:
    """The first rows, as columns of equal letters or, when they are too wide, as a list."""
    shown = [columns, ["---"] * len(columns), *rows[:most]]
    lines = ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in shown]
    return drawn("\n".join(lines), WIDEST)


def _shown(cell: str) -> str:
    """A cell in one short line that ends neither its column nor the block that it stands in."""
    words = " ".join(seen(cell).replace("`", "'").replace("|", "¦").replace("\\", "∖").split())
    while units(words) > CELL:
        words = words[: min(CELL, len(words)) - 2].rstrip() + "…"
    return words or "–"
