"""What a person types in a terminal room: `/name sub option=value "quoted words" the rest`. Pure."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.console.following import Document


class Unclear(Exception):
    """What was typed is no command that exists; the sentence says what does."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, its options, and the pictures to send with it."""

    path: str
    options: dict[str, str] = field(repr=False)
    pictures: tuple[Path, ...] = ()


def read(line: str, table: Sequence[Document]) -> Typed:
    """Read a line that begins with `/`, for the commands of `GET /api/commands`. Raises Unclear."""
    words = _words(line[1:])
    name = words.pop(0) if words else ""
    command = _named(name, table, "command")
    path = name
    if command["subcommands"]:
        sub = words.pop(0) if words else ""
        command = _named(sub, command["subcommands"], f"/{name}")
        path = f"{name}/{sub}"
    return _typed(path, words, {param["name"]: param for param in command["params"]})


def _words(text: str) -> list[str]:
    """The words; only double quotes join some, so that an apostrophe is one."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.quotes, lexer.escape, lexer.commenters = True, '"', "", ""
    try:
        return list(lexer)
    except ValueError:
        raise Unclear("A double quote is missing its other half.") from None


def _named(name: str, table: Sequence[Document], what: str) -> Document:
    """The command of this name."""
    for command in table:
        if command["name"] == name:
            return command
    raise Unclear(f"{what} takes one of: {', '.join(command['name'] for command in table)}.".capitalize())


def _typed(path: str, words: Sequence[str], params: Mapping[str, Document]) -> Typed:
    """Options by name; words without one are the first option that nothing was given for."""
    options: dict[str, str] = {}
    pictures, rest = [], []
    for word in words:
        name, given, value = word.partition("=")
        if not given or name not in params:
            rest.append(word)
        elif params[name]["kind"] == "picture":
            pictures.append(Path(value).expanduser())
        else:
            options[name] = value
    free = [name for name, param in params.items() if param["kind"] != "picture" and name not in options]
    if rest and not free:
        raise Unclear(f"/{path.replace('/', ' ')} takes no further words.")
    if rest:
        options[free[0]] = " ".join(rest)
    return Typed(path, options, tuple(pictures))
