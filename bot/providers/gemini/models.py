"""What the service lists of its models, page by page."""

from dataclasses import replace
from typing import Final

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted
from bot.messages import ModelFacts, Need
from bot.providers.gemini.request import STYLE
from bot.wire.pages import Page

PREFIX: Final = "models/"
"""What the names of models begin with, except for a person's own."""


PAINTS: Final = "-image"
"""What the names of models that answer in pictures have in them: the list does not say it."""


class _Model(msgspec.Struct, rename="camel"):
    name: str
    display_name: str | None = None
    input_token_limit: int | None = None
    supported_generation_methods: list[str] | None = None


def page_from_wire(answer: Json, account: str) -> Page:
    """A page of the list; what cannot be read or cannot talk is left out. Raises ProviderGarbled."""
    match answer:
        case {"models": [*entries], **more}:
            found = (converted(entry, _Model) for entry in entries)
            models = tuple(_facts(model, account) for model in found if model is not None and _talks(model))
            after = more.get("nextPageToken")
            return Page(models, after if isinstance(after, str) else "")
        case _:
            raise ProviderGarbled("no list of models")


def _talks(model: _Model) -> bool:
    methods = model.supported_generation_methods
    return methods is None or "generateContent" in methods


def _facts(model: _Model, account: str) -> ModelFacts:
    """All that generate content take pictures too. Those that paint are told nothing of how."""
    paints = PAINTS in model.name
    plain = ModelFacts(
        f"{account}/{model.name.removeprefix(PREFIX)}",
        frozenset({Need.CHAT, Need.VISION} | ({Need.IMAGE} if paints else set())),
        title=model.display_name or "",
        takes=frozenset(STYLE) if paints else None,
    )
    return replace(plain, context_length=model.input_token_limit or plain.context_length)
