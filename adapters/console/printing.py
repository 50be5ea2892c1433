"""An answer on a terminal or in a pipe, while it is written. What is printed cannot be taken back."""

import re
from collections.abc import Sequence
from typing import TextIO

REPLACED = "(another model took over)"

NO_INK = re.compile(r"\s+|[`~]{3,}[^\n]*|[`~]")
"""White space and fences: they come and go where an answer is cut into posts. Everything else stays."""

MOVES_THE_CURSOR = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)))
"""Control characters; a tab and a line feed are none here."""

DOING = re.compile(r"(?:\A|\n\n)((?:\*[^\n]+…\*(?:\n|\Z))+)\Z")
"""What is being done for an answer, in a line each, as it stands below what there is of it."""

ASIDE = re.compile(r"\*\((.+?)\)\*")
"""A remark as it stands in a room, where Markdown is drawn."""


def remarks(notice: str) -> list[str]:
    """What a notice says, one thing after the other, without the marks of a room. Pure."""
    return ASIDE.findall(notice) or [notice]


class Printer:
    """Prints one answer. A terminal gets its posts as they grow, and no control characters. A pipe gets
    exactly the text: what follows the first post comes at the end, when it is known where it was cut."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._ink = ""
        self._doing = ""

    def live(self, posts: Sequence[str]) -> None:
        """The posts as they are now. Raises BrokenPipeError."""
        text = "\n".join(posts if self._terminal else posts[:1])
        doing = DOING.search(text)
        text = DOING.sub("", text)
        ink = NO_INK.sub("", text)
        if not self._ink.startswith(ink):
            begin = self._goes_on(ink)
            self.say(text[place(text, begin) : place(text, len(ink))], end="")
            self._ink = ink
        self._tell(doing[1] if doing else "")

    def _tell(self, doing: str) -> None:
        """What is being done, once, to a person; it is no part of the answer."""
        if self._terminal and doing and doing != self._doing:
            told = "\n".join(f"({line.strip('*')})" for line in doing.splitlines())
            self.say(f"\n{told}" if self._ink else told, end="" if self._ink else "\n")
        self._doing = doing

    def final(self, text: str) -> None:
        """The answer is complete. Raises BrokenPipeError."""
        begin = self._goes_on(NO_INK.sub("", text))
        self.say(text[place(text, begin) :])

    def say(self, text: str, end: str = "\n") -> None:
        """Print something. Raises BrokenPipeError."""
        if self._terminal:
            text = text.translate(MOVES_THE_CURSOR)
        self._out.write(text + end)
        self._out.flush()

    def _goes_on(self, ink: str) -> int:
        """How much of this is printed already; another text begins anew."""
        if ink.startswith(self._ink):
            return len(self._ink)
        self.say(f"\n{REPLACED}")
        return 0


def place(text: str, ink: int) -> int:
    """Behind how many characters so much of the text's ink is printed."""
    start = 0
    for gap in NO_INK.finditer(text) if ink else ():
        run = gap.start() - start
        if ink <= run:
            break
        ink, start = ink - run, gap.end()
    return start + ink
