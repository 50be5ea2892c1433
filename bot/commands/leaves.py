"""Long lists, a page at a time: each fits into one message of any platform, and buttons turn the pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.commands.base import Ask, Kind, Offer, Param
from bot.delivery.clusters import units
from bot.errors import BadOption

LINES: Final = 20
UNITS: Final = 1500
"""Lines and UTF-16 units of a page at most; a longer line has a page to itself."""

NAME: Final = "page"
PAGE: Final = Param(NAME, "Which page of the list", Kind.INTEGER, least=1, most=1_000_000)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a list: its lines, and where one is, should there be more."""

    text: str = field(repr=False)
    offers: tuple[Offer, ...] = ()


def leaf(ask: Ask, path: str, lines: Sequence[str], most: int = LINES) -> Leaf:
    """The page that was asked for. Raises BadOption when there is none."""
    found = _pages(lines, most)
    number, last = page(ask), len(found)
    if number > last:
        raise BadOption(there_are(last), NAME)
    text = "\n".join(found[number - 1])
    return Leaf(f"{text}{where(path, number, last)}", turns(ask, path, number, last))


def page(ask: Ask) -> int:
    """The number of the page that was asked for."""
    return int(str(ask.options.get(NAME) or 1))


def there_are(last: int) -> str:
    """How many pages there are, to somebody who asked for another."""
    return f"There {'is 1 page' if last == 1 else f'are {last} pages'}."


def where(path: str, number: int, last: int) -> str:
    """Where one is, for those who have no buttons, too; nothing where all is to be seen."""
    if last == 1:
        return ""
    further = f"`/{path.replace('/', ' ')} page={number + 1 if number < last else 1}` shows "
    return f"\n\nPage {number} of {last}. {further}{'the next' if number < last else 'the first'}."


def turns(ask: Ask, path: str, number: int, last: int) -> tuple[Offer, ...]:
    """Buttons to the pages beside it, with what else was asked for."""
    given = {name: str(value) for name, value in ask.options.items() if value not in (None, "")}
    found = []
    if number > 1:
        found.append(Offer(f"‹ {number - 1}", path, given | {NAME: str(number - 1)}))
    if number < last:
        found.append(Offer(f"{number + 1} ›", path, given | {NAME: str(number + 1)}))
    return tuple(found)


def _pages(lines: Sequence[str], most: int) -> list[list[str]]:
    """The lines of each page; always the same for the same list."""
    found: list[list[str]] = [[]]
    room = UNITS
    for line in lines:
        size = units(line) + 1
        if found[-1] and (size > room or len(found[-1]) == most):
            found.append([])
            room = UNITS
        found[-1].append(line)
        room -= size
    return found
