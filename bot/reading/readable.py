"""The words of a web page, without its menus, its scripts and what it hides. Pure; slow pages exist."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

NEVER: Final = frozenset(
    {
        *("script", "style", "template", "noscript", "svg", "math", "canvas", "iframe", "object"),
        *("video", "audio", "select", "button", "textarea", "dialog"),
    }
)
"""Elements whose text is none of the page's."""

BESIDE: Final = frozenset({"nav", "aside", "footer"})
"""Elements beside the text."""

INSIDE: Final = frozenset({"main", "article"})

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
"""Elements that have no end."""

BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "thead"),
        *("title", "tr", "ul"),
    }
)
"""Elements that begin on a line of their own."""

HEADINGS: Final = {f"h{level}": f"{'#' * level} " for level in range(1, 7)}
INVISIBLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])")

ENOUGH: Final = 200
"""Characters without which a part of a page is not its text."""

LINKED: Final = 0.7
"""From this part of a block on that is links, it is a menu's."""


@dataclass(slots=True)
class Block:
    """A line of text, and where it stood."""

    mark: str
    inside: bool
    beside: bool
    exact: bool
    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    links: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words; as they are where line breaks mean something."""
        whole = "".join(self.pieces)
        if self.exact:
            return whole.strip("\n")
        lines = (" ".join(line.split()) for line in whole.split("\n\r"))
        return "\n".join(line for line in lines if line)

    @property
    def menu(self) -> bool:
        """Whether it is nothing but a way to elsewhere."""
        return not self.mark.startswith("#") and self.linked > LINKED * len("".join(self.pieces).strip())


@dataclass(frozen=True, slots=True)
class Page:
    """A page's title and its words."""

    title: str
    text: str


def readable(html: str, address: str = "") -> Page:
    """What a person would read on a page. `address`: its own, which its links start from."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    title = " ".join("".join(reader.title).split())
    return Page(title, "\n\n".join(_lines(_chosen(reader.blocks), address)))


def _chosen(blocks: list[Block]) -> list[Block]:
    """The part of a page that has its text: what it says itself, or what is left without its menus."""
    middle = [block for block in blocks if block.inside and not block.beside]
    if _length(middle) >= ENOUGH:
        return middle
    around = [block for block in blocks if not block.beside]
    words = [block for block in around if not block.menu]
    if _length(words) >= max(ENOUGH, _length(around) // 2):
        return words
    return around if _length(around) >= min(ENOUGH, _length(blocks) // 2) else blocks


def _length(blocks: Iterable[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _lines(blocks: Iterable[Block], address: str) -> Iterable[str]:
    """The blocks as paragraphs. Where a block is one link, its address is what one may want to read next."""
    for block in blocks:
        if block.exact:
            yield f"```\n{block.text}\n```"
        elif block.menu and len(block.links) == 1:
            yield f"{block.mark}{block.text} <{_joined(address, block.links[0])}>"
        else:
            yield f"{block.mark}{block.text}"


def _joined(address: str, link: str) -> str:
    try:
        return urljoin(address, link)
    except ValueError:
        return link


class _Reader(HTMLParser):
    """Collects blocks. What is not to be read is left from its start to its own end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.blocks: list[Block] = []
        self._left = ""
        self._depth = 0
        self._open: dict[str, int] = dict.fromkeys((*BESIDE, *INSIDE, "pre", "a", "title"), 0)
        self._block = self._new("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if self._left:
            self._depth += tag == self._left
            return
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID and (tag in NEVER or _hidden(given)):
            self._left, self._depth = tag, 1
            return
        if tag in BLOCKS:
            self.flush()
        if tag in self._open:
            self._open[tag] += 1
        if tag in BLOCKS:
            self._block = self._new(HEADINGS.get(tag, "- " if tag == "li" else ""))
        self._inline(tag, given)

    def _inline(self, tag: str, given: Mapping[str, str]) -> None:
        """What an element within a line adds to it."""
        if tag == "br":
            self._block.pieces.append("\n" if self._block.exact else "\n\r")
        elif tag in ("td", "th") and "".join(self._block.pieces).strip():
            self._block.pieces.append(" | ")
        elif tag == "a" and "href" in given:
            self._block.links.append(given["href"])
        elif tag == "img" and given.get("alt"):
            self._block.pieces.append(f" [{given['alt']}] ")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if self._left:
            self._depth -= tag == self._left
            if not self._depth:
                self._left = ""
            return
        if tag in BLOCKS:
            self.flush()
        if self._open.get(tag):
            self._open[tag] -= 1
        if tag in BLOCKS:
            self._block = self._new("")

    def handle_data(self, data: str) -> None:
        """Some text."""
        if self._left:
            return
        if self._open["title"]:
            self.title.append(data)
            return
        self._block.pieces.append(data)
        if self._open["a"]:
            self._block.linked += len(data.strip())

    def flush(self) -> None:
        """Keep the block that was begun, if anything is in it."""
        if self._block.text:
            self.blocks.append(self._block)
        self._block = self._new("")

    def _new(self, mark: str) -> Block:
        inside, beside = (any(self._open[tag] for tag in tags) for tags in (INSIDE, BESIDE))
        return Block(mark, inside, beside, bool(self._open["pre"]))


def _hidden(given: Mapping[str, str]) -> bool:
    """Whether nobody sees an element, by what it says itself."""
    unseen = "hidden" in given or given.get("aria-hidden", "").lower() == "true"
    return unseen or bool(INVISIBLE.search(given.get("style", "").lower()))
