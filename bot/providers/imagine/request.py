"""What a server is asked for. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.http import Json
from bot.messages import DrawRequest, PictureOptions
from bot.settings.options.patterns import by_model


@dataclass(frozen=True, slots=True)
class Usual:
    """What a model paints best with."""

    guidance_scale: float = 0
    num_inference_steps: int = 4
    img_size: int = 1024


USUAL: Final = {"*sdxl*": Usual(guidance_scale=7.5, num_inference_steps=50), "*": Usual()}
"""By the account and the model, in small letters. All but SDXL are Flux: without guidance, in four steps."""


def request_to_wire(request: DrawRequest, account: str, options: Mapping[str, object]) -> dict[str, Json]:
    """A request: what was chosen for this one, else what the account's options state, else what is usual."""
    usual = by_model(USUAL, f"{account}/{request.model}".lower())
    chosen = _chosen(request.options)
    stated = {name: by_model(options.get(name), request.model) for name in chosen}
    fields: dict[str, Json] = {
        name: next(value for value in (chosen[name], stated[name], getattr(usual, name)) if value is not None)
        for name in chosen
    }
    return {"prompt": request.prompt, **fields}


def _chosen(options: PictureOptions) -> dict[str, float | None]:
    """By the server's names. Its pictures are square: the longer side counts."""
    return {
        "img_size": max(options.size) if options.size else None,
        "guidance_scale": options.guidance,
        "num_inference_steps": options.steps,
    }
