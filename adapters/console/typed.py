"""What a person types in a terminal room, for the commands that this Parley has. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.console.following import Document
from bot.commands import typed
from bot.commands.typed import Form, Unclear

__all__ = ["Typed", "Unclear", "read"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, its options, and the pictures to send with it."""

    path: str
    options: dict[str, str] = field(repr=False)
    pictures: tuple[Path, ...] = ()


def read(line: str, table: Sequence[Document]) -> Typed:
    """Read a line that begins with `/`, for the commands of `GET /api/commands`. Raises Unclear."""
    found = typed.read(line, [form for command in table for form in _forms(command)])
    return Typed(found.path, found.options, tuple(Path(file).expanduser() for file in found.files))


def _forms(command: Document) -> list[Form]:
    """How a command is typed, or each of a group."""
    name = command["name"]
    if not command["subcommands"]:
        return [_form(name, command)]
    return [_form(f"{name}/{sub['name']}", sub) for sub in command["subcommands"]]


def _form(path: str, command: Document) -> Form:
    params = command["params"]
    return Form(
        path,
        tuple(param["name"] for param in params if param["kind"] != "picture"),
        tuple(param["name"] for param in params if param["kind"] == "picture"),
    )
