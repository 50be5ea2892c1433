"""How a service that speaks OpenAI's wire format may differ from OpenAI."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from bot.messages import Need

Name = Annotated[str, Field(min_length=1)]
Told = Literal["tools", "functions", "prompted"]
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
    "tools": (
        TypeAdapter(Told | dict[str, Told]),
        "must be tools, functions (the older form) or prompted (in words), or a table of them by model: "
        '"gemma*" = "prompted".',
    ),
    "strict": (TypeAdapter(bool), "must be true or false."),
    "thoughts": (
        TypeAdapter(bool | dict[str, bool]),
        "must say whether models want back what they thought when they asked for tools: true, false, or a "
        'table by model: "kimi*" = true.',
    ),
    "nine": (TypeAdapter(bool), "must be true where the id of a call has to be nine letters and digits."),
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

OPTIONS: Final = frozenset(FORMS)


def wrong(options: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each option that the provider could not work with, beginning with its name."""
    for name, (form, sentence) in FORMS.items():
        if name in options:
            try:
                form.validate_python(options[name], strict=True)
            except ValidationError:
                yield f"{name} {sentence}"
