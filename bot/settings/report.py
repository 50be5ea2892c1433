"""What reading the settings has to say: problems end the start, notes and what is missing are printed."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Report:
    """Sentences, gathered while everything is read. None repeats the value of a variable."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def problem(self, sentence: str) -> None:
        """Something the operator must change before Parley can start."""
        self.problems.append(sentence)


def near(name: str, known: Iterable[str]) -> str:
    """A question to append, when something known is close to what was written; else nothing."""
    close = difflib.get_close_matches(name, [str(one) for one in known], n=1)
    return f" Did you mean {close[0]}?" if close else ""


def shown(name: str) -> str:
    """A name that came from outside, fit for any terminal."""
    return name if name.isascii() and name.isprintable() else ascii(name)
