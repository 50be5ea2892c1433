"""The `[safety]` table: what stands above every persona, and where answers may link to."""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, Strict, StringConstraints

from bot.links import is_host, plainly
from bot.settings.values import SAFETY, STRICT

LONGEST: Final = 4000
"""Characters: every call pays for them."""


def _hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    """Hosts as they are compared. Raises ValueError."""
    for one in given:
        if not is_host(one):
            raise ValueError(f"{one!r} is no host: write it without https:// and path, such as example.org")
    return tuple(plainly(one) for one in given)


class SafetyTable(BaseModel):
    """What the operator lets nobody change. Nothing at all cannot be said: rules of one's own can be."""

    model_config = STRICT

    text: Annotated[
        str, Strict(), StringConstraints(strip_whitespace=True), Field(min_length=1, max_length=LONGEST)
    ] = SAFETY
    links: Annotated[tuple[str, ...], AfterValidator(_hosts)] = ()
