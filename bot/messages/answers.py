"""What an AI service answers. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.messages.content import Made, Picture, PictureRef
from bot.messages.models import Usage
from bot.messages.tools import Calling, ToolCall


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
    TOOLS = "tools"


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


Part = Text | Calling | ToolCall | Restart | Drawn | Made | End
