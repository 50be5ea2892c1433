"""Searching the web, where the operator has set up an engine."""

from typing import Annotated, Final

import structlog
from pydantic import Field

from bot.errors import KeyRefused, ProviderBusy, ProviderError, UserError
from bot.tools.builtin.engines import Engine, Hit, usable
from bot.tools.here import Here
from bot.tools.tool import Tool, tool

log = structlog.get_logger()

MOST: Final = 8
"""Results that a model is shown."""

TITLE: Final = 200
ADDRESS: Final = 400
SNIPPET: Final = 350


def searching(engine: Engine) -> Tool:
    """The tool that searches with this engine."""

    async def search_web(here: Here, query: Annotated[str, Field(min_length=1, max_length=300)]) -> str:
        """Search the web for what you don't know, or what may have changed. Read a result with fetch_page.

        query: A few words, as one types them into a search engine.
        """
        try:
            hits = usable(await engine.find(query))
        except ProviderError as error:
            log.warning("search failed", run=here.run_id, kind=type(error).__name__, error=str(error))
            raise UserError(_why(error)) from None
        return "\n".join(map(_told, range(1, MOST + 1), hits)) or "Nothing was found."

    return tool(
        search_web,
        foreign=True,
        reaches_out=True,
        says=lambda given: f"searching the web for {given['query']}",
    )


def _why(error: ProviderError) -> str:
    match error:
        case KeyRefused():
            return "The search engine does not accept this bot's account; its operator has been told."
        case ProviderBusy():
            return "The search engine takes no more questions at the moment."
        case _:
            return "The search engine cannot be used now."


def _told(number: int, hit: Hit) -> str:
    """One result. An address that had to be cut would lead elsewhere."""
    address = hit.address if len(hit.address) <= ADDRESS else "(an address too long to show)"
    return f"{number}. {hit.title[:TITLE]}\n   {address}\n   {hit.snippet[:SNIPPET]}"
