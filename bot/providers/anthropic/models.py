"""What the service lists of its models, page by page."""

from typing import Final

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.messages import ModelFacts, Need
from bot.wire.pages import Page

CONTEXT: Final = 200_000
"""Tokens that every model of the service takes, for one of which the list says nothing."""


class _Ability(msgspec.Struct):
    supported: bool = True


class _Abilities(msgspec.Struct):
    image_input: _Ability | None = None


class _Model(msgspec.Struct):
    id: str
    display_name: str | None = None
    max_input_tokens: int | None = None
    capabilities: _Abilities | None = None


def page_from_wire(answer: Json, account: str) -> Page:
    """A page of the list; what cannot be read is left out. Raises ProviderGarbled."""
    match answer:
        case {"data": [*entries], **more}:
            found = (converted(entry, _Model) for entry in entries)
            models = tuple(_facts(model, account) for model in found if model is not None)
            last = more.get("last_id")
            return Page(models, last if more.get("has_more") and isinstance(last, str) else "")
        case _:
            raise ProviderGarbled("no list of models")


def _facts(model: _Model, account: str) -> ModelFacts:
    """All of them talk, and see unless it is denied."""
    stated = model.capabilities.image_input if model.capabilities else None
    sees = stated is None or stated.supported
    return ModelFacts(
        f"{account}/{model.id}",
        frozenset({Need.CHAT, Need.VISION} if sees else {Need.CHAT}),
        model.max_input_tokens or CONTEXT,
        title=model.display_name or "",
    )
