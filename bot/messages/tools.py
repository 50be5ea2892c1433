"""What a model may ask for, and what came of it. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.messages.content import PictureRef


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model is told of it. `schema`: the JSON Schema of its arguments, an object without any
    others."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model asks for a tool. `arguments`: JSON as the model wrote it, which need not be any."""

    id: str
    name: str
    arguments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Calling:
    """A piece of a call that a model is just writing, for who follows that: nothing is done because of it.
    `place`: which call of the answer; `id` and `name`: nothing as long as they are not known."""

    place: int
    id: str
    name: str
    arguments: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a call, in words for the model. `failed`: it has to find another way. `pictures`: what
    people are shown of it, with the answer."""

    call: ToolCall
    text: str = field(repr=False)
    failed: bool = False
    pictures: tuple[PictureRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The form that a whole answer shall have: JSON that fits a schema."""

    name: str
    schema: Mapping[str, Any]
