"""What a Flux or SDXL server is told besides the words; each is a number, or a table of numbers by model."""

from collections.abc import Iterator, Mapping
from typing import Final

RANGES: Final = {"guidance_scale": (0, 100), "num_inference_steps": (1, 1000), "img_size": (1, 8192)}
"""The least and the most of each."""

OPTIONS: Final = frozenset(RANGES)


def wrong(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    for name, (least, most) in RANGES.items():
        stated = options.get(name, least)
        values = list(stated.values()) if isinstance(stated, Mapping) else [stated]
        if not values or not all(_fits(name, value) for value in values):
            number = "number" if name == "guidance_scale" else "whole number"
            yield (
                f"{name} must be a {number} from {least} to {most}, or a table of such numbers "
                'by model: "sdxl*" = ….'
            )


def _fits(name: str, value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    number = whole or (name == "guidance_scale" and isinstance(value, float))
    least, most = RANGES[name]
    return number and least <= value <= most  # type: ignore[operator]  # it is a number
