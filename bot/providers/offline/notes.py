"""Notes of a conversation as the stand-in writes them: who said what, in their own words. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from bot.messages import Turn
from bot.providers.offline.speech import tokens

_TASK: Final = "You write notes of a long conversation"
_MARK: Final = re.compile(r"⟦(?:(?P<notes>notes)|person: (?P<who>[^⟧\n]+)|answer)⟧\s*")
_SHOWN: Final = re.compile(
    r"\n*Between ⟦notes of what was said before⟧[^\n]*\n⟦notes of what was said before⟧\n"
    r"(?P<lines>.*)\n⟦end of the notes⟧\s*",
    re.DOTALL,
)
_LINE: Final = re.compile(r"(?P<who>[^:\n]{1,32}): (?P<text>.+)")
LONGEST: Final = 120


def condensed(turns: Sequence[Turn], most: int) -> str | None:
    """The old notes and a line for each message of a person, the last ones within `most` tokens. None: no
    notes are wanted."""
    if len(turns) != 2 or not turns[0].text.startswith(_TASK):
        return None
    text, lines = turns[1].text, []
    marks = list(_MARK.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        said = text[mark.end() : following.start() if following else len(text)].strip()
        if mark["notes"]:
            lines += said.splitlines()
        elif mark["who"] and said:
            lines.append(f"{mark['who']}: {_first(said)}")
    while lines and len(tokens("\n".join(lines))) > most - 1:
        lines.pop(0)
    return "\n".join(lines) or "Nothing was said."


def remembered(system: str) -> tuple[str, list[tuple[str, str]]]:
    """Instructions without the notes that stand in them, and who said what according to the notes."""
    shown = _SHOWN.search(system)
    if shown is None:
        return system, []
    lines = (_LINE.fullmatch(line) for line in shown["lines"].splitlines())
    rest = system[: shown.start()] + system[shown.end() :]
    return rest, [(line["who"], line["text"]) for line in lines if line]


def _first(text: str) -> str:
    line = text.partition("\n")[0].strip()
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
