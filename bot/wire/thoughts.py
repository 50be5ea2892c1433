"""Answers without what their model thought aloud. Pure."""

from typing import Final

ENDS: Final = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reason>": "</reason>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
    "<|begin_of_thought|>": "<|end_of_thought|>",
    "◁think▷": "◁/think▷",
}
"""What a block of thoughts begins with in the models that are in use, and what it ends with."""


class Thoughts:
    """Leaves out the blocks of thoughts that an answer begins with, however the answer is cut into pieces.

    Only the start counts: behind the first word a tag is part of what is said. White space behind a block
    goes with it. A block that is never closed hides the rest of the answer.
    """

    def __init__(self) -> None:
        self._held = ""
        self._end = ""  # what closes the block that we are in
        self._thought = False
        self._speaks = False

    def say(self, text: str) -> str:
        """Take the next piece: what can be shown of the answer now."""
        if self._speaks:
            return text
        self._held += text
        while self._skipped():
            pass
        return "" if self._end or self._unsure() else self._speak()

    def rest(self) -> str:
        """The answer is over: what was held back because it could have become a tag."""
        return "" if self._end else self._speak()

    def _skipped(self) -> bool:
        """Whether an end or a beginning of a block was passed over."""
        if self._end:
            hidden, end, rest = self._held.partition(self._end)
            self._held = rest if end else hidden[1 - len(self._end) :]
            self._end = "" if end else self._end
            return bool(end)
        start = self._held.lstrip()
        tag = next((tag for tag in ENDS if start.startswith(tag)), "")
        if tag:
            self._held, self._end, self._thought = start.removeprefix(tag), ENDS[tag], True
        return bool(tag)

    def _unsure(self) -> bool:
        """Whether what is held may still become a tag."""
        start = self._held.lstrip()
        return any(tag.startswith(start) for tag in ENDS)

    def _speak(self) -> str:
        said = self._held.lstrip() if self._thought else self._held
        self._held, self._speaks = "", bool(said)
        return said
