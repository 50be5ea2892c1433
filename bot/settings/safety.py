"""The `[safety]` table: what stands above every persona."""

from typing import Annotated

from pydantic import BaseModel, Field, Strict, StringConstraints

from bot.settings.values import SAFETY, STRICT

LONGEST = 4000
"""Characters: every call pays for them."""


class SafetyTable(BaseModel):
    """What the operator lets nobody change. Nothing at all cannot be said: rules of one's own can be."""

    model_config = STRICT

    text: Annotated[
        str, Strict(), StringConstraints(strip_whitespace=True), Field(min_length=1, max_length=LONGEST)
    ] = SAFETY
