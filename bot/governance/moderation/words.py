"""Words that are not to be said: found however they are disguised, within reason, as a text grows. Pure.

A line of the list is a word or several; `*` at an end lets the word go on there: `badword*`. A letter may be
repeated, imitated or hidden between others that nobody sees, and all letters may stand apart: `b a d`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from bot.governance.moderation.letters import Letter, borderless, letters, letters_of

APART: Final = 3
"""Signs that may stand between two letters, or two words."""
SPELT: Final = 3
"""Letters that a word has at least that is recognised when it is spelt out."""
LONGEST: Final = 100
"""Characters of a line of the list."""

JOINED, SPACED = 1, 2
"""How a word is written that was begun; 0: one letter does not tell."""


@dataclass(frozen=True)
class Pattern:
    """A line of the list: its letters, before which of them a gap is, and whether the word goes on."""

    letters: str
    gaps: frozenset[int] = frozenset()
    open_start: bool = False
    open_end: bool = False

    @cached_property
    def spaced(self) -> bool:
        """Whether it is recognised when it is spelt out."""
        return len(self.letters) >= SPELT


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a word of the list begins and ends in a text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Thread:
    """A word that may have begun: so many of its letters are there, and so many signs behind the last."""

    pattern: Pattern
    there: int = 1
    how: int = 0
    apart: int = 0
    real: bool = False
    """Whether one of them is itself: digits alone are a number."""

    @property
    def whole(self) -> bool:
        return self.there == len(self.pattern.letters)


@dataclass(frozen=True)
class WordList:
    """All lines."""

    patterns: tuple[Pattern, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[str]) -> "WordList":
        """The list of these lines; those that say nothing are left out."""
        return cls(tuple({found: None for line in lines if (found := pattern(line))}))

    def __bool__(self) -> bool:
        return bool(self.patterns)

    @cached_property
    def by_letter(self) -> dict[str, tuple[Pattern, ...]]:
        """The lines by their first letter."""
        found: dict[str, tuple[Pattern, ...]] = {}
        for one in self.patterns:
            found[one.letters[0]] = (*found.get(one.letters[0], ()), one)
        return found

    def find(self, text: str) -> Hit | None:
        """The first word of the list in a whole text."""
        return Scanner(self).read(text, final=True)


@lru_cache(maxsize=256)
def listed(lines: tuple[str, ...]) -> WordList:
    """The list of these lines; rooms have theirs for long."""
    return WordList.of(lines)


def pattern(line: str) -> Pattern | None:
    """What a line says; None: nothing that could be looked for."""
    stripped = line.strip()
    bare = stripped.strip("*")
    words = "".join(_meant(letter) for letter in letters(bare)).split()
    joined = "".join(words)
    if len(line) > LONGEST or not joined or (len(joined) < 2 and not borderless(joined)):
        return None
    ends = [sum(map(len, words[: count + 1])) for count in range(len(words) - 1)]
    return Pattern(
        joined,
        frozenset(ends),
        stripped.startswith("*") or borderless(joined[0]),
        stripped.endswith("*") or borderless(joined[-1]),
    )


def _meant(letter: Letter) -> str:
    """What a letter of the list stands for; a blank between words."""
    return letter.own or min(letter.also, default=" ")


@dataclass(slots=True)
class Scanner:
    """Reads a text as it grows. `hit`: the first word of the list."""

    words: WordList
    hit: Hit | None = None
    _at: int = 0
    _in_word: bool = False
    _threads: dict[_Thread, int] = field(default_factory=dict)

    @property
    def safe(self) -> int:
        """So many characters can be shown: none of them is of a word of the list, whatever follows."""
        return min((self._at, *self._threads.values())) if self.hit is None else self.hit.start

    def read(self, more: str, *, final: bool = False) -> Hit | None:
        """What comes next; `final`: that was all. The first word of the list, once it is there."""
        for character in more:
            if self.hit is not None:
                break
            for letter in letters_of(character):
                self._step(letter)
            self._at += 1
        if final and self.hit is None:
            self._found(start for thread, start in self._threads.items() if thread.whole and thread.real)
        return self.hit

    def _step(self, letter: Letter) -> None:
        before = self._threads
        self._found(start for one, start in before.items() if one.whole and one.real and not letter.word)
        self._threads = {}
        for thread, start in before.items():
            for following in _following(thread, letter):
                self._keep(following, start)
        for first in {letter.own, *letter.also}:
            for one in self.words.by_letter.get(first, ()):
                if one.open_start or not self._in_word:
                    self._keep(_Thread(one, real=first == letter.own), self._at)
        self._in_word = letter.word

    def _keep(self, thread: _Thread, start: int) -> None:
        self._threads[thread] = min(start, self._threads.get(thread, start))
        if thread.whole and thread.real and thread.pattern.open_end and thread.how != SPACED:
            self._found([start], self._at + 1)

    def _found(self, starts: Iterable[int], end: int | None = None) -> None:
        for start in starts:
            if self.hit is None or start < self.hit.start:
                self.hit = Hit(start, self._at if end is None else end)


def _following(thread: _Thread, letter: Letter) -> Iterator[_Thread]:
    """What a word that has begun may be with another letter or sign."""
    line, there = thread.pattern, thread.there
    if not thread.apart and letter.is_for(line.letters[there - 1]):
        yield thread
    if thread.whole:
        return
    spells = thread.how != JOINED and line.spaced
    if letter.parts and thread.apart < APART and (spells or there in line.gaps):
        yield _Thread(line, there, thread.how, thread.apart + 1, thread.real)
    wanted = line.letters[there]
    if letter.is_for(wanted):
        real = thread.real or wanted == letter.own
        yield from (_Thread(line, there + 1, how, 0, real) for how in _goes_on(thread, spells))


def _goes_on(thread: _Thread, spells: bool) -> Iterator[int]:
    """In which ways a word goes on with the letter that comes next in it."""
    gap = thread.there in thread.pattern.gaps
    if thread.apart and spells:
        yield SPACED
    if thread.how != SPACED and gap == bool(thread.apart):
        yield JOINED
