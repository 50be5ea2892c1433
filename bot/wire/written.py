"""Calls of tools that a model wrote into its answer, told from the text, however it comes in pieces. Pure."""

import re
from collections.abc import Collection
from enum import Enum, auto
from typing import Final

from bot.errors import ProviderGarbled
from bot.messages import ToolCall
from bot.wire.calls import LARGEST, MOST
from bot.wire.prompted import CALL, CALLED, RESULT
from bot.wire.reading import begins_like_a_call, calls_in, whole_call

FENCE: Final = "```"
MARKS: Final = (FENCE, CALL, CALLED, RESULT)
MARK: Final = re.compile("|".join(map(re.escape, MARKS)))
INSIDE: Final = re.compile(rf'\\.|"|{re.escape(CALLED)}', re.DOTALL)
"""What is looked for in a call: an escaped character, the beginning or end of a text, the end of the call."""

BARE: Final = 100_000
"""Characters of an answer that may be a call without tags."""


class _State(Enum):
    START = auto()
    TEXT = auto()
    CALL = auto()
    OVER = auto()


class Written:
    """Takes an answer piece by piece. `calls`: those that are complete; after `rest`, all.

    A call inside a code block or behind a backtick is an example, and text, unless the block is all there is.
    A call that cannot be read is one all the same, so that the model hears of it. What follows on results
    that the model made up is left out. `tools`: the names of those that it knows of.
    """

    def __init__(self, tools: Collection[str]) -> None:
        self.calls: list[ToolCall] = []
        self._tools = tools
        self._state = _State.START
        self._held = ""
        self._body = _Body()
        self._last = ""  # the last character of the text
        self._in_code = False
        self._quoted = False  # an example began behind a backtick
        self._spoke = False
        self._apart = False  # a call stands between what was said and what will be

    def say(self, text: str) -> str:
        """Take the next piece: what is certainly text. Raises ProviderGarbled when a call is too long."""
        shown: list[str] = []
        while text and self._state is not _State.OVER:
            if self._state is _State.CALL:
                text = self._in_call(text)
                continue
            text, self._held = self._held + text, ""
            if self._state is _State.START and begins_like_a_call(text, self._tools):
                self._held = text
                _check(len(text), BARE)
                break
            self._state = _State.TEXT
            text = self._in_text(text, shown)
        return "".join(shown)

    def rest(self) -> str:
        """The answer is over: what was held back and became no call."""
        shown = ""
        if self._state is _State.START:
            if found := whole_call(self._held, self._tools):
                self.calls += found
                return ""
            held, self._held, self._state = self._held, "", _State.TEXT
            shown = self.say(held)
        while self._state is _State.CALL:  # never closed, or in a text that was not
            inside, _, after = self._body.all().partition(CALLED)
            self._take(inside)
            shown += self.say(after)
        return shown + (self._shown(self._held) if self._state is _State.TEXT else "")

    def _in_call(self, text: str) -> str:
        """What follows on the call, if it ends in this piece."""
        rest = self._body.say(text)
        if self._body.closed:
            self._take(self._body.all())
        return rest

    def _in_text(self, text: str, shown: list[str]) -> str:
        """What follows on the next mark of a call."""
        place = after = 0
        for mark in MARK.finditer(text):
            self._last = text[mark.start() - 1 : mark.start()] or self._last
            if self._is_text(mark[0]):
                self._last, after = mark[0][-1], mark.end()
                continue
            shown.append(self._shown(text[place : mark.start()]))
            place = after = mark.end()
            if self._state is not _State.TEXT:
                return text[place:]
        held = _begun(text[after:], MARKS)
        certain = text[place : len(text) - held]
        self._held, self._last = text[len(text) - held :], certain[-1:] or self._last
        shown.append(self._shown(certain))
        return ""

    def _is_text(self, mark: str) -> bool:
        """Whether a mark is text. One that is not may be where something else begins."""
        if mark == FENCE:
            self._in_code = not self._in_code
        if mark == FENCE or self._in_code:
            return True
        if mark == CALLED:
            quoted, self._quoted = self._quoted, False
            return quoted
        if self._last == "`":
            self._quoted = mark == CALL
            return True
        if mark == CALL:
            self._state = _State.CALL
        elif self.calls:
            self._state = _State.OVER
        return False

    def _take(self, inside: str) -> None:
        self.calls += calls_in(inside)
        _check(len(self.calls), MOST)
        self._body = _Body()
        self._state, self._apart, self._last = _State.TEXT, True, ""

    def _shown(self, text: str) -> str:
        """The text, set off from what was said before a call. White space alone is nothing there."""
        if self._apart:
            text = text.lstrip()
            self._apart = not text
            if text and self._spoke:
                text = f"\n\n{text}"
        self._spoke |= bool(text)
        return text


class _Body:
    """What stands inside a call. It does not end in the middle of one of its texts."""

    def __init__(self) -> None:
        self.closed = False
        self._pieces: list[str] = []
        self._size = 0
        self._tail = ""  # what may be the beginning of something
        self._quoted = False

    def say(self, text: str) -> str:
        """Take the next piece: what follows on the end of the call. Raises ProviderGarbled."""
        self._size += len(text)
        text, self._tail = self._tail + text, ""
        place = 0
        for found in INSIDE.finditer(text):
            if found[0] == '"':
                self._quoted = not self._quoted
            elif found[0] == CALLED and not self._quoted:
                self._pieces.append(text[: found.start()])
                self.closed = True
                return text[found.end() :]
            place = found.end()
        held = _begun(text[place:], (CALLED, "\\ "))
        self._pieces.append(text[: len(text) - held])
        self._tail = text[len(text) - held :]
        _check(self._size, LARGEST)
        return ""

    def all(self) -> str:
        """All that was taken."""
        return "".join((*self._pieces, self._tail))


def _begun(text: str, marks: Collection[str]) -> int:
    """How many characters at the end may be the beginning of one of these."""
    longest = max(map(len, marks)) - 1
    lengths = range(min(longest, len(text)), 0, -1)
    return next((size for size in lengths if any(mark.startswith(text[-size:]) for mark in marks)), 0)


def _check(count: int, most: int) -> None:
    if count > most:
        raise ProviderGarbled("calls of tools without measure")
