"""An answer on a terminal or in a pipe, while it is written. What is printed cannot be taken back."""

import re
from collections.abc import Sequence
from typing import TextIO

REPLACED = "(another model took over)"

CLOSER = re.compile(r"\n[`~]{3,}\s*\Z")
"""The fence that closes a post in the middle of a code block: it moves on with the next words."""

MOVES_THE_CURSOR = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)))
"""Control characters; a tab and a line feed are none here."""


class Printer:
    """Prints one answer. A terminal gets its posts as they grow, and no control characters. A pipe gets
    exactly the text: what follows the first post comes at the end, when it is known where it was cut."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._posts: list[str] = []
        self._shown = ""

    def live(self, posts: Sequence[str]) -> None:
        """The posts as they are now. Raises BrokenPipeError."""
        bodies = [CLOSER.sub("", post).rstrip() for post in (posts if self._terminal else posts[:1])]
        text = "\n".join((*posts[: len(bodies) - 1], bodies[-1]))
        if self._shown.startswith(text):
            return  # it only lost what may still change at its end
        if text.startswith(self._shown):
            self.say(text[len(self._shown) :], end="")
        else:
            self.say(f"\n{REPLACED}\n{text}", end="")
        self._shown, self._posts = text, bodies

    def final(self, text: str) -> None:
        """The answer is complete. Raises BrokenPipeError."""
        rest = rest_of(text, self._posts)
        self.say(f"\n{REPLACED}\n{text}" if rest is None else rest)

    def say(self, text: str, end: str = "\n") -> None:
        """Print something. Raises BrokenPipeError."""
        if self._terminal:
            text = text.translate(MOVES_THE_CURSOR)
        self._out.write(text + end)
        self._out.flush()


def rest_of(text: str, posts: Sequence[str]) -> str | None:
    """What of `text` comes after these posts; None when they are not its beginning. Pure.

    Between two posts only white space is lost, and a code block is opened again with its first line.
    """
    for post in posts:
        text, body = text.lstrip(), post.lstrip()
        if not text.startswith(body) and body.startswith(("```", "~~~")):
            body = body.partition("\n")[2].lstrip()
        if not text.startswith(body):
            return None
        text = text[len(body) :]
    return text
