"""What a run came to, in words and buttons. Pure."""

from dataclasses import replace

from bot.messages import Action, Verb
from bot.records import Entry, Outcome, Pending, Run
from bot.runs import RunKind, RunStatus

STOPPED = "*(stopped)*"
CUT_OFF = "*(cut off: the AI service stopped in the middle)*"
LATE = "*(cut off: this took longer than an answer may take)*"
TOO_LONG = "*(the length limit is reached: Continue goes on)*"
INTERRUPTED = "I was interrupted too often while I wrote this answer. Please ask again."


def broken(so_far: Outcome, code: str, reply: str, cut: str = CUT_OFF) -> Outcome:
    """A turn that failed: what had been written stays, marked as cut off; else an honest sentence."""
    if so_far.text or so_far.pictures:
        return replace(so_far, status=RunStatus.INCOMPLETE, notice=cut, incomplete=code, last_error=code)
    return replace(so_far, status=RunStatus.FAILED, notice=reply, last_error=code)


def caption(prompt: str, model: str, seconds: float, seed: int | None) -> str:
    """What stands under a picture: prompt, model, time, and the seed when one was chosen."""
    facts = [model, f"{seconds:.1f} s"] + ([f"seed {seed}"] if seed is not None else [])
    return f"**{_one_line(prompt)}**\n{' · '.join(facts)}"


def _one_line(prompt: str) -> str:
    """A prompt that cannot end its own bold type."""
    return " ".join(prompt.replace("*", "∗").split())[:300]


def actions(run_id: int, kind: RunKind, status: RunStatus, incomplete: str) -> tuple[Action, ...]:
    """The buttons that make sense under an answer."""
    verbs: tuple[Verb, ...]
    if not status.ended:
        verbs = (Verb.STOP,)
    elif incomplete == "max_tokens" and kind in (RunKind.CHAT, RunKind.CONTINUE, RunKind.DESCRIBE):
        verbs = (Verb.CONTINUE, Verb.REGENERATE, Verb.DELETE)
    else:
        verbs = (Verb.REGENERATE, Verb.DELETE)
    return tuple(Action(verb, run_id) for verb in verbs)


def actions_after(run: Run, outcome: Outcome) -> tuple[Action, ...]:
    """The buttons under a run's answer when it has just ended."""
    return actions(run.id, run.kind, outcome.status, outcome.incomplete)


def actions_of_pending(pending: Pending) -> tuple[Action, ...]:
    """The buttons under an answer that is delivered late."""
    run = pending.run
    return actions(run.id, run.kind, run.status, run.incomplete)


def actions_of_entry(entry: Entry) -> tuple[Action, ...]:
    """The buttons under an answer that is shown again."""
    match entry:
        case Entry(
            role="assistant", run_id=int(run_id), run_kind=RunKind() as kind, run_status=RunStatus() as status
        ):
            return actions(run_id, kind, status, entry.incomplete)
        case _:
            return ()
