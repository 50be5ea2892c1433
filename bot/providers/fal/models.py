"""The catalogue as the service lists it. Pure."""

from dataclasses import replace
from typing import Any

import msgspec

from bot.errors import ProviderGarbled
from bot.http import converted, decoded
from bot.messages import ModelFacts


class _Item(msgspec.Struct):
    """A model. What is not said of it, is not so."""

    id: str
    title: str | None = None
    category: str | None = None
    kind: str | None = "inference"
    deprecated: bool | None = False
    hidden: bool | None = False
    private: bool | None = False
    removed: bool | None = False

    @property
    def offered(self) -> bool:
        """Whether it makes pictures out of words, and may be asked to."""
        gone = self.deprecated or self.hidden or self.private or self.removed
        return self.category == "text-to-image" and self.kind == "inference" and not gone


class _Page(msgspec.Struct):
    items: list[Any]
    pages: int | None = None


_pages = msgspec.json.Decoder(_Page)


def page_from_wire(body: bytes, usual: ModelFacts) -> tuple[tuple[ModelFacts, ...], int]:
    """The models of one page that may be asked, like the `usual` one but for their names, and how many pages
    there are. What cannot be read is left out. Raises ProviderGarbled."""
    page = decoded(_pages, body)
    if page is None:
        raise ProviderGarbled("no list of models")
    found = (converted(item, _Item) for item in page.items)
    offered = tuple(
        replace(usual, id=f"{usual.account}/{item.id}", title=item.title or "")
        for item in found
        if item is not None and item.id and item.offered
    )
    return offered, page.pages or 1
