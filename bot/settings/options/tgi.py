"""What is told of a text-generation server: the family of the model that it runs, and what it can do."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.messages import ModelFacts, Need
from bot.settings.report import near

OPTIONS: Final = frozenset({"template", "stream", "picture_box", "picture_quality", "pictures"})

LARGEST_BOX: Final = 4096
"""Pixels of the longest side to which a picture may be shrunk."""


def _family(model: str, context_length: int, *others: Need) -> ModelFacts:
    takes = frozenset({"temperature", "top_p", "frequency_penalty"})
    return ModelFacts(f"/{model}", frozenset({Need.CHAT, *others}), context_length, takes=takes)


FAMILIES: Final = {
    "chatml": _family("llava-next", 4096, Need.VISION),
    "phi3": _family("phi-3", 4096),
    "llama3": _family("llama-3", 8192),
    "mistral": _family("mistral", 8192),
}
"""By the template that its prompts are written with: the least that the models of a family can do."""


def wrong(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    template = options.get("template")
    if template is None or str(template) not in FAMILIES:
        yield f"template must be one of {', '.join(FAMILIES)}.{near(str(template or ''), FAMILIES)}"
    if not isinstance(options.get("stream", True), bool):
        yield "stream must be true or false."
    box = options.get("picture_box", 200)
    sides = box if isinstance(box, list) and len(box) == 2 else [box]
    if not all(_within(side, 1, LARGEST_BOX) for side in sides):
        yield f"picture_box must be a number of pixels up to {LARGEST_BOX}, or two of them: [width, height]."
    if not _within(options.get("picture_quality", 50), 1, 95):
        yield "picture_quality must be a whole number from 1 to 95."
    if not _within(options.get("pictures", 4), 0, 100):
        yield "pictures must be a whole number from 0 to 100."


def _within(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
