"""Lists of models that come in pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.messages import ModelFacts

MOST: Final = 20
"""So many pages are asked for, each of a thousand models where the service lets us choose."""


@dataclass(frozen=True, slots=True)
class Page:
    """Models, and what to ask for the next ones by; empty: there are none."""

    models: tuple[ModelFacts, ...]
    after: str = ""


async def every_page(ask: Callable[[str], Awaitable[Page]]) -> list[ModelFacts]:
    """The models of all pages. `ask` gets the `after` of the page before; nothing for the first one."""
    found: list[ModelFacts] = []
    after = ""
    for _ in range(MOST):
        page = await ask(after)
        found += page.models
        after = page.after
        if not after:
            break
    return found
