"""A run is one turn. Its statuses, and which may follow which."""

from enum import StrEnum
from typing import Final

from bot.errors import BotError


class RunStatus(StrEnum):
    """Where a run stands; stored with it."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    REQUIRES_ACTION = "requires_action"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    EXPIRED = "expired"

    @property
    def ended(self) -> bool:
        """No move leads out of it."""
        return not MOVES[self]


class RunKind(StrEnum):
    """What a run makes. Pictures, tables, reminders, notes and alerts take no room lock; the run of a
    reminder or an alert is over when it begins, and notes of what was said are shown to nobody. Under KEEP
    is judged what a command has Parley keep, and nothing is made."""

    CHAT = "chat"
    CONTINUE = "continue"
    COMPLETE = "complete"
    DESCRIBE = "describe"
    SUMMARIZE = "summarize"
    TITLE = "title"
    EXTRACT = "extract"
    IMAGINE = "imagine"
    REMIND = "remind"
    LEARN = "learn"
    CONDENSE = "condense"
    ALERT = "alert"
    ADOPT = "adopt"
    KEEP = "keep"

    @property
    def takes_the_room(self) -> bool:
        """One such run at a time in a room."""
        return self not in _BESIDE

    @property
    def one_after_another(self) -> bool:
        """It takes no room, and yet one such run at a time is worked on there."""
        return self in (RunKind.IMAGINE, RunKind.EXTRACT)


TALKING: Final = (RunKind.CHAT, RunKind.CONTINUE, RunKind.DESCRIBE)
"""Kinds that are offered tools, and shown what is remembered and known."""

_BESIDE = frozenset(
    {
        RunKind.IMAGINE,
        RunKind.EXTRACT,
        RunKind.REMIND,
        RunKind.LEARN,
        RunKind.CONDENSE,
        RunKind.ALERT,
        RunKind.ADOPT,
        RunKind.KEEP,
    }
)

MOVES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.QUEUED: frozenset(
        {RunStatus.IN_PROGRESS, RunStatus.CANCELLED, RunStatus.FAILED, RunStatus.EXPIRED}
    ),
    RunStatus.IN_PROGRESS: frozenset(
        {
            RunStatus.REQUIRES_ACTION,
            RunStatus.CANCELLING,
            RunStatus.COMPLETED,
            RunStatus.FAILED,
            RunStatus.INCOMPLETE,
            RunStatus.EXPIRED,
        }
    ),
    RunStatus.REQUIRES_ACTION: frozenset(
        {RunStatus.QUEUED, RunStatus.CANCELLED, RunStatus.FAILED, RunStatus.EXPIRED}
    ),
    # The answer may be complete, or fail, before the cancellation reaches it.
    RunStatus.CANCELLING: frozenset(
        {RunStatus.CANCELLED, RunStatus.COMPLETED, RunStatus.INCOMPLETE, RunStatus.FAILED}
    ),
    RunStatus.CANCELLED: frozenset(),
    RunStatus.COMPLETED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.INCOMPLETE: frozenset(),
    RunStatus.EXPIRED: frozenset(),
}

ACTIVE = frozenset({RunStatus.IN_PROGRESS, RunStatus.CANCELLING})
"""Statuses in which a run holds its room."""


class IllegalMove(BotError):
    """A run was asked to go where its status does not lead: a defect of ours."""


def move(now: RunStatus, to: RunStatus) -> RunStatus:
    """Return `to` when a run may go there from `now`. Raises IllegalMove."""
    if to not in MOVES[now]:
        raise IllegalMove(f"{now} → {to}")
    return to
