"""What comes back: where the pictures are, and which of them may not be shown. Pure."""

from dataclasses import dataclass
from typing import Any

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json, converted


class _Image(msgspec.Struct):
    url: str


class _Answer(msgspec.Struct):
    images: list[_Image]
    seed: Any = None
    has_nsfw_concepts: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class Painted:
    """The addresses of the pictures that may be shown. `withheld`: there are others."""

    links: tuple[str, ...]
    seed: int | None
    withheld: bool


def painted_from_wire(answer: Json) -> Painted:
    """At least one picture, unless they are all withheld. Raises ProviderGarbled."""
    found = converted(answer, _Answer)
    if found is None:
        raise ProviderGarbled("no list of pictures")
    if not found.images or not all(image.url for image in found.images):
        raise ProviderGarbled("an answer without pictures")
    flags = [*(found.has_nsfw_concepts or []), *[False] * len(found.images)]
    shown = tuple(image.url for image, flag in zip(found.images, flags, strict=False) if flag is not True)
    seed = found.seed if isinstance(found.seed, int) and not isinstance(found.seed, bool) else None
    return Painted(shown, seed, withheld=len(shown) < len(found.images))
