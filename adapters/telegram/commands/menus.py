"""Menus under a message: sub-commands, options, and what an option may be. Pure.

A menu's message carries its command as far as it is given, and its buttons name what is chosen: both work
after a restart.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram.commands.replies import Further
from bot.commands import Choice, Param
from bot.delivery.clusters import clipped

PAGE: Final = 8
"""Choices that are shown at once."""
LABEL: Final = 60
"""UTF-16 units on a button."""
IN_A_ROW: Final = 2

WRITE: Final = "Type it…"
CLOSE: Final = "Close"
BACK, ON = "‹", "›"

_PRESSED = re.compile(r"m:([a-z]):([a-z0-9_]{0,50})")


class Pick(StrEnum):
    """What is chosen in a menu."""

    COMMAND = "s"
    """One of a group."""
    OPTION = "o"
    CHOICE = "c"
    PAGE = "p"
    WRITE = "t"
    """To write instead."""
    CLOSE = "x"


@dataclass(frozen=True, slots=True)
class Picked:
    """A press in a menu. `what`: a name, a page, or the `mark` of a choice."""

    pick: Pick
    what: str = ""


def picked(data: str) -> Picked | None:
    """What a button of a menu says; None: it is none."""
    found = _PRESSED.fullmatch(data)
    kinds = {pick.value: pick for pick in Pick}
    return Picked(kinds[found[1]], found[2]) if found and found[1] in kinds else None


def mark(choice: Choice) -> str:
    """A choice in a few letters, as it may be longer than what a button can say."""
    return hashlib.sha256(choice.value.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def of_commands(about: str, group: str, names: Sequence[str]) -> Further:
    """The commands of a group."""
    buttons = [_button(name, Pick.COMMAND, name) for name in names]
    return Further(f"{about}:", f"/{group}", _keyboard([*_rows(buttons), [_CLOSE]]))


def of_options(sentence: str, so_far: str, param: Param, others: Sequence[Param]) -> Further:
    """The options of a command, and first the one that it lacks, to be written."""
    buttons = [_button(one.name, Pick.OPTION, one.name) for one in others]
    write = _button(WRITE, Pick.OPTION, param.name)
    return Further(sentence, so_far, _keyboard([[write], *_rows(buttons), [_CLOSE]]))


def of_choices(sentence: str, so_far: str, choices: Sequence[Choice], page: int, *, closed: bool) -> Further:
    """What an option may be, a page at a time. `closed`: there is nothing else to write."""
    last = (len(choices) - 1) // PAGE
    page = min(max(page, 0), last)
    shown = choices[PAGE * page : PAGE * (page + 1)]
    rows = [[_button(choice.name, Pick.CHOICE, mark(choice))] for choice in shown]
    if last:
        back, on = (page - 1) % (last + 1), (page + 1) % (last + 1)
        rows.append(
            [
                _button(f"{BACK} {back + 1}", Pick.PAGE, str(back)),
                _button(f"{on + 1} {ON}", Pick.PAGE, str(on)),
            ]
        )
    ends = [_CLOSE] if closed else [_button(WRITE, Pick.WRITE), _CLOSE]
    return Further(sentence, so_far, _keyboard([*rows, ends]))


def _button(label: str, pick: Pick, what: str = "") -> InlineKeyboardButton:
    return InlineKeyboardButton(clipped(label, LABEL), callback_data=f"m:{pick}:{what}")


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[at : at + IN_A_ROW]) for at in range(0, len(buttons), IN_A_ROW)]


def _keyboard(rows: Sequence[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


_CLOSE: Final = _button(CLOSE, Pick.CLOSE)
