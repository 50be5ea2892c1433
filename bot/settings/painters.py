"""The services that only paint: the options of their accounts, and what may be wrong with them."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.settings.environment import web_address

PAINT: Final = ("guidance_scale", "num_inference_steps", "img_size")
"""What a Flux or SDXL server is told besides the words; each is a number, or a table of numbers by model."""

MOST: Final = {"guidance_scale": 100, "num_inference_steps": 1000, "img_size": 8192}
LEAST: Final = {"guidance_scale": 0, "num_inference_steps": 1, "img_size": 1}


def wrong_imagine(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    for name in PAINT:
        stated = options.get(name, LEAST[name])
        values = list(stated.values()) if isinstance(stated, Mapping) else [stated]
        if not values or not all(_fits(name, value) for value in values):
            number = "number" if name == "guidance_scale" else "whole number"
            yield (
                f"{name} must be a {number} from {LEAST[name]} to {MOST[name]}, or a table of such numbers "
                'by model: "sdxl*" = ….'
            )


def _fits(name: str, value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    number = whole or (name == "guidance_scale" and isinstance(value, float))
    return number and LEAST[name] <= value <= MOST[name]  # type: ignore[operator]  # it is a number


def wrong_fal(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    listed = options.get("models_url", "models")
    if not isinstance(listed, str) or not listed or ("://" in listed and not _is_web_address(listed)):
        yield "models_url must be the http or https address of a list of models."
    stated = options.get("parameters", {})
    if not isinstance(stated, Mapping):
        yield 'parameters must be a table: for all models, or by model in [….parameters."fal-ai/flux/*"].'
        return
    general, by_model = parted(stated)
    for name, table in by_model.items():
        if not isinstance(table, Mapping):
            yield f'parameters."{name}" must be a table of what this model is asked for.'
    tables = [general, *(table for table in by_model.values() if isinstance(table, Mapping))]
    if any("prompt" in table for table in tables):
        yield "parameters must not have a prompt: that is what people write."
    if not all(_is_json(table) for table in tables):
        yield "parameters must be text, numbers, true, false, lists and tables: dates and nan have no JSON."


def parted(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters for all models, and those by pattern of a model's id, which has a slash in it."""
    general = {name: value for name, value in parameters.items() if "/" not in name}
    return general, {name: value for name, value in parameters.items() if "/" in name}


def _is_web_address(text: str) -> bool:
    """An address that may have a query."""
    return web_address(text.partition("?")[0]) is not None


def _is_json(value: object) -> bool:
    match value:
        case bool() | int() | str():
            return True
        case float():
            return math.isfinite(value)
        case list():
            return all(map(_is_json, value))
        case Mapping():
            return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
        case _:
            return False
