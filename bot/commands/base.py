"""A command is data plus one coroutine; every platform draws it in its own way."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.conversation import Conversation
from bot.conversation.privacy.exporting import Export
from bot.governance.authorize import Act
from bot.messages import (
    Action,
    Actor,
    Address,
    Attachment,
    ChannelKey,
    Document,
    Incoming,
    Made,
    PictureRef,
    Quote,
)
from bot.records import Drawing
from bot.routes import Routes
from bot.settings import SpendLimits
from bot.tools import Toolbox


class Kind(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    PICTURE = "picture"
    PERSON = "person"
    ROLE = "role"
    CHANNEL = "channel"
    """The last three by what the platform writes for them, or their id: `bot.commands.subjects`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to pick, and what it is called."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Looking:
    """Who is filling in a command, and where: what completion and present values depend on."""

    actor: Actor
    key: ChannelKey
    conversation: Conversation
    routes: Routes
    limits: SpendLimits
    tools: Toolbox


Completion = Callable[[Looking, str], Awaitable[Sequence[Choice]]]
Current = Callable[[Looking], Awaitable[str]]
Offered = Callable[[Looking, Mapping[str, object]], bool]


@dataclass(frozen=True, slots=True)
class Param:
    """One option of a command. `most` of a picture: how many at once, None: one; `long`: worth a window of
    its own; `current`: its present value; `offered`: whether it makes sense with the options chosen so far,
    None: always; `several`: a list with commas between; `kept`: Parley
    says it another day, so that it is judged as what people write is."""

    name: str
    description: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    long: bool = False
    complete: Completion | None = None
    current: Current | None = None
    offered: Offered | None = None
    several: bool = False
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command as somebody gave it; `options` as the platform delivered them, still unchecked. Its files are
    `pictures` and `documents`, or `attachments` when they are still on their platform. `quote`: what they
    pointed at with it. `takes`: bytes of a file that they can be given in private; 0: none can."""

    actor: Actor
    address: Address
    options: Mapping[str, object] = field(default_factory=dict, repr=False)
    pictures: tuple[PictureRef, ...] = ()
    event_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None
    documents: tuple[Document, ...] = ()
    takes: int = 0
    overheard: bool = False
    """Whether all of the room read what is answered, private or not."""

    @property
    def files(self) -> int:
        """How many files came with it."""
        return len(self.pictures) + len(self.documents) + len(self.attachments)


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that gives another command. `instead`: what that answers stands in place of this reply."""

    label: str
    path: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    instead: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command answers. `private`: for the person alone. `run_id`: a run was queued instead. `offers`:
    what can be done next by a button."""

    text: str = field(default="", repr=False)
    pictures: tuple[PictureRef, ...] = ()
    private: bool = True
    actions: tuple[Action, ...] = ()
    run_id: int | None = None
    export: Export | None = None
    message_id: int | None = None
    files: tuple[Made, ...] = ()
    drawing: Drawing | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A command with its options checked, and what it may use."""

    looking: Looking
    call: Invocation
    options: Mapping[str, object] = field(default_factory=dict, repr=False)

    @property
    def actor(self) -> Actor:
        """Who gave the command."""
        return self.call.actor

    @property
    def key(self) -> ChannelKey:
        """Where it was given."""
        return self.call.address.key

    @property
    def conversation(self) -> Conversation:
        """What it works on."""
        return self.looking.conversation

    def text(self, name: str) -> str:
        """A text option, or nothing."""
        return str(self.options.get(name) or "")

    def said(self, text: str) -> Incoming:
        """The command as a message of its person."""
        call = self.call
        return Incoming(
            self.actor,
            text,
            call.address,
            call.event_id,
            call.pictures,
            call.attachments,
            call.quote,
            call.documents,
        )


@dataclass(frozen=True, slots=True)
class Command:
    """`path` is its name, or group and name: `persona/set`. `wide`: its files are read to be looked up."""

    path: str
    description: str
    act: Act
    do: Callable[[Ask], Awaitable[Reply]]
    params: tuple[Param, ...] = ()
    wide: bool = False

    @property
    def pictures(self) -> int:
        """How many pictures it takes."""
        return sum(int(param.most or 1) for param in self.params if param.kind is Kind.PICTURE)

    @property
    def typed(self) -> str:
        """As a person types it."""
        return f"/{self.path.replace('/', ' ')}"
