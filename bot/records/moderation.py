"""What moderation found, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.messages import ChannelKey

PASSED: Final = "passed"
REPORTED: Final = "reported"
FILTERED: Final = "filtered"
UNJUDGED: Final = "unjudged"
"""What became of something: `unjudged`: nobody could say, and the room's policy let it pass."""


@dataclass(frozen=True, slots=True)
class Bar:
    """That somebody is kept out of a server, or of a channel, until then. `why`: cooldown, or moderator;
    `strikes`: how often in a row; `by`: the moderator's id."""

    scope: str
    person_id: str
    why: str
    until: datetime
    strikes: int = 1
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Offences:
    """What somebody did in a server against its rules: when, newest at `at`, and how they were kept out."""

    scope: str
    person_id: str
    times: tuple[datetime, ...]
    bars: tuple[Bar, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that moderators are told, and where."""

    to: ChannelKey
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found about a part of a run: its `question`, `pictures` that came with it, its `answer`, or
    pictures `painted` for it. `over`: the categories that were too much; `by`: the models that judged;
    `withhold`: the question is shown to nobody; `alert`: what moderators are told."""

    about: str
    action: str
    scores: Mapping[str, float] = field(default_factory=dict)
    over: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    withhold: bool = False
    alert: Alert | None = None

    @property
    def detail(self) -> dict[str, object]:
        """It as a step says it: no words are in it."""
        scores = {name: round(score, 3) for name, score in sorted(self.scores.items())}
        told = {"over": list(self.over), "by": list(self.by)}
        return {"about": self.about, "action": self.action, "scores": scores, **told}


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed: somebody rests now, and an alert is to be delivered."""

    bar: Bar | None = None
    alert_run: int | None = None


@dataclass(frozen=True, slots=True)
class Alerted:
    """An alert as it is kept: the room and the run that it is about, the message, and who wrote that. `done`:
    what moderators have done about it."""

    run_id: int
    answer_id: int
    key: ChannelKey
    about: ChannelKey
    message_id: int
    of_run: int
    person_id: str
    person_name: str
    done: tuple[str, ...]
    told: str = field(repr=False)
