"""What is stored, as values: the rows of the database in the words of this project."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

from bot.messages import (
    Action,
    Actor,
    Address,
    Attachment,
    ChannelKey,
    Document,
    ModelFacts,
    Person,
    PictureRef,
    Price,
    Quote,
    RunOptions,
    ToolCall,
    ToolResult,
    Usage,
)
from bot.runs import RunKind, RunStatus

P = TypeVar("P")

HEARD: Final = 500
"""Messages of a room that a summary can have in it."""


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
class Setting:
    """One version of one setting of a scope; `value` None: cleared. `version` names it for ever."""

    version: int
    name: str
    value: str | None
    by: Person
    at: datetime
    scope: str


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What holds in a room: each setting's nearest version, of thread, channel, then server."""

    found: dict[str, Setting] = field(default_factory=dict)

    def value(self, name: str) -> str | None:
        """The setting's value here, or None."""
        setting = self.found.get(name)
        return setting.value if setting else None

    def versions(self) -> dict[str, int]:
        """Which version of each setting holds: what a run records of itself."""
        return {name: setting.version for name, setting in self.found.items()}


@dataclass(frozen=True, slots=True)
class Sight:
    """What a model that sees said of a message's pictures, for models that do not."""

    text: str = field(repr=False)
    model: str


@dataclass(frozen=True, slots=True)
class Said:
    """One stored message."""

    id: int
    person: Person
    text: str = field(repr=False)
    pictures: tuple[PictureRef, ...] = ()
    at: datetime | None = None
    sight: Sight | None = None
    quote: Quote | None = None
    attachments: tuple[Attachment, ...] = ()
    """Still to be fetched."""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of a message's files."""

    pictures: tuple[PictureRef, ...] = ()
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer. `answer` None: there is none that the model should see."""

    question: Said
    answer: Said | None = None


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
class Fact:
    """What a person has asked to be remembered in a room. `number`: of their own there, never used twice."""

    number: int
    text: str = field(repr=False)
    created_at: datetime
    edited_at: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call about to be made, at its worst case in US dollars."""

    model: str
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent since a day began (UTC), reservations included, in US dollars."""

    person: Decimal = Decimal(0)
    channel: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of one model, in US dollars. `estimated` counts the calls of which nobody said what they
    used, and `estimated_cost` is their part of the cost."""

    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal
    estimated: int = 0
    estimated_cost: Decimal = Decimal(0)
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Started(Generic[P]):
    """A run that has begun: what was read, what was planned, and the ids made for it."""

    context: Context
    plan: P
    call_id: int
    answer_id: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a reserved call ended. `cost` None: keep the reservation. Times in milliseconds."""

    call_id: int
    outcome: str
    usage: Usage = Usage()
    cost: Decimal | None = None
    latency_ms: int = 0
    first_token_ms: int | None = None
    calibration: float | None = None
    """Real tokens per estimated one, to be remembered for the model."""
    pictures: int = 0
    price: Price | None = None
    """What the model's price was; None: unknown."""


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


@dataclass(frozen=True, slots=True)
class Pending:
    """A finished answer that has not wholly reached its platform."""

    run: Run
    text: str = field(repr=False)
    notice: str
    pictures: tuple[PictureRef, ...]
    slots: tuple[Slot, ...]


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
class Call:
    """One call of an AI service, as it is accounted for."""

    id: int
    model: str
    outcome: str
    usage: Usage
    cost: Decimal
    latency_ms: int
    first_token_ms: int | None
    at: datetime
    pictures: int = 0
    price: Price | None = None


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


@dataclass(frozen=True, slots=True)
class Room:
    """A room that somebody has spoken in. `starts_after`: the last message that `/new` left behind."""

    key: ChannelKey
    starts_after: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened in a room, in order. `kind`: message.created|updated|deleted, run.updated,
    tool_call.created|ended, room.updated; `subject`: the message's, run's or step's id. The words are read
    when the change is shown."""

    id: int
    kind: str
    subject: int


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due later. `payload` is JSON."""

    id: int
    due: datetime
    kind: str
    payload: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """What an account listed, and when. `source`: the wire format and the address that were asked."""

    source: str
    models: tuple[ModelFacts, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """Something a platform told us, as it told it. `id` is ours, `update_id` the platform's, `body` JSON."""

    id: int
    update_id: int
    body: str = field(repr=False)
