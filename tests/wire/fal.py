"""What fal's models may answer, through Hugging Face's router."""

import json
from collections.abc import Mapping
from typing import Any

from tests.wire.answers import JSON, Answer, sends
from tests.wire.imagine import refuses
from tests.wire.wire import Wire

SEED = 46969713


def paints(*urls: str, seed: Any = SEED, **fields: Any) -> Answer:
    """Answer with the addresses of pictures, as the service writes it."""
    images = [
        {"url": url, "content_type": "image/png", "file_name": url.rpartition("/")[2][:40], "file_size": 69}
        for url in urls
    ]
    return answers({"images": images, "seed": seed, **fields})


def answers(body: Any) -> Answer:
    """Answer 200 with this as JSON."""
    return sends(json.dumps(body).encode(), headers=JSON)


def fails(status: int, body: Any, **headers: str) -> Answer:
    """Answer with an error as the model (`{"detail": …}`) or the router (`{"error": …}`) writes it."""
    return refuses(status, body, **JSON, **headers)


def shows(pictures: Mapping[str, Answer]) -> Answer:
    """Serve pictures by the last part of their path."""

    async def answer(wire: Wire) -> None:
        await pictures[wire.request.path.rpartition("/")[2]](wire)

    return answer


def item(model: str = "fal-ai/imagen4/preview", **fields: Any) -> dict[str, Any]:
    """A model as the catalogue lists it."""
    return {
        "id": model,
        "title": "Imagen 4",
        "category": "text-to-image",
        "tags": ["stylized", "transform"],
        "shortDescription": "Google's highest quality image generation model",
        "licenseType": "commercial",
        "date": "2025-05-20T00:00:00.000Z",
        "group": {"key": "imagen", "label": "Imagen"},
        "deprecated": False,
        "hidden": False,
        "private": False,
        "removed": False,
        "kind": "inference",
        **fields,
    }
