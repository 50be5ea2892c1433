"""Search engines: how each one is asked, and what its answer says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Http, converted
from bot.settings import Deadlines, Search

DEADLINES: Final = Deadlines(connect=5, whole=12)
PAGE: Final = 512 * 1024
"""Bytes of a page of results."""

AGENT: Final = {"User-Agent": "Mozilla/5.0 (compatible; Parley)"}
"""A page for people answers nobody else."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result, as the engine wrote it."""

    title: str = field(repr=False)
    address: str = field(repr=False)
    snippet: str = field(repr=False)


class _Found(msgspec.Struct):
    """One result: SearXNG's and Brave's. A field may be null."""

    url: str | None = None
    title: str | None = None
    content: str | None = None
    description: str | None = None

    def hit(self) -> Hit:
        return Hit(_plain(self.title), self.url or "", _plain(self.content or self.description))


class _Results(msgspec.Struct):
    results: list[_Found]


class _Brave(msgspec.Struct):
    """Without `web` nothing was found."""

    web: _Results = msgspec.field(default_factory=lambda: _Results([]))


class Searxng:
    """A SearXNG of one's own; its settings have to allow the JSON format."""

    def __init__(self, search: Search) -> None:
        self._http = _door(search, "")

    async def find(self, query: str) -> list[Hit]:
        """What it finds. Raises ProviderError."""
        found = converted(await self._http.get_json("search", {"q": query, "format": "json"}), _Results)
        if found is None:
            raise ProviderGarbled("no results of SearXNG's")
        return [one.hit() for one in found.results]

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()


class Brave:
    """Brave's search, by key."""

    def __init__(self, search: Search) -> None:
        self._http = _door(search, "X-Subscription-Token")

    async def find(self, query: str) -> list[Hit]:
        """What it finds. Raises ProviderError."""
        found = converted(await self._http.get_json("web/search", {"q": query, "count": 10}), _Brave)
        if found is None:
            raise ProviderGarbled("no results of Brave's")
        return [one.hit() for one in found.web.results]

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()


class DuckDuckGo:
    """DuckDuckGo's page for browsers without scripts."""

    def __init__(self, search: Search) -> None:
        self._http = _door(search, "")

    async def find(self, query: str) -> list[Hit]:
        """What it finds. Raises ProviderError: ProviderGarbled for a page that asks whether we are people."""
        page = await self._http.get_bytes(f"html/?{urlencode({'q': query})}", PAGE)
        reader = _Listing()
        reader.feed(page.decode("utf-8", "replace"))
        reader.close()
        if not reader.hits and not reader.empty:
            raise ProviderGarbled("a page without results")
        return [Hit(hit.title, _aimed(hit.address), hit.snippet) for hit in reader.hits]

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()


Engine: TypeAlias = Searxng | Brave | DuckDuckGo
ENGINES: Final[Mapping[str, Callable[[Search], Engine]]] = {
    "searxng": Searxng,
    "brave": Brave,
    "duckduckgo": DuckDuckGo,
}


def engine(search: Search) -> Engine:
    """The engine that the operator chose."""
    return ENGINES[search.kind](search)


def _door(search: Search, key_header: str) -> Http:
    key = search.key.get_secret_value() if search.key else ""
    return Http(search.base_url, key=key, key_header=key_header, headers=AGENT, deadlines=DEADLINES)


class _Words(HTMLParser):
    """The words of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _plain(text: str | None) -> str:
    """A title or a snippet without its marks: Brave sets what was asked for in bold."""
    reader = _Words()
    reader.feed(text or "")
    reader.close()
    return " ".join("".join(reader.words).split())


class _Listing(HTMLParser):
    """The results of DuckDuckGo's page: a link of the class `result__a`, and what follows of
    `result__snippet`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hits: list[Hit] = []
        self.empty = False
        self._into = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kinds = given.get("class", "").split()
        self.empty |= "no-results" in kinds
        if "result__a" in kinds:
            self.hits.append(Hit("", given.get("href", ""), ""))
        if tag == "a" and not {"result__a", "result__snippet"}.isdisjoint(kinds):
            self._into, self._words = ("title" if "result__a" in kinds else "snippet"), []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag != "a" or not self._into or not self.hits:
            return
        words, last = " ".join("".join(self._words).split()), self.hits.pop()
        title = words if self._into == "title" else last.title
        self.hits.append(Hit(title, last.address, last.snippet if self._into == "title" else words))
        self._into = ""


def _aimed(address: str) -> str:
    """Where a link of DuckDuckGo's leads in the end. Its advertisements lead nowhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.path == "/l/":
        return next(iter(parse_qs(parts.query).get("uddg", ())), "")
    return "" if parts.path == "/y.js" else address


def usable(hits: Iterable[Hit]) -> list[Hit]:
    """The results that lead to a web page, each once."""
    found = {
        hit.address: hit
        for hit in hits
        if hit.address.startswith(("https://", "http://")) and len(hit.address.split()) == 1
    }
    return list(found.values())
