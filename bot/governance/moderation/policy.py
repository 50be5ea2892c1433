"""What is moderated in a room, and how strictly: what its moderators chose, as it is kept. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.errors import BadOption
from bot.governance.moderation.words import LONGEST, WordList, listed, pattern
from bot.messages import ChannelKey
from bot.records import RoomSettings

POLICY, THRESHOLDS, UNAVAILABLE, ALERTS, WORDS = (
    "moderation",
    "moderation_thresholds",
    "moderation_unavailable",
    "moderation_alerts",
    "moderation_words",
)
"""What the settings are called."""

MOST_WORDS: Final = 500
"""Lines of a room's list."""
MOST_CATEGORIES: Final = 40
USUAL: Final = 0.5
"""The score from which on a category counts where nobody chose another."""
_CATEGORY: Final = re.compile(r"[a-z][a-z0-9_/-]{0,39}")


class Mode(StrEnum):
    """What becomes of what goes against the rules."""

    OFF = "off"
    REPORT = "report"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds in a room. `opened`: what nobody can judge now passes. `alerts`: where moderators are told;
    None: nowhere. `own`: the lines that the room's moderators have added to the operator's."""

    mode: Mode = Mode.OFF
    thresholds: Mapping[str, float] = field(default_factory=dict)
    opened: bool = True
    alerts: ChannelKey | None = None
    own: tuple[str, ...] = field(default=(), repr=False)
    words: WordList = field(default=WordList(), repr=False)


OFF: Final = Policy()


def policy_of(settings: RoomSettings, usual: Sequence[str] = ()) -> Policy:
    """What holds; `usual`: the operator's words. Where it is off nothing else is read."""
    mode = settings.value(POLICY)
    return OFF if mode in (None, Mode.OFF) else read_policy(settings, usual)


def read_policy(settings: RoomSettings, usual: Sequence[str] = ()) -> Policy:
    """All that is set, be it off."""
    own = tuple((settings.value(WORDS) or "").splitlines())
    alerts = settings.value(ALERTS)
    return Policy(
        Mode(settings.value(POLICY) or Mode.OFF),
        read_thresholds(settings.value(THRESHOLDS) or ""),
        settings.value(UNAVAILABLE) != "closed",
        ChannelKey.parse(alerts) if alerts else None,
        own,
        listed((*usual, *own)),
    )


def read_thresholds(kept: str) -> dict[str, float]:
    """Thresholds as they are kept: a category and a number in each line."""
    pairs = (line.split() for line in kept.splitlines())
    return {category: float(number) for category, number in pairs}


def with_threshold(kept: Mapping[str, float], category: str, score: float | None) -> str:
    """The thresholds with another one, as they are kept; None: the usual one again. Raises BadOption."""
    named = category.strip().lower()
    if not _CATEGORY.fullmatch(named):
        raise BadOption("A category is a word such as violence or self-harm.", "category")
    others = {name: number for name, number in kept.items() if name != named}
    if score is not None:
        others[named] = score
    if len(others) > MOST_CATEGORIES:
        raise BadOption(f"There are thresholds of {MOST_CATEGORIES} categories at most.", "category")
    return "\n".join(f"{name} {number:g}" for name, number in sorted(others.items()))


def with_words(kept: Sequence[str], added: str) -> str:
    """A list with further lines, each between commas or in a line; as it is kept. Raises BadOption."""
    lines = [" ".join(line.split()) for line in re.split(r"[,\n]", added) if line.strip()]
    for line in lines:
        if pattern(line) is None:
            raise BadOption(
                f"A line of the list has at least two letters, and at most {LONGEST} characters. "
                "Several are parted by commas.",
                "text",
            )
    together = tuple(dict.fromkeys((*kept, *lines)))
    if len(together) > MOST_WORDS:
        raise BadOption(f"The list has {MOST_WORDS} lines at most.", "text")
    return "\n".join(together)


def without_words(kept: Sequence[str], removed: str) -> str:
    """A list without some lines, as it is kept. Raises BadOption."""
    gone = {" ".join(line.split()).casefold() for line in re.split(r"[,\n]", removed) if line.strip()}
    left = [line for line in kept if line.casefold() not in gone]
    if len(left) == len(kept):
        raise BadOption("That is not on this room's list. `/moderation words` shows it.", "text")
    return "\n".join(left)


def alone(key: ChannelKey) -> bool:
    """Whether a room is one person's: what is said there is told to no moderator."""
    return bool(key.person) or key.space in ("dm", "private")


def told_where(policy: Policy, key: ChannelKey) -> ChannelKey | None:
    """Where moderators are told of what happened in a room; None: nowhere."""
    to = policy.alerts
    if to is None or alone(key) or alone(to) or (to.platform, to.account) != (key.platform, key.account):
        return None
    return to
