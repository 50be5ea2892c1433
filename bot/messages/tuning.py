"""Models that a service tunes, as it tells of them. Values only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TuneOrder:
    """What a service shall do: `base` is its own name for the model, the files are its ids. `mark` is kept
    with the job, so that it is found again."""

    base: str
    train: str
    validation: str
    suffix: str
    mark: str


@dataclass(frozen=True, slots=True)
class TuneFile:
    """A file that lies at a service."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TuneJob:
    """Where a job stands. `model`: what came of it, once it has succeeded; `tokens`: trained, 0: not told;
    `error`: what the service calls its failure."""

    id: str
    status: str
    train: str = ""
    mark: str = ""
    model: str = ""
    tokens: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class TuneEvent:
    """Something that happened to a job, in the service's words."""

    id: str
    at: datetime
    level: str
    text: str
