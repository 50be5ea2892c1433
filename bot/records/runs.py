"""Runs, the steps that they took, and where their answers stand."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import (
    Action,
    Actor,
    Address,
    ChannelKey,
    Made,
    MadeRef,
    Person,
    PictureRef,
    RunOptions,
    ToolCall,
    ToolResult,
)
from bot.records.calls import Call
from bot.records.said import Sight
from bot.runs import RunKind, RunStatus


@dataclass(frozen=True, slots=True)
class Order:
    """A run that a person asks for."""

    kind: RunKind = RunKind.CHAT
    options: RunOptions = RunOptions()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message is stored and its run is queued. `ahead`: how many runs the room finishes first."""

    message_id: int
    run_id: int
    ahead: int = 0
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One message of an answer on the platform: the ledger's row. `post_id` empty: intended only."""

    id: int
    seq: int
    post_id: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored."""

    id: int
    key: ChannelKey
    kind: RunKind
    status: RunStatus
    actor: Actor
    address: Address
    options: RunOptions
    question_id: int
    answer_id: int | None
    attempts: int
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    model: str = ""
    last_error: str = ""
    incomplete: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """One round of tools: what a model said and asked for, and what came of it, in order. `results` empty:
    nobody knows. `step_id`: where it is written down. `allowed`: what a person said who was asked; None:
    nobody has said anything."""

    text: str = field(repr=False)
    calls: tuple[ToolCall, ...]
    results: tuple[ToolResult, ...] = ()
    step_id: int = 0
    allowed: bool | None = None


@dataclass(frozen=True, slots=True)
class RunStep:
    """How an answer came about: a message created, or tools called. `detail` is JSON as it is stored, `used`
    what it says of tools."""

    kind: str
    detail: dict[str, object] = field(repr=False)
    at: datetime
    id: int = 0
    used: Round | None = None


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run with all that is known of it."""

    run: Run
    steps: tuple[RunStep, ...]
    calls: tuple[Call, ...]

    @property
    def in_order(self) -> tuple[RunStep | Call, ...]:
        """Steps and calls as they began. A reservation for which nobody was asked is no call."""
        made = [call for call in self.calls if call.outcome != "skipped"]
        return tuple(sorted((*made, *self.steps), key=lambda each: each.at))


@dataclass(frozen=True, slots=True)
class Entry:
    """One whole message as people see it: a question or an answer, with its run and its posts."""

    id: int
    key: ChannelKey
    author: Person
    role: str
    text: str = field(repr=False)
    notice: str
    pictures: tuple[PictureRef, ...]
    posts: tuple[Slot, ...]
    run_id: int | None
    run_status: RunStatus | None
    run_kind: RunKind | None
    question_id: int | None
    created_at: datetime
    edited_at: datetime | None = None
    incomplete: str = ""
    run_model: str = ""
    actions: tuple[Action, ...] = ()
    """The buttons under it."""
    documents: tuple[str, ...] = ()
    """The names of files whose words came with it."""
    made: tuple[MadeRef, ...] = ()
    """The files that an answer brings."""
    voice: str = ""
    """Of an answer: the persona that was asked for by its name."""
    links: frozenset[str] | None = None
    """Of an answer: the hosts that its links may lead to; None: nobody restricts them."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A finished answer that has not wholly reached its platform."""

    run: Run
    text: str = field(repr=False)
    notice: str
    pictures: tuple[PictureRef, ...]
    slots: tuple[Slot, ...]
    files: tuple[Made, ...] = ()
    voice: str = ""
    links: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: what is stored and shown of it."""

    status: RunStatus
    text: str = field(default="", repr=False)
    notice: str = ""
    """A sentence shown under the text and never given to a model: a failure, "stopped", …"""
    pictures: tuple[PictureRef, ...] = ()
    model: str = ""
    last_error: str = ""
    incomplete: str = ""
    sight: Sight | None = None
    """To be kept with the question."""
    files: tuple[Made, ...] = ()
    voice: str = ""
    """The persona that was asked for by its name."""
    links: frozenset[str] = frozenset()
    """The hosts that its links may lead to."""
