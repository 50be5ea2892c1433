"""How the services that speak OpenAI's wire format differ: the options of their accounts."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from bot.messages import Need

Name = Annotated[str, Field(min_length=1)]
Painted = Literal["count", "size", "steps", "guidance", "seed", "negative"]
"""The fields of PictureOptions."""
Purpose = Literal["", "chat", "vision", "image", "embedding", "moderation", "speech"]
"""The names of Need, or nothing."""

FORMS: Final[Mapping[str, tuple[TypeAdapter[Any], str]]] = {
    "max_tokens_field": (
        TypeAdapter(Name | dict[str, Name]),
        'must be what the service calls the output cap, or a table of such names by model: "o3*" = "…".',
    ),
    "stream_options": (TypeAdapter(bool), "must be true or false."),
    "refuses": (
        TypeAdapter(list[Name] | dict[str, list[Name]]),
        'must be a list of parameters that are never sent, or a table of such lists by model: "o3*" = […].',
    ),
    "needs": (
        TypeAdapter(dict[str, Purpose]),
        f'must be a table of what models are for: "flux-*" = "image"; one of {", ".join(Need)}, or "".',
    ),
    "model_lists": (
        TypeAdapter(Annotated[list[Name], Field(min_length=1)]),
        "must be a list of the paths that list the models.",
    ),
    "check_path": (TypeAdapter(Name), "must be the path that is asked whether the key is taken."),
    "picture_path": (TypeAdapter(Name), "must be the path that makes pictures."),
    "picture_fields": (
        TypeAdapter(dict[Painted, Name | Annotated[list[Name], Field(min_length=2, max_length=2)]]),
        "must be a table of what the service calls count, size, steps, guidance, seed and negative; "
        'size may be two: ["width", "height"].',
    ),
    "picture_extra": (
        TypeAdapter(dict[str, JsonValue]),
        "must be a table of what every request for pictures carries besides.",
    ),
}
"""What an option has to look like, and how to say that it does not."""


SAMPLING: Final = ["temperature", "top_p", "presence_penalty", "frequency_penalty"]
"""How words are chosen: what models that think before they answer refuse to be told."""

SIDES: Final = ["width", "height"]

DIALECTS: Final[Mapping[str, Mapping[str, object]]] = {
    "openrouter": {
        "model_lists": ["models?output_modalities=text,image,embeddings", "images/models"],
        "check_path": "key",  # its lists of models are there for everybody
        "picture_path": "images",
        "picture_fields": {"count": "n", "size": "size", "seed": "seed"},
    },
    "openai": {
        "max_tokens_field": "max_completion_tokens",  # its newer models refuse the other name
        "refuses": {
            "gpt-5-chat*": [],
            "gpt-5": SAMPLING,
            "gpt-5-*": SAMPLING,
            "gpt-5.6*": SAMPLING,
            "gpt-6*": SAMPLING,
            "o[1-9]*": SAMPLING,
        },
        "picture_fields": {"count": "n", "size": "size"},
    },
    "mistral": {
        "stream_options": False,  # refused with 422; usage comes unasked
        "needs": {"*-embed*": "embedding", "mistral-moderation*": "moderation"},
    },
    "xai": {
        "needs": {"grok-imagine-image*": "image", "grok-imagine-video*": ""},
        "picture_fields": {"count": "n"},  # it takes a ratio of the sides, not their lengths
        "picture_extra": {"response_format": "b64_json"},
    },
    "together": {
        "refuses": {"*/FLUX.1-schnell*": SIDES, "*/FLUX.1-kontext*": SIDES},  # they take a ratio
        "picture_fields": {
            "count": "n",
            "size": SIDES,
            "steps": "steps",
            "guidance": "guidance_scale",
            "seed": "seed",
            "negative": "negative_prompt",
        },
        "picture_extra": {"response_format": "base64"},
    },
}
"""The options of the accounts that Parley knows, as their services describe themselves."""


def wrong_dialect(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    for name, (form, sentence) in FORMS.items():
        if name in options:
            try:
                form.validate_python(options[name], strict=True)
            except ValidationError:
                yield f"{name} {sentence}"
