"""Answers cut at the first stop string, however they come in pieces. Pure."""

import re
from collections.abc import Sequence


class Stops:
    """Holds back what may become a stop string. None of `stops` is part of another."""

    def __init__(self, stops: Sequence[str]) -> None:
        self.found = False
        """One has come: whatever follows is not part of the answer."""
        self._any = re.compile("|".join(map(re.escape, stops)))
        self._begun = frozenset(stop[:length] for stop in stops for length in range(1, len(stop)))
        self._longest = max(map(len, self._begun), default=0)
        self._held = ""

    def say(self, text: str) -> str:
        """Take the next piece: what is certainly part of the answer."""
        if self.found:
            return ""
        text = self._held + text
        if stop := self._any.search(text):
            self.found, self._held = True, ""
            return text[: stop.start()]
        held = self._unsure(text)
        self._held = text[len(text) - held :]
        return text[: len(text) - held]

    def rest(self) -> str:
        """The answer is over: what was held back and became nothing."""
        held, self._held = self._held, ""
        return held

    def _unsure(self, text: str) -> int:
        """How many characters at the end may be the beginning of a stop string."""
        lengths = range(min(self._longest, len(text)), 0, -1)
        return next((length for length in lengths if text[-length:] in self._begun), 0)
