"""What people think of answers, and what models are tuned on."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.messages import ChannelKey


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person thinks of an answer: `value` 1, -1, or 0 where they take it back. `sign`: what they say
    it with; of two signs the later holds, and only taking that one back takes the rating back."""

    person_id: str
    value: int
    sign: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """A question and its answer, as they may be learned from. `persona`: the setting that held then;
    `ordered`: it had a persona or instructions of its own; `leans`: on a file, a picture or a quote; `tools`
    were used; `rated`: how many people rated it, `net`: those for it less those against it."""

    question_id: int
    asker: str
    question: str = field(repr=False)
    answer: str = field(repr=False)
    at: datetime
    learnable: bool
    """Whether it is a whole answer of the kind that talks."""
    persona: str = field(default="", repr=False)
    ordered: bool = False
    leans: bool = False
    tools: bool = False
    rated: int = 0
    net: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """What tuning chooses from in one room: its exchanges in order, what people said that nothing answered
    yet included, who consents everywhere, and the names that people have there."""

    key: ChannelKey
    spoken: tuple[Spoken, ...] = field(repr=False)
    consenting: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset(), repr=False)
