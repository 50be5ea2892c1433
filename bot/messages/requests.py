"""What an AI service is asked. Values only."""

from dataclasses import dataclass, field
from typing import Literal

from bot.messages.content import Picture
from bot.messages.models import Style
from bot.messages.tools import Shape, ToolCall, ToolResult, ToolSpec

Role = Literal["system", "user", "assistant", "tool"]


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
    """What a person chose for one run only. `persona` None: the room's; `style`: a purpose's
    name; `name`: what a file is to be called that the room shall know. Of a
    summary, `since`: the moment it begins at (ISO 8601), nothing: the person's own last message; `zone`:
    whose clocks it names times by. Of a table, `columns`: their names, in a line each."""

    model: str = ""
    persona: str | None = field(default=None, repr=False)
    instructions: str = field(default="", repr=False)
    style: str = ""
    picture: PictureOptions = PictureOptions()
    since: str = ""
    zone: str = ""
    columns: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Turn:
    """One message as a model sees it. `calls`: what the assistant asked for with it; `results`: what came of
    the calls of the turn before, of the role "tool"."""

    role: Role
    text: str = field(repr=False)
    pictures: tuple[Picture, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    results: tuple[ToolResult, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A conversation to continue. `model` is the account's own name for it; `max_tokens` is always set.
    `tools`: what the model may ask for; `shape`: the form that the answer shall have; `followed`: somebody
    wants to see how calls are written. `spent`: tools were used, and none may be asked for any more."""

    model: str
    turns: tuple[Turn, ...]
    max_tokens: int
    style: Style = Style()
    tools: tuple[ToolSpec, ...] = ()
    shape: Shape | None = None
    followed: bool = False
    spent: bool = False


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
    """Texts to be compared, or judged. `dimensions`: numbers that a vector need not have more of; a model
    that cannot be told so gives all it has. `pictures`: to be judged, each by itself, after the texts."""

    model: str
    texts: tuple[str, ...] = field(repr=False)
    dimensions: int | None = None
    pictures: tuple[Picture, ...] = field(default=(), repr=False)
