"""Hosts that pretend to be a platform's, or that nobody can read for what they are. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

_ALIKE: Final = str.maketrans("1l!|іıӏι0оο5ѕсϲԁгеа", "iiiiiiiioooss" + "ccdrea")
"""Letters and what they are taken for."""

_ALPHABETS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Those that look alike."""


@dataclass(frozen=True)
class Impostors:
    """What tells hosts that pretend to be `name`'s: `genuine` ones are its own, `bait` is what the others
    promise."""

    name: str
    genuine: Sequence[str]
    bait: Sequence[str]
    _misspelt: frozenset[str] = field(init=False)
    _shape: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_misspelt", _misspelt(self.name))
        object.__setattr__(self, "_shape", _drawn(self.name))

    def deceives(self, authority: str) -> bool:
        """Whether a host, with or without a port, seems to be its and is not, or mixes alphabets."""
        host = _spelt(authority.partition(":")[0].rstrip(".").lower())
        if any(host == one or host.endswith(f".{one}") for one in self.genuine):
            return False
        return any(_mixed(label) for label in host.split(".")) or self._alike(host)

    def _alike(self, host: str) -> bool:
        """Whether it is the name in other letters, misspelt, or beside what nobody gives away."""
        words = re.split(r"[.\-_]", host)
        drawn = [_drawn(word) for word in words]
        if any(
            self._shape in shape and self.name not in word for word, shape in zip(words, drawn, strict=True)
        ):
            return True
        if any(word.startswith(wrong) for word in words for wrong in self._misspelt if self.name not in word):
            return True
        return self.name in host.replace("-", "") and any(bait in host for bait in self.bait)


def _misspelt(name: str) -> frozenset[str]:
    """A name with two letters exchanged, or one doubled."""
    exchanged = (name[:n] + name[n + 1] + name[n] + name[n + 2 :] for n in range(len(name) - 1))
    doubled = (name[:n] + name[n] + name[n:] for n in range(len(name)))
    return frozenset((*exchanged, *doubled)) - {name}


def _spelt(host: str) -> str:
    """A host as it is meant to be read; what is written in punycode, and cannot be read, stays."""
    try:
        labels = [
            one[4:].encode().decode("punycode") if one.startswith("xn--") else one for one in host.split(".")
        ]
    except (UnicodeError, ValueError):
        return host
    return unicodedata.normalize("NFKC", ".".join(labels)).lower()


def _mixed(label: str) -> bool:
    """Whether its letters are of several alphabets that look alike."""
    names = [unicodedata.name(char, "") for char in label if char.isalpha()]
    return len({one for one in _ALPHABETS for name in names if name.startswith(one)}) > 1


def _drawn(word: str) -> str:
    """A word as a glance takes it: without accents, each letter as the one that it looks like."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))
    return bare.translate(_ALIKE).replace("ci", "d").replace("rn", "m")
