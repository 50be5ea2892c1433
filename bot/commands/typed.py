"""A command as a person types it: `/name sub option=value the rest`, or as Discord and our pages write it,
`/name sub option: words of it another: more words`. Pure.

Quotes hold a value together behind `option=` and `option:` and around the whole rest. About a part of it they
belong to what is said, and make no option of what stands in them; so does one without its other half. Phones
make “…” and „…“ of what was typed as "…".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

QUOTES: Final[Mapping[str, str]] = {'"': '"', "“": "”", "„": "“”", "«": "»"}
"""What opens a quotation, and what may close it."""

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_OPTION = re.compile(r"(\w+)=")
_LABEL = re.compile(r"(?<!\S)(\w+):(?!\S)")
_ESCAPED = re.compile(r'\\([\\"“”»])')
_QUOTATIONS = {
    opening: re.compile(rf"((?>\\[\\\"{closing}]|.)*?)[{closing}](?!\S)", re.DOTALL)
    for opening, closing in QUOTES.items()
}
"""What stands in a quotation, up to its end. A mark that words go on behind closes nothing."""


class Unclear(Exception):
    """What was typed is no command that exists; the sentence says what does."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a command is typed: the options that are words, and those that are files, in their order."""

    path: str
    words: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """A command, its options, and the names of the files to go with it."""

    path: str
    options: dict[str, str] = field(repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _Word:
    """What stands between `start` and `end` of a line: the value of `option`, or of none."""

    start: int
    end: int
    value: str
    option: str = ""


def read(line: str, forms: Sequence[Form]) -> Typed:
    """Read a line that begins with `/`. Raises Unclear."""
    names = {form.path.partition("/")[0]: None for form in forms}
    name, at = _name(line, 1, list(names), "a command")
    path, below = name, [form.path.partition("/")[2] for form in forms if form.path.startswith(f"{name}/")]
    if below:
        sub, at = _name(line, at, below, f"/{name}")
        path = f"{name}/{sub}"
    form = next(form for form in forms if form.path == path)
    return _typed(line, at, form)


def quoted(value: str) -> str:
    """A value so that it is read as it is."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def line(path: str, options: Mapping[str, str]) -> str:
    """A command as `read` reads it."""
    given = (f"{name}={quoted(value) if value else ''}" for name, value in options.items())
    return " ".join((f"/{path.replace('/', ' ')}", *given))


def _name(text: str, at: int, names: Sequence[str], what: str) -> tuple[str, int]:
    """The name that stands there, and where it ends. Phones begin words with a capital letter."""
    found = _WORD.match(text, _past(text, at))
    if found is None or found[0].lower() not in names:
        raise Unclear(f"{what} takes one of: {', '.join(names)}.".capitalize())
    return found[0].lower(), found.end()


def _typed(text: str, at: int, form: Form) -> Typed:
    """Options by name; words without one are the first option that nothing was given for."""
    if labelled := _labelled(
        text[_past(text, at) :], {name.lower(): name for name in (*form.words, *form.files)}
    ):
        return Typed(
            form.path,
            {name: value for name, value in labelled.items() if name in form.words},
            tuple(value for name, value in labelled.items() if name in form.files),
        )
    words = _words(text, at, {name.lower(): name for name in (*form.words, *form.files)})
    options = {word.option: word.value for word in words if word.option in form.words}
    files = tuple(word.value for word in words if word.option in form.files)
    rest = _rest(text, words)
    free = [name for name in form.words if name not in options]
    if rest and not free:
        raise Unclear(f"/{form.path.replace('/', ' ')} takes no further words.")
    if rest:
        options[free[0]] = rest
    return Typed(form.path, options, files)


def _labelled(rest: str, names: Mapping[str, str]) -> dict[str, str]:
    """Options that are what stands behind their names and colons, up to the next; none, where the words do
    not begin with one."""
    marks: dict[str, re.Match[str]] = {}
    for found in _labels(rest):
        if name := names.get(found[1].lower()):
            marks.setdefault(name, found)
    if not marks or next(iter(marks.values())).start() != 0:
        return {}
    ends = [*(mark.start() for mark in list(marks.values())[1:]), len(rest)]
    return {
        name: _unquoted(rest[mark.end() : end].strip())
        for (name, mark), end in zip(marks.items(), ends, strict=True)
    }


def _labels(rest: str) -> Iterator[re.Match[str]]:
    """Names with their colons, but for those in a quotation."""
    at = 0
    while (at := _past(rest, at)) < len(rest):
        if found := _LABEL.match(rest, at):
            yield found
        _, at = _value(rest, at, insists=False)


def _unquoted(text: str) -> str:
    """A value without quotes about all of it."""
    value, end = _value(text, 0, insists=False)
    return value if end == len(text) else text


def _rest(text: str, words: Sequence[_Word]) -> str:
    """What belongs to no option, as it was typed: words, the space between them, lines and all. Quotes about
    all of it are taken away."""
    free = [word for word in words if not word.option]
    if len(free) == 1:
        return free[0].value
    parts: list[str] = []
    for before, word in zip((None, *words), words, strict=False):
        if word.option:
            continue
        if parts:
            together = before is not None and not before.option
            parts.append(text[before.end : word.start] if before and together else " ")
        parts.append(text[word.start : word.end])
    return "".join(parts)


def _words(text: str, at: int, names: Mapping[str, str]) -> list[_Word]:
    """All of a line's words from there on. `names`: the options, by their small letters."""
    found: list[_Word] = []
    while (start := _past(text, at)) < len(text):
        option = _OPTION.match(text, start)
        known = names.get(option[1].lower(), "") if option else ""
        begins = option.end() if option and known else start
        value, at = _value(text, begins, insists=bool(known))
        found.append(_Word(start, at, value, known))
    return found


def _value(text: str, at: int, *, insists: bool) -> tuple[str, int]:
    """A value, and where it ends. Raises Unclear when it `insists` on the other half of a quotation."""
    if at < len(text) and (quotation := _QUOTATIONS.get(text[at])):
        if found := quotation.match(text, at + 1):
            return _ESCAPED.sub(r"\1", found[1]), found.end()
        if insists:
            raise Unclear("A double quote is missing its other half.")
    found = _WORD.match(text, at)
    return (found[0], found.end()) if found else ("", at)


def _past(text: str, at: int) -> int:
    """Where the space ends that begins there."""
    found = _SPACE.match(text, at)
    return found.end() if found else at
