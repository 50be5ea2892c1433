"""What a run came to, in words."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.errors import BotError, CutOff, ProviderError, UserError
from bot.messages import Action, Verb
from bot.records import Outcome, Run
from bot.runs import RunStatus

log = structlog.get_logger()

STOPPED = "*(stopped)*"
CUT_OFF = "*(cut off: the AI service stopped in the middle)*"
UNANSWERED = "*(nobody allowed it within ten minutes)*"
LATE = "*(cut off: this took longer than an answer may take)*"
TOO_LONG = "*(the length limit is reached: Continue goes on)*"
INTERRUPTED = "I was interrupted too often while I wrote this answer. Please ask again."


def broken(so_far: Outcome, code: str, reply: str, cut: str = CUT_OFF) -> Outcome:
    """A turn that failed: what had been written stays, marked as cut off; else an honest sentence."""
    if so_far.text or so_far.pictures:
        return replace(so_far, status=RunStatus.INCOMPLETE, notice=cut, incomplete=code, last_error=code)
    return replace(so_far, status=RunStatus.FAILED, notice=reply, last_error=code)


def defect(so_far: Outcome, error: BaseException) -> Outcome:
    """What nobody thought of: the log has all of it, the person a sentence with a reference."""
    reference = secrets.token_hex(4)
    log.error("turn broke", reference=reference, exc_info=error)
    return broken(so_far, f"internal {reference}", f"Something went wrong on my side ({reference}).")


def used(tools: Sequence[str]) -> str:
    """Which tools an answer has used."""
    return f"*(used: {', '.join(f'`{name}`' for name in tools)})*" if tools else ""


def question(wanted: Sequence[str]) -> str:
    """What a person is asked before it is done."""
    return f"I would go on by {' and '.join(wanted)}. May I?"


def asked(run: Run) -> tuple[Action, ...]:
    """The buttons under it."""
    return Action(Verb.ALLOW, run.id), Action(Verb.FORBID, run.id)


def looked(model: str) -> str:
    """Whose eyes an answer trusts."""
    return f"*(`{model}` looked at the picture)*"


def gone(model: str, instead: str) -> str:
    """A room's model is not offered any more."""
    return f"*(`{model}` is not offered any more: `{instead}` answers)*"


def blind() -> str:
    """Nobody can look at what was shown."""
    return "*(no model here sees pictures)*"


def fewer(made: int, ordered: int) -> str:
    """A service made fewer pictures than were ordered."""
    return f"*({made} of {ordered} pictures: the AI service made no more)*"


def stood_in(model: str, instead: str) -> str:
    """The model that was asked for did not answer, another one did."""
    return f"*(`{model}` could not answer: this is `{instead}`)*"


def cut_by(exc: BotError) -> str:
    """What stands below what there is of an answer: the truth, where it can be told."""
    return f"*(cut off: {exc.reply})*" if isinstance(exc, UserError) else CUT_OFF


def code_of(exc: BotError) -> str:
    """A failure's name for the run's record; its detail is for the log alone."""
    match exc:
        case UserError():
            return exc.code
        case CutOff():
            return "cut_off"
        case ProviderError():
            return type(exc).__name__
    return "internal"
