"""Characters that nobody sees, and that say something all the same: to a model, to a terminal, to a reader.

Tags (U+E0000–E007F) and variation selectors carry whole sentences past every person who reads a text, bidi
controls reorder what stands on the screen, and control characters move a terminal's cursor. They go on the
way to a model and on the way to people; what is stored stays as it was said. Pure.
"""

import re
from collections.abc import Iterator

_SCRIPTS = r"\u0600-\u1cff\ua800-\uabff\ufb50-\ufdff"
"""Scripts whose words are written with joiners: Arabic, the Indic ones and their neighbours."""
_EMOJI = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in place) + "\U000e007f"
    for place in ("gbeng", "gbsct", "gbwls")
)
"""England, Scotland and Wales: the flags that are spelt in tags."""

_HIDDEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0d\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_SUSPECT = re.compile(rf"[{_HIDDEN}\u200c\u200d\ufe0e\ufe0f]")
_UNSEEN = re.compile(
    rf"({_FLAGS})"
    rf"|[{_HIDDEN}]"
    rf"|(?<![{_SCRIPTS}])\u200c"
    rf"|(?<![{_SCRIPTS}])(?:(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}]))"
    rf"|(?<![{_EMOJI}])(?:(?<![0-9#*])[\ufe0e\ufe0f]|[\ufe0e\ufe0f](?!\u20e3))"
)


def seen(text: str) -> str:
    """The text as people see it. Emoji, and words of scripts that need joiners, stay whole."""
    if _plain(text) or not _SUSPECT.search(text):
        return text
    return _UNSEEN.sub(lambda found: found[1] or "", text)


def _plain(text: str) -> bool:
    """Whether it is lines of ASCII that everybody sees: told far quicker than searched."""
    return text.isascii() and text.replace("\n", "").isprintable()


def unseen(text: str) -> Iterator[tuple[int, int]]:
    """Where what `seen` leaves out begins and ends."""
    return (
        (found.span() for found in _UNSEEN.finditer(text) if not found[1])
        if _SUSPECT.search(text)
        else iter(())
    )


def visible(text: str, notice: str, voice: str = "") -> str:
    """A message as people see it: who speaks, where that was asked for by name, its words, and the notice
    under them."""
    return seen("\n\n".join(part for part in (voiced(text, voice), notice) if part))


def voiced(text: str, voice: str) -> str:
    """Words, and above them the name of the persona that says them."""
    return f"**{voice}**\n{text}" if voice and text else text
