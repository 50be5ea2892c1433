"""What every request to fal carries besides the words, and where its models are listed."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.settings.environment import web_address

OPTIONS: Final = frozenset({"models_url", "parameters"})


def wrong(options: Mapping[str, object]) -> Iterator[str]:
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
