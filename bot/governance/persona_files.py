"""A persona as a TOML file: written to be read as what it was, read with the line of each mistake. Pure."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.errors import BadOption
from bot.governance import styles
from bot.governance.named import name_checked
from bot.governance.personas import Persona, checked

FORM: Final = 1
"""The form's version."""
LARGEST: Final = 16_384
"""Characters of a file that is read."""

FILE: Final = "persona.toml"
KEYS: Final = ("parley", "name", "text", "model", "style", "tools")
TOOLS: Final = 50
"""Tools that a file can name."""
WORD: Final = 200
"""Characters of a model's or a tool's name."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says. `name`: what the persona is called; empty: it has no name."""

    persona: Persona
    name: str = ""


def written(persona: Persona, name: str = "") -> str:
    """A persona as a file."""
    lines = ["# A persona of Parley: /persona import takes it in.", f"parley = {FORM}"]
    if name:
        lines.append(f"name = {_line(name)}")
    lines.append(f"text = {_block(persona.text)}")
    lines += [f"{key} = {_line(value)}" for key, value in _words(persona) if value]
    if persona.tools is not None:
        lines.append(f"tools = [{', '.join(map(_line, persona.tools))}]")
    return "\n".join(lines) + "\n"


def read(text: str) -> Imported:
    """What a file says. Raises BadOption with what is wrong, and in which line."""
    if len(text) > LARGEST:
        raise BadOption(f"A persona's file can have {LARGEST:,} characters; this one has {len(text):,}.")
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as exc:
        raise BadOption(f"This file is not valid TOML: {_sentence(exc)}.") from None
    except (RecursionError, ValueError):  # numbers of thousands of digits, lists in lists in lists
        raise BadOption("This file can't be read as TOML.") from None
    return _Reading(text, found).imported()


def _sentence(error: tomllib.TOMLDecodeError) -> str:
    """What the library says, which names line and column, without any words of the file."""
    place = re.search(r"\((at line \d+, column \d+|at end of document)\)", str(error))
    return f"there is a mistake {place[1]}" if place else "it has a mistake"


class _Reading:
    """One file, key by key."""

    def __init__(self, text: str, found: Mapping[str, object]) -> None:
        self._text = text
        self._found = found

    def imported(self) -> Imported:
        """Raises BadOption."""
        for key in self._found:
            if key not in KEYS:
                raise self._wrong(key, f"“{_shown(key)}” is not known. A persona has: {', '.join(KEYS)}")
        form = self._found.get("parley", FORM)
        if form != FORM or isinstance(form, bool):
            raise self._wrong("parley", f"“parley” must be {FORM}: I know no other form of such files")
        if "text" not in self._found:
            raise BadOption("This file has no “text”: who should I be?")
        name = self._checked("name", name_checked)
        words = self._checked("text", checked)
        style = self._checked("style", lambda value: styles.purpose(value).name if value.strip() else "")
        persona = Persona(words, self._word("model"), style, self._tools())
        return Imported(persona, name)

    def _checked(self, key: str, check: Callable[[str], str]) -> str:
        """A text that somebody else knows the rules of."""
        if key not in self._found:
            return ""
        try:
            return check(self._string(key))
        except BadOption as exc:
            raise self._wrong(key, exc.reply.rstrip(".")) from None

    def _word(self, key: str) -> str:
        """A name of something, in one line."""
        if key not in self._found:
            return ""
        value = self._string(key)
        if len(value) > WORD or not value.isprintable():
            raise self._wrong(key, f"“{key}” must be one line of at most {WORD} characters")
        return value.strip()

    def _string(self, key: str) -> str:
        value = self._found[key]
        if not isinstance(value, str):
            raise self._wrong(key, f"“{key}” must be text in quotes")
        return value

    def _tools(self) -> tuple[str, ...] | None:
        """Any names: a tool may be there tomorrow."""
        if "tools" not in self._found:
            return None
        value = self._found["tools"]
        if not isinstance(value, list) or len(value) > TOOLS or not all(map(_is_word, value)):
            raise self._wrong("tools", '“tools” must be a list of names, like ["calculate"]')
        return tuple(dict.fromkeys(value))

    def _wrong(self, key: str, why: str) -> BadOption:
        """What is wrong with a key, and where it stands."""
        begins = re.compile(rf"""\s*(?:\[+\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
        lines = enumerate(self._text.splitlines(), 1)
        number = next((at for at, line in lines if begins.match(line)), 0)
        return BadOption(f"Line {number}: {why}." if number else f"{why}.")


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= WORD and value.isprintable()


def _shown(key: str) -> str:
    return "".join(letter for letter in key if letter.isprintable())[:40]


def _words(persona: Persona) -> tuple[tuple[str, str], ...]:
    return (("model", persona.model), ("style", persona.style))


def _line(value: str) -> str:
    """A text in quotes."""
    return f'"{_escaped(value, newline=True)}"'


def _block(value: str) -> str:
    """A text in lines, as people like to change it."""
    text = _escaped(value, newline=False).replace('""', '"\\"')
    end = text[:-1] + '\\"' if text.endswith('"') and not text.endswith('\\"') else text
    return f'"""\n{end}"""'


def _escaped(value: str, *, newline: bool) -> str:
    """What a quoted text can hold: control characters and backslashes by their escapes."""
    return "".join(_escape(letter, newline=newline) for letter in value)


def _escape(letter: str, *, newline: bool) -> str:
    if letter == "\\" or (letter == '"' and newline):
        return f"\\{letter}"
    if letter == "\n" and not newline:
        return letter
    if ord(letter) < 0x20 or ord(letter) == 0x7F:
        return f"\\u{ord(letter):04X}"
    return letter
