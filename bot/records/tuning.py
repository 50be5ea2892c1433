"""What people think of answers, and what models are tuned on."""

from collections.abc import Mapping
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
    """A question and its answer, as they may be learned from. `personas`: the settings about them that held
    then, by their names; `ordered`: it had a persona or instructions of its own; `leans`: on a file, a
    picture or a quote; `tools` were used; `rated`: how many people rated it, `net`: those for it less those
    against it."""

    question_id: int
    asker: str
    question: str = field(repr=False)
    answer: str = field(repr=False)
    at: datetime
    learnable: bool
    """Whether it is a whole answer of the kind that talks."""
    personas: Mapping[str, str] = field(default_factory=dict, repr=False)
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


UPLOADING, CREATING = "uploading", "creating"
"""A file, or then a job, may be at the service already: nobody knows before it is asked."""
ABANDONED, REFUSED = "abandoned", "refused"
"""It was never begun: nothing is left at the service."""
SUCCEEDED = "succeeded"
OVER = frozenset({ABANDONED, REFUSED, SUCCEEDED, "failed", "cancelled"})
"""Statuses after which nothing happens any more."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """A model to be tuned, and how far that has come. `mark` is in the names of its files and with its
    job; `train`, `validation`: digests of what is learned from; `job` and the files: the service's own ids;
    `model` is what came of it, by its full name."""

    mark: str
    account: str
    base: str
    suffix: str
    train: str
    validation: str
    status: str = UPLOADING
    train_file: str = ""
    validation_file: str = ""
    job: str = ""
    model: str = ""
    id: int = 0
    created_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def of(self) -> str:
        """The model that is tuned, by its full name."""
        return f"{self.account}/{self.base}"

    @property
    def begun(self) -> bool:
        """Whether there is a job."""
        return bool(self.job)

    @property
    def over(self) -> bool:
        """Whether nothing happens any more."""
        return self.status in OVER
