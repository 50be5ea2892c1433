"""A web page's words. Only the open internet is asked: `bot.http.Fetcher` sees to it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field

from bot.errors import BadOption, ProviderError, ProviderGarbled, ProviderTimeout
from bot.http import Fetched, Fetcher
from bot.reading.readable import Page
from bot.reading.reader import Reader
from bot.tools.here import Here
from bot.tools.tool import Tool, tool

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of one page: a PDF may have as many."""

PIECE: Final = 7000
"""Characters of a page that are handed over at once."""

TITLE: Final = 200
ADDRESS: Final = 500


def pages(fetcher: Fetcher, reader: Reader) -> Tool:
    """The tool that reads web pages."""

    async def fetch_page(here: Here, address: str, start: Annotated[int, Field(ge=0, le=LARGEST)] = 0) -> str:
        """Read a web page, a PDF or a text on the web, by its address. Menus and pictures are left out.

        address: The whole address, with https:// or http://.
        start: From which character of its text on; 0 for its beginning.
        """
        found = await _fetched(fetcher, address)
        return _told(await reader.read(found.data, found.kind, found.address), found.address, start)

    return tool(fetch_page, foreign=True, reaches_out=True, says=_says)


def _says(given: Mapping[str, Any]) -> str:
    """Whose page it is: the host alone, for the rest of an address may say anything."""
    try:
        return f"looking at {urlsplit(given['address']).hostname or 'a page'}"
    except ValueError:
        return "looking at a page"


async def _fetched(fetcher: Fetcher, address: str) -> Fetched:
    """What is there. Raises BadOption, which says why nothing is."""
    try:
        return await fetcher.found(address, LARGEST)
    except ProviderGarbled as error:
        raise BadOption(f"This address cannot be read: {error}.") from None
    except ProviderTimeout:
        raise BadOption("The server at this address took too long.") from None
    except ProviderError:
        raise BadOption("The server at this address cannot be reached now.") from None


def _told(page: Page, address: str, start: int) -> str:
    """A piece of a page, and how to get the next one."""
    end = min(start + PIECE, len(page.text))
    head = [f"Title: {page.title[:TITLE]}"] if page.title else []
    rest = f"[{len(page.text) - end} more characters: ask again with start={end}]"
    return "\n".join(
        [*head, f"Address: {address[:ADDRESS]}", "", page.text[start:end] or "(no text)"]
        + ([rest] if end < len(page.text) else [])
    )
