"""What is asked for, and under which path. Pure."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from bot.errors import ProviderRefused
from bot.http import Json
from bot.messages import DrawRequest, PictureOptions
from bot.settings.options.fal import parted

ID: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)*", re.ASCII)


def path_of(model: str) -> str:
    """The path of a model: its id as it stands. Raises ProviderRefused for what would lead elsewhere."""
    if not ID.fullmatch(model) or not {".", ".."}.isdisjoint(model.split("/")):
        raise ProviderRefused("no model's id", status=404)
    return model


def request_to_wire(request: DrawRequest, parameters: Mapping[str, Any]) -> dict[str, Json]:
    """The words, with the account's parameters for all models, above them those for this one, in the order of
    the file, and above all what was chosen for this picture."""
    general, by_model = parted(parameters)
    body: dict[str, Any] = {**general}
    for pattern, table in by_model.items():
        if fnmatchcase(request.model, pattern):
            body.update(table)
    return {**body, **_chosen(request.options), "prompt": request.prompt}


def _chosen(options: PictureOptions) -> dict[str, Json]:
    """By fal's names. One picture, like everything that was not chosen, needs no word."""
    size = options.size
    fields: dict[str, Json] = {
        "num_images": options.count if options.count > 1 else None,
        "image_size": {"width": size[0], "height": size[1]} if size else None,
        "seed": options.seed,
        "num_inference_steps": options.steps,
        "guidance_scale": options.guidance,
        "negative_prompt": options.negative or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
