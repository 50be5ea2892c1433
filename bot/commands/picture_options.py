"""The options of a picture: each is offered, and accepted, only where the model takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import fields

from bot.commands.base import Choice, Kind, Looking, Offered, Param
from bot.commands.sizes import size
from bot.conversation.answer.painting import SHAPES
from bot.errors import BadOption, UnknownModel
from bot.messages import ModelFacts, Need, PictureOptions

NAMES = tuple(field.name for field in fields(PictureOptions))


async def sizes(_looking: Looking, typed: str) -> list[Choice]:
    """The sizes that have a name, while one is typed."""
    named = [Choice(f"{name}, {wide} × {high}", f"{wide}x{high}") for name, (wide, high) in SHAPES.items()]
    wanted = typed.strip().lower()
    return [choice for choice in named if wanted in choice.name or choice.value.startswith(wanted)]


def taken(name: str) -> Offered:
    """Whether the model that will paint takes this option."""

    def offered(looking: Looking, options: Mapping[str, object]) -> bool:
        try:
            return name in (_painter(looking, options).takes or ())
        except UnknownModel:
            return False

    return offered


def chosen(looking: Looking, options: Mapping[str, object]) -> PictureOptions:
    """What was chosen of a picture. Raises BadOption when the model does not take it, UnknownModel."""
    given = {name: options[name] for name in NAMES if options.get(name) not in (None, "")}
    if given.get("count") == 1:
        del given["count"]
    if not given:
        return PictureOptions()
    model = _painter(looking, options)
    if refused := [name for name in given if name not in (model.takes or ())]:
        raise BadOption(_takes_not(model, refused), refused[0])
    if "size" in given:
        given["size"] = _fitting(model, size(str(given["size"])))
    return PictureOptions(**given)  # type: ignore[arg-type]  # in their types, as the command declares them


def _painter(looking: Looking, options: Mapping[str, object]) -> ModelFacts:
    """The model that paints first, with the options chosen so far. Raises UnknownModel."""
    return looking.routes.candidates(Need.IMAGE, str(options.get("model") or ""))[0]


def _fitting(model: ModelFacts, wanted: tuple[int, int]) -> tuple[int, int]:
    """A size that the model can paint. Raises BadOption."""
    if model.largest and max(wanted) > model.largest:
        raise BadOption(f"`{model.id}` paints up to {model.largest} pixels a side.", "size")
    return wanted


def _takes_not(model: ModelFacts, refused: Iterable[str]) -> str:
    """Which of the options the model refuses, and which it takes."""
    named = " or ".join(refused)
    if model.takes is None:
        return f"Nobody has said whether `{model.id}` takes {named}, so it gets the prompt alone."
    taken = ", ".join(name for name in NAMES if name in model.takes)
    return f"`{model.id}` takes no {named}; it takes{f': {taken}' if taken else ' the prompt alone'}."


PARAMS = (
    Param("count", "How many pictures", Kind.INTEGER, least=1, most=4, offered=taken("count")),
    Param("size", "How large, like 1024x768 or square", complete=sizes, offered=taken("size")),
    Param("steps", "How long it is worked on", Kind.INTEGER, least=1, most=150, offered=taken("steps")),
    Param(
        "guidance",
        "How closely it follows the prompt",
        Kind.NUMBER,
        least=0,
        most=30,
        offered=taken("guidance"),
    ),
    Param(
        "seed",
        "The same number gives the same picture",
        Kind.INTEGER,
        least=0,
        most=2**31 - 1,
        offered=taken("seed"),
    ),
    Param("negative", "What it shall not show", offered=taken("negative")),
)
