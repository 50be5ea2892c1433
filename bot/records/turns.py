"""What a turn knows when it begins."""

from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from bot.messages import Names, PictureRef
from bot.records.kept import Fact
from bot.records.passages import Passage
from bot.records.rooms import RoomSettings
from bot.records.runs import Round, Run, Slot
from bot.records.said import Said

P = TypeVar("P")

PAST: Final = 200
"""Exchanges that a window may choose from."""

HEARD: Final = 500
"""Messages of a room that a summary can have in it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer. `answer` None: there is none that the model should see."""

    question: Said
    answer: Said | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """What was said in a room up to the question `upto`, in short. `exchanges`: how many they cover in all;
    `strangers`: whether they may hold words of files and pictures; `run_id`: which run wrote them."""

    upto: int
    exchanges: int
    text: str = field(repr=False)
    strangers: bool = False
    run_id: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """All that a turn needs to know, read in one piece. `past`: oldest first, up to the question."""

    run: Run
    question: Said
    past: tuple[Exchange, ...]
    settings: RoomSettings
    slots: tuple[Slot, ...]
    shown: str = field(default="", repr=False)
    """The answer's text so far: what Continue goes on from and Regenerate replaces."""
    links: tuple[str, ...] = ()
    """The hosts that its links lead to."""
    pictures: tuple[PictureRef, ...] = ()
    """The answer's pictures so far."""
    several: bool = False
    """Whether more than one person has spoken in the room."""
    calibration: dict[str, float] = field(default_factory=dict)
    """How many real tokens one estimated token was, by model."""
    rounds: tuple[Round, ...] = ()
    """The tools that this run has used already."""
    facts: tuple[Fact, ...] = ()
    """What who asks has asked to be remembered in this room, the newest first."""
    heard: tuple[Said, ...] = ()
    """What a summary is of, oldest first."""
    larger: int = 1
    """How many times as much of it is read at once as an answer holds for sure: little came of it so far."""
    summary: Notes | None = None
    """What was said before `past` begins."""
    recalled: tuple[Passage, ...] = ()
    """What may bear on the question from before the window, or from what the room knows; the best first."""

    knows: bool = True
    """Whether there may be files that the room knows."""
    names: Names = field(default_factory=Names)
    """What the room and its server are called."""
    safety: str = ""
    """What the operator lets nobody change."""


@dataclass(frozen=True, slots=True)
class Started(Generic[P]):
    """A run that has begun: what was read, what was planned, and the ids made for it."""

    context: Context
    plan: P
    call_id: int
    answer_id: int
    slots: tuple[Slot, ...]
