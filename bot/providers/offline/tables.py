"""What the stand-in writes into a table: words that stand there already, where they seem to belong. Pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.messages import Turn

_MARK: Final = re.compile(
    r"⟦(?P<number>\d+) (?P<who>.+?) (?P<when>\S+(?: \d\d:\d\d)?)⟧\s*(?P<text>.*)", re.DOTALL
)
_NAMED: Final = re.compile(r"The columns are exactly these: (\[.*\])")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_CELLS: Final = re.compile(r"\s*[,;\t|]\s*")
_LONGEST: Final = 120
_MOST: Final = 20

Guess = Callable[[Mapping[str, str]], str]
_GUESSES: Final[tuple[tuple[re.Pattern[str], Guess], ...]] = (
    (re.compile(r"who|name|person|wer\b|speaker", re.IGNORECASE), lambda one: one["who"]),
    (re.compile(r"when|date|time|day|wann|datum", re.IGNORECASE), lambda one: one["when"]),
    (
        re.compile(r"amount|price|number|cost|count|euro|dollar|betrag|preis", re.IGNORECASE),
        lambda one: next(iter(_NUMBER.findall(one["text"])), ""),
    ),
)


def table(turns: Sequence[Turn]) -> dict[str, Any]:
    """A row for each line that has as many cells as there are columns, else one for each message."""
    said = [mark.groupdict() for turn in turns if (mark := _MARK.fullmatch(turn.text.strip()))]
    columns = _columns(turns[-1].text if turns else "")
    rows = [row for one in said for row in _rows(one, columns)]
    return {"columns": columns, "rows": rows}


def _columns(wanted: str) -> list[str]:
    """The columns that are named, else the words between commas."""
    if named := _NAMED.search(wanted):
        return [str(name) for name in json.loads(named[1])]
    words = wanted.partition(":")[2] or wanted
    found = [" ".join(name.split())[:_LONGEST] for name in _CELLS.split(words.strip())]
    return list(dict.fromkeys(filter(None, found)))[:_MOST] or ["text"]


def _rows(one: Mapping[str, str], columns: Sequence[str]) -> list[dict[str, Any]]:
    number = [int(one["number"])]
    lines = [_CELLS.split(line.strip()) for line in one["text"].splitlines()]
    even = [cells for cells in lines if len(columns) > 1 and len(cells) == len(columns)]
    whole = even or [[_guessed(column, one) for column in columns]]
    return [{"cells": cells, "messages": number} for cells in whole]


def _guessed(column: str, one: Mapping[str, str]) -> str:
    text = one["text"].partition("\n")[0][:_LONGEST]
    return next((guess(one) for kind, guess in _GUESSES if kind.search(column)), text)
