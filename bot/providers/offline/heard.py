"""What the stand-in gathers from a conversation: who it shall be, what was said, what is asked. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.messages import Picture, Turn
from bot.providers.offline.files import Known, apart
from bot.providers.offline.notes import remembered
from bot.text import CONTINUE

_LABEL = re.compile(r"\s*(?:⟦([^⟧\n]{1,64})⟧|\[([^\]\n]{1,64})\]:)\s*")
_ABOUT_SPEAKERS = re.compile(
    r"(?:^|\n\n)(?:Several people talk in this room\.|You were called by your name, ⟦)[^\n]*"
)
_MATERIAL = re.compile(
    r"(?:^|\n\n)Between ⟦(?:knowledge of this room⟧[^\n]*|(recalled|remembered)⟧.*?\n⟦end of what is \1⟧)",
    re.DOTALL,
)
"""What stands in the instructions and is none: it is told of, and is no part of who speaks."""

_RULES = re.compile(r"\A⟦rules⟧\n.*?\n⟦/rules⟧\n[^\n]*\n*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person. `speaker` is empty where only one person talks."""

    text: str = field(repr=False)
    speaker: str = ""
    pictures: tuple[Picture, ...] = ()
    known: tuple[Known, ...] = ()
    """What files say that were shown with it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A conversation, taken apart. `stopped_at`: the answer that is to be continued."""

    persona: str
    earlier: tuple[Said, ...]
    answers: tuple[str, ...]
    question: Said
    stopped_at: str | None = None

    @property
    def text(self) -> str:
        """What is asked now."""
        return self.question.text

    @property
    def first_contact(self) -> bool:
        """Whether nothing has been answered in this conversation."""
        return not self.answers

    @property
    def own_words(self) -> tuple[str, ...]:
        """What the one who asks has said before, newest first."""
        who = self.question.speaker
        return tuple(said.text for said in reversed(self.earlier) if said.speaker == who)


def listen(turns: Sequence[Turn]) -> Heard:
    """Take a conversation apart; a request to continue is taken back to the question it is about."""
    stopped_at = None
    if len(turns) >= 2 and turns[-1].text == CONTINUE and turns[-2].role == "assistant":
        turns, stopped_at = turns[:-2], turns[-2].text
    said = [_said(turn) for turn in turns if turn.role == "user"]
    persona, noted = remembered(_persona(turns))
    company = bool(said and said[-1].speaker)
    before = [Said(text, who if company else "") for who, text in noted]
    return Heard(
        persona=persona.strip(),
        earlier=(*before, *said[:-1]),
        answers=tuple(turn.text for turn in turns if turn.role == "assistant" and not turn.calls),
        question=said[-1] if said else Said(""),
        stopped_at=stopped_at,
    )


def _persona(turns: Sequence[Turn]) -> str:
    """The instructions, without what they say about how speakers are marked."""
    instructions = "\n\n".join(turn.text for turn in turns if turn.role == "system")
    return _ABOUT_SPEAKERS.sub("", _MATERIAL.sub("", _RULES.sub("", instructions))).strip()


def _said(turn: Turn) -> Said:
    """A message and, when it is marked, who said it."""
    text, known = apart(turn.text)
    if label := _LABEL.match(text):
        return Said(text[label.end() :].strip(), label[1] or label[2], turn.pictures, known)
    return Said(text.strip(), "", turn.pictures, known)
