"""Pictures as a G4F server makes them: two versions of the request, one of the answer. Pure."""

from typing import Final

import msgspec

from bot.errors import ProviderGarbled
from bot.http import Json
from bot.messages import DrawRequest
from bot.providers.openai.answer import error_from_wire, read_chunk

TEMPERATURE: Final = 0.9
"""What the older request has to carry; it means nothing to a model that paints."""


def newer_to_wire(request: DrawRequest) -> dict[str, Json]:
    """A request as OpenAI's dialect has it."""
    return {"model": request.model, "prompt": request.prompt, **_options(request)}


def older_to_wire(request: DrawRequest) -> dict[str, Json]:
    """A request as servers took it before: with `+` for every space."""
    prompt = request.prompt.replace(" ", "+")
    return {"model": request.model, "temperature": TEMPERATURE, "prompt": prompt, **_options(request)}


def _options(request: DrawRequest) -> dict[str, Json]:
    """What was chosen, by the server's names."""
    chosen = request.options
    named: dict[str, Json] = {
        "n": chosen.count if chosen.count > 1 else None,
        "size": f"{chosen.size[0]}x{chosen.size[1]}" if chosen.size else None,
        "num_inference_steps": chosen.steps,
        "guidance_scale": chosen.guidance,
        "seed": chosen.seed,
        "negative_prompt": chosen.negative or None,
    }
    return {name: value for name, value in named.items() if value is not None}


def links_from_wire(answer: Json) -> list[str]:
    """Where the pictures are; at least one. Raises ProviderGarbled, or the error that came instead."""
    chunk = read_chunk(msgspec.json.encode(answer))
    if chunk is not None and chunk.error is not None:
        raise error_from_wire(chunk.error)
    match answer:
        case {"data": [_, *_] as pictures}:
            return [_link(picture) for picture in pictures]
        case _:
            raise ProviderGarbled("no list of pictures")


def _link(picture: Json) -> str:
    match picture:
        case {"url": str(link)} if link:
            return link
        case _:
            raise ProviderGarbled("a picture without an address")


def own_path(link: str, base_url: str) -> str | None:
    """The path of a link that leads to the server itself, seen from its `/v1`; None: it leads elsewhere."""
    root = base_url.removesuffix("/v1") + "/"
    if link.startswith("/") and not link.startswith("//"):
        return f"..{link}"
    return f"../{link.removeprefix(root)}" if link.startswith(root) else None
