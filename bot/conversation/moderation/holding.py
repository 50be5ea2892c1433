"""What of an answer may be shown while it is written: nothing that is not to be said, nor its beginning.

Words of a list are held back to the letter. What models judge is cleared in steps of a sentence or more, each
with a little of what stands before it; steps grow with the answer, so that a long one costs few of them.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from bot.governance.moderation.words import Hit, Scanner, WordList
from bot.unseen import seen

STEP: Final = 200
"""Characters that are cleared at once, at least: a sentence may be shorter."""
SENTENCE: Final = 60
"""Characters of the shortest sentence that is cleared by itself."""
BEFORE: Final = 200
"""Characters before a step that are judged with it."""
GROWS: Final = 8
"""A step is at least one in so many parts of what was cleared."""
MOST: Final = 8000
"""Characters that are judged at once."""
_ENDS: Final = re.compile(r"[.!?…。！？]+[\"'”’)*_]*\s|\n")

Judge = Callable[[str], Awaitable[bool]]
"""Whether a text may be shown."""


@dataclass(slots=True)
class Screen:
    """Implements `bot.ports.Screens` for one answer. `judge` None: the list alone decides. `hit`: the word of
    the list that ended it; `bad`: what a judge did not let pass; `wake` is called when more may be shown."""

    words: WordList
    judge: Judge | None = None
    wake: Callable[[], None] = lambda: None
    hit: Hit | None = None
    bad: str = field(default="", repr=False)
    _read: str = field(default="", repr=False)
    _cleared: str = field(default="", repr=False)
    _scanner: Scanner = field(init=False)
    _settled: str = field(default="", repr=False)
    _judging: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self._scanner = Scanner(self.words)

    @property
    def held(self) -> bool:
        """Whether the answer ends here."""
        return self.hit is not None or bool(self.bad)

    def begin(self, text: str) -> None:
        """What the answer goes on from, which was judged before."""
        self._scan(seen(text))
        self._cleared = self._read

    def take(self, text: str) -> None:
        """The answer so far, longer or another than the last."""
        self._scan(seen(text))
        free = self._judging is None or self._judging.done()
        if self.judge and free and not self.held and (step := self._step()):
            self._judging = asyncio.create_task(self._clear(step))

    async def clear(self, text: str, *, final: bool) -> str:
        """The beginning of a text that may be shown now; all of one that is final, which was judged."""
        return seen(text) if final else self.shown(text)

    def shown(self, text: str) -> str:
        """As much of a text as was cleared."""
        wanted = seen(text)
        if self._settled.startswith(wanted) and not self.held:
            return wanted
        free = _common(wanted, self._read[: self._scanner.safe])
        return _common(free, self._cleared) if self.judge else free

    async def settle(self, text: str) -> None:
        """Judge all of the answer so far, and wait for it."""
        self._scan(seen(text), final=True)
        if self._judging:
            await asyncio.gather(self._judging)
        while self.judge and not self.held and (rest := self._rest()):
            await self._clear(self._cleared + rest[:MOST])
        if not self.held:
            self._settled = self._read

    async def close(self) -> None:
        """Nobody waits for it any more."""
        if self._judging:
            self._judging.cancel()
            await asyncio.gather(self._judging, return_exceptions=True)

    def _scan(self, text: str, *, final: bool = False) -> None:
        if self.held:
            return
        if not text.startswith(self._read):
            self._scanner = Scanner(self.words)
            self._cleared = _common(self._cleared, text)
            self._read = ""
        self.hit = self._scanner.read(text[len(self._read) :], final=final)
        self._read = text

    def _rest(self) -> str:
        """What nobody has judged yet."""
        return self._read[len(self._cleared) :]

    def _step(self) -> str:
        """The text with another step; nothing: it is not worth it yet."""
        rest = self._rest()
        if len(rest) >= max(STEP, len(self._cleared) // GROWS):
            return self._cleared + rest[:MOST]
        if self._cleared:
            return ""
        ends = [found.end() for found in _ENDS.finditer(rest) if found.end() >= SENTENCE]
        return rest[: ends[-1]] if ends else ""

    async def _clear(self, upto: str) -> None:
        """Have a step judged, with a little of what stands before it."""
        before = max(0, len(self._cleared) - BEFORE)
        passed = self.judge is None or await self.judge(upto[before:])
        if not self._read.startswith(upto):  # another model took over meanwhile
            return
        if passed:
            self._cleared = upto
            self.wake()
        else:
            self.bad = upto[before:]


def _common(one: str, other: str) -> str:
    """What two texts begin with."""
    if one.startswith(other):
        return other
    if other.startswith(one):
        return one
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return one[: sum(1 for _ in same)]
