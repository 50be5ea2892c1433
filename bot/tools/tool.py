"""A tool is a typed coroutine with a docstring: all that a model is told of it is derived from these two."""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, TypeAlias, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from pydantic.fields import FieldInfo

from bot.errors import BadOption, UserError
from bot.messages import Need, ToolSpec
from bot.misfits import told
from bot.tools.here import Here, Shown
from bot.unseen import seen

Does: TypeAlias = Callable[..., Awaitable[str | Shown]]
"""`async (here, **arguments) -> str`, or Shown; it is for the model, and a UserError's sentence is, too."""

DEADLINE: Final = 20.0
AT_MOST: Final = 8192

STRICT: Final = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True)
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
"""What every service takes as a function's name."""

LONGEST: Final = 160
"""Characters of what people are told that a tool is doing, and asked whether it may."""


@dataclass(frozen=True, slots=True)
class Tool:
    """Something a model can ask for.

    `read` checks the arguments as the model wrote them, and raises BadOption; `does` takes what came of it.
    `asks`: it has effects, so the person presses a button first. `touches`: its effects stay inside Parley,
    concern who asked and can be taken back, so that is needed only after strangers' words. `foreign`:
    strangers may have written what it answers. `reaches_out`: what it is asked leaves this machine.
    `deadline` in seconds, `at_most` in characters of its answer. `says`: what it is about to do with its
    arguments, such as "looking at example.org". `needs`: whom it asks; it is offered where there is a route
    to such a model. `once`: it has effects though it does not ask, and is not repeated after a crash.
    `lender`: the server that it is of; empty: it is ours.
    """

    spec: ToolSpec
    read: Callable[[str], Mapping[str, Any]] = field(repr=False)
    does: Does = field(repr=False)
    asks: bool = False
    foreign: bool = False
    reaches_out: bool = False
    deadline: float = DEADLINE
    at_most: int = AT_MOST
    says: Callable[[Mapping[str, Any]], str] | None = field(default=None, repr=False)
    touches: bool = False
    needs: Need | None = None
    once: bool = False
    lender: str = ""

    def told(self, arguments: str) -> str:
        """What is being done, for people: a few words and one line."""
        try:
            words = self.says(self.read(arguments)) if self.says else ""
        except UserError:
            words = ""
        line = " ".join(seen(words).split()) or f"using {self.name}"
        return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"

    @property
    def name(self) -> str:
        """What a model calls it."""
        return self.spec.name


def tool(
    does: Does,
    *,
    asks: bool = False,
    foreign: bool = False,
    reaches_out: bool = False,
    deadline: float = DEADLINE,
    at_most: int = AT_MOST,
    says: Callable[[Mapping[str, Any]], str] | None = None,
    touches: bool = False,
    needs: Need | None = None,
) -> Tool:
    """Make a tool of `async def name(here: Here, …) -> str`, or Shown, named like it.

    The docstring's first paragraph says what it does; its lines `field: text`, or `Field(description=…)` in
    the annotation, describe each field. Raises TypeError when anything of this is missing.
    """
    name = str(getattr(does, "__name__", ""))
    if not NAME.fullmatch(name) or not inspect.iscoroutinefunction(does):
        raise TypeError(f"{name or does!r} is no coroutine function with a plain name")
    description, described = _documented(does)
    if not description:
        raise TypeError(f"{name} has no docstring")
    arguments = create_model(name, __config__=STRICT, **_fields(does, described))
    spec = ToolSpec(name, description, _schema(arguments))
    read = _reader(arguments)
    return Tool(spec, read, does, asks, foreign, reaches_out, deadline, at_most, says, touches, needs)


def _documented(does: Does) -> tuple[str, Mapping[str, str]]:
    """What a docstring says of the whole, and of each field. A field's text goes on in indented lines."""
    first, _, rest = (inspect.getdoc(does) or "").partition("\n\n")
    entries = re.findall(r"^(\w+): (.+(?:\n[ \t]+.+)*)", rest, re.MULTILINE)
    return " ".join(first.split()), {name: " ".join(text.split()) for name, text in entries}


def _fields(does: Does, described: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the arguments, as pydantic takes them. Raises TypeError."""
    hints = get_type_hints(does, include_extras=True)
    first, *others = inspect.signature(does).parameters.values()
    if hints.get(first.name) is not Here or hints.get("return") not in (str, Shown):
        raise TypeError(f"{does.__name__} is not of the form (here: Here, …) -> str or Shown")
    found = {}
    for one in others:
        if one.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or one.name not in hints:
            raise TypeError(f"{does.__name__}: {one.name} is no plain field with a type")
        default = ... if one.default is inspect.Parameter.empty else one.default
        stated = FieldInfo.from_annotation(hints[one.name]).description
        if not (text := stated or described.get(one.name)):
            raise TypeError(f"{does.__name__}: nothing describes {one.name}")
        found[one.name] = (Annotated[hints[one.name], Field(description=text)], default)
    return found


def _schema(arguments: type[BaseModel]) -> Mapping[str, Any]:
    """The schema in the strict form that services ask for: all fields are required of a model. One that it
    leaves out all the same takes its default."""
    schema = arguments.model_json_schema()
    properties = {name: _untitled(one) for name, one in schema.get("properties", {}).items()}
    inner = {name: one | {"additionalProperties": False} if one.get("type") == "object" else one
             for name, one in schema.get("$defs", {}).items()}  # fmt: skip
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **({"$defs": inner} if inner else {}),
    }


def _untitled(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A field's schema without what only repeats its name, and without a default."""
    return {key: value for key, value in schema.items() if key not in ("title", "default")}


def _reader(arguments: type[BaseModel]) -> Callable[[str], Mapping[str, Any]]:
    """A function that checks arguments. Nothing is made to fit that JSON itself does not leave open."""
    names = tuple(arguments.model_fields)

    def read(text: str) -> Mapping[str, Any]:
        try:
            found = arguments.model_validate_json(text.strip().encode("utf-8", "replace") or b"{}")
        except ValidationError as error:
            raise BadOption(f"The arguments do not fit. {told(error, 'arguments')}.") from None
        return {name: getattr(found, name) for name in names}

    return read
