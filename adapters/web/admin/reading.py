"""Which part of a table an address asks for, and pages of what is all in memory. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from adapters.web.api import reading
from adapters.web.api.entries import Json
from bot.errors import BadOption
from bot.records.overseeing import View

SIZE: Final = 25
PAGES: Final = 400
LONGEST: Final = 100
"""Characters of a filter."""

J = TypeVar("J", bound=Mapping[str, object])


def view(asked: Mapping[str, str], columns: Sequence[str], sort: str, size: int = SIZE) -> View:
    """`?sort=-id&filter=words&page=2&status=failed`: the part that is asked for, of these columns alone.

    Raises BadOption.
    """
    reading.storable(dict(asked))
    page = reading.number("page", asked.get("page", 1))
    if not 1 <= page <= PAGES:
        raise BadOption(f"page is 1 to {PAGES}.", "page")
    order = asked.get("sort") or sort
    by = order.removeprefix("-")
    if by not in columns:
        raise BadOption(f"sort is one of: {', '.join(columns)}.", "sort")
    find = asked.get("filter", "")
    if len(find) > LONGEST:
        raise BadOption(f"filter has at most {LONGEST} characters.", "filter")
    where = {name: asked[name] for name in columns if asked.get(name)}
    return View(by, order.startswith("-"), find.strip(), where, page, size)


def part(rows: Sequence[J], view: View) -> tuple[list[J], bool]:
    """The same of rows that are all there."""
    wanted = view.find.casefold()
    found = [
        row for row in rows if not wanted or any(wanted in str(each).casefold() for each in row.values())
    ]
    found = [row for row in found if all(str(row[name]) == value for name, value in view.where.items())]
    found.sort(key=lambda row: _order(row[view.sort]), reverse=view.descending)
    first = (view.page - 1) * view.size
    return found[first : first + view.size], len(found) > first + view.size


def _order(value: object) -> tuple[int, float, str]:
    """Numbers by size, words as they are read, nothing first."""
    if isinstance(value, int | float):
        return (1, float(value), "")
    return (0 if value is None else 2, 0.0, str(value or "").casefold())


def shown(rows: Sequence[Json], view: View, *, more: bool, **beside: object) -> Json:
    """A table as the page takes it."""
    sort = f"{'-' if view.descending else ''}{view.sort}"
    return {"rows": list(rows), "page": view.page, "more": more, "sort": sort, **beside}
