"""The words of this project. Values only: frozen, equal by content, no I/O, no platform objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Literal, Self
from urllib.parse import quote, unquote

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """Where a conversation lives. Two rooms never share a key; `str` and `parse` are inverse.

    `person` is set in private rooms only: what is said there never surfaces in the channel.
    """

    platform: str
    account: str
    space: str
    channel: str
    thread: str = ""
    person: str = ""

    def __str__(self) -> str:
        parts = (self.platform, self.account, self.space, self.channel, self.thread, self.person)
        return "/".join(quote(part, safe="") for part in parts)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key back from its `str`. Raises ValueError."""
        parts = [unquote(part) for part in text.split("/")]
        if len(parts) != 6:
            raise ValueError(f"not a channel key: {len(parts)} parts")
        return cls(*parts)

    def scopes(self) -> tuple[str, ...]:
        """Where settings are looked up, widest first: server, channel, thread. Threads inherit."""
        server = (
            f"{quote(self.platform, safe='')}/{quote(self.account, safe='')}/{quote(self.space, safe='')}"
        )
        channel = f"{server}/{quote(self.channel, safe='')}"
        thread = f"{channel}/{quote(self.thread, safe='')}"
        return (server, channel, thread) if self.thread else (server, channel)

    @property
    def scope(self) -> str:
        """Where a setting made in this room is kept."""
        return self.scopes()[-1]


class Standing(IntEnum):
    """What the platform says a person is in a room. Ids decide it, names never do."""

    BLOCKED = 0
    MEMBER = 1
    MODERATOR = 2
    OPERATOR = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks. `id` is the platform's (`web:ann`, `discord:123`)."""

    id: str
    name: str
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and their standing in the room they act in."""

    person: Person
    standing: Standing = Standing.MEMBER


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's checked bytes. Never a URL: those expire."""

    data: bytes = field(repr=False)
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class Fit:
    """How small a picture has to be for a model: within `box` pixels, as a JPEG of `quality`."""

    box: tuple[int, int]
    quality: int


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture that is kept: its content's SHA-256 is its name."""

    sha256: str
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message and is still on its platform. `id` names it there for ever, which an
    address does not; `size` in bytes, as far as the platform says."""

    id: str
    name: str = field(repr=False)
    media_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person pointed at: a message they replied to, or passed on. Its words alone, never its room."""

    author: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Address:
    """Where an answer goes back. Kept with the run: another process may finish the answer after a crash."""

    key: ChannelKey
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person said to Parley. `event_id` is the platform's, for de-duplication."""

    actor: Actor
    text: str = field(repr=False)
    address: Address
    event_id: str = ""
    pictures: tuple[PictureRef, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    quote: Quote | None = None

    @property
    def key(self) -> ChannelKey:
        """The room it was said in."""
        return self.address.key


@dataclass(frozen=True, slots=True)
class PictureOptions:
    """What a picture to be made shall be like; None leaves the model's default. `size`: width and height
    in pixels, `negative`: what it shall not show."""

    count: int = 1
    size: tuple[int, int] | None = None
    steps: int | None = None
    guidance: float | None = None
    seed: int | None = None
    negative: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a person chose for one run only. `persona` None: the room's; `style`: a purpose's name."""

    model: str = ""
    persona: str | None = field(default=None, repr=False)
    instructions: str = field(default="", repr=False)
    style: str = ""
    picture: PictureOptions = PictureOptions()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a model sees it."""

    role: Role
    text: str = field(repr=False)
    pictures: tuple[Picture, ...] = ()


class Need(StrEnum):
    """What a route is for."""

    CHAT = "chat"
    VISION = "vision"
    IMAGE = "image"
    EMBEDDING = "embedding"
    MODERATION = "moderation"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Style:
    """Sampling parameters; None leaves the service's default."""

    temperature: float | None = None
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to continue. `model` is the account's own name for it; `max_tokens` is always set."""

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """One prompt without history."""

    model: str
    prompt: str = field(repr=False)
    max_tokens: int
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """Pictures to make. Of the options only those are set that the model takes."""

    model: str
    prompt: str = field(repr=False)
    options: PictureOptions = PictureOptions()


@dataclass(frozen=True, slots=True)
class TextsRequest:
    """Texts to be compared, or judged."""

    model: str
    texts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `estimated` when the service reported none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Both together."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, in order."""

    vectors: tuple[tuple[float, ...], ...] = field(repr=False)
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely a text is of each category, from 0 to 1; `flagged`: the service would not let it pass."""

    flagged: bool
    scores: Mapping[str, float]


class EndReason(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the answer."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Restart:
    """Another model took over: what was shown so far is replaced."""

    model: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that was made. `seed`: the service's word on it. `kept`: where it is, once it was checked."""

    picture: Picture
    seed: int | None = None
    kept: PictureRef | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The answer is complete as far as the service is concerned. `usage` None: not reported."""

    reason: EndReason = EndReason.STOP
    usage: Usage | None = None


Part = Text | Restart | Drawn | End


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars: per token, and per picture."""

    prompt: Decimal = Decimal(0)
    completion: Decimal = Decimal(0)
    picture: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of a model. `id` is `account/model`; `price` None: unknown.

    `takes`: the names of the parameters that it accepts, None: nobody said. Of a model that paints they are
    fields of PictureOptions, of one that talks the service's own. `largest`: the longest side in pixels of
    what it paints, 0: unknown.
    """

    id: str
    needs: frozenset[Need] = frozenset({Need.CHAT})
    context_length: int = 8192
    price: Price | None = None
    title: str = ""
    takes: frozenset[str] | None = None
    largest: int = 0

    @property
    def account(self) -> str:
        """The account that offers it."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The account's own name for it; may itself contain slashes, or be empty."""
        return self.id.partition("/")[2]

    @property
    def sees(self) -> bool:
        """Whether it takes pictures."""
        return Need.VISION in self.needs


class Verb(StrEnum):
    """What a button under an answer does."""

    STOP = "stop"
    REGENERATE = "regenerate"
    CONTINUE = "continue"
    DELETE = "delete"
    VARY = "vary"
    ENLARGE = "enlarge"


@dataclass(frozen=True, slots=True)
class Action:
    """A button's meaning. Platforms draw it natively; `target` is a run's id."""

    verb: Verb
    target: int


@dataclass(frozen=True, slots=True)
class Post:
    """One message as a platform shall show it, of the answer of a run. `final`: it changes no more;
    `further`: it goes on with the message before it, which replies already."""

    text: str = field(repr=False)
    pictures: tuple[PictureRef, ...] = ()
    actions: tuple[Action, ...] = ()
    final: bool = False
    run_id: int = 0
    further: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes: `text` in UTF-16 units, `interval` seconds between two posts or edits in
    one chat, `per_second` requests in all, `pictures` in one post, with `caption` units of text beside them,
    0: as many as without."""

    text: int
    interval: float
    per_second: float
    pictures: int = 10
    caption: int = 0
