"""The buttons that make sense under an answer. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation.answer.painting import larger
from bot.messages import Action, ModelFacts, PictureRef, Verb
from bot.records import Entry, Outcome, Pending, Run
from bot.runs import RunKind, RunStatus

GOES_ON = (RunKind.CHAT, RunKind.CONTINUE, RunKind.DESCRIBE)
"""Kinds of answers that can be continued when they were too long."""

ONCE: Final = {
    RunKind.REMIND: "A reminder rings once. `/remind` sets another.",
    RunKind.LEARN: "A file is read once. `/knowledge add` takes it anew.",
    RunKind.ALERT: "This tells of what happened once.",
    RunKind.ADOPT: "A persona's file is taken in once. `/persona import` takes another.",
    RunKind.KEEP: "This was looked at once, when it was asked of me.",
    RunKind.CONDENSE: "These are my own notes of what was said. They are written anew when it is time.",
}
"""Kinds of answers that are not made again, and what people are told of it."""


ALERTED: Final = (Verb.DISMISS, Verb.WIPE, Verb.BLOCK)
"""What moderators may do about an alert."""


def undone(done: str) -> tuple[Verb, ...]:
    """What they have not done yet; nothing, once it is dismissed."""
    names = done.split(",")
    if Verb.DISMISS in names:
        return ()
    return tuple(verb for verb in ALERTED if verb not in names)


@dataclass(frozen=True, slots=True)
class Buttons:
    """Chooses them; `facts` knows a model by its full name."""

    facts: Callable[[str], ModelFacts | None]

    def after(self, run: Run, outcome: Outcome) -> tuple[Action, ...]:
        """When a run has just ended."""
        shown = self._under(run.kind, outcome.status, outcome.incomplete, outcome.model, outcome.pictures)
        return tuple(Action(verb, run.id) for verb in shown)

    def of_pending(self, pending: Pending) -> tuple[Action, ...]:
        """When an answer is delivered late."""
        run = pending.run
        shown = self._under(run.kind, run.status, run.incomplete, run.model, pending.pictures)
        return tuple(Action(verb, run.id) for verb in shown)

    def of_entry(self, entry: Entry) -> tuple[Action, ...]:
        """When an answer is shown again."""
        match entry:
            case Entry(
                role="assistant",
                run_id=int(run_id),
                run_kind=RunKind() as kind,
                run_status=RunStatus() as status,
            ):
                shown = self._under(kind, status, entry.incomplete, entry.run_model, entry.pictures)
                return tuple(Action(verb, run_id) for verb in shown)
            case _:
                return ()

    def _under(
        self,
        kind: RunKind,
        status: RunStatus,
        incomplete: str,
        model: str,
        pictures: Sequence[PictureRef],
    ) -> tuple[Verb, ...]:
        if status is RunStatus.REQUIRES_ACTION:
            return (Verb.ALLOW, Verb.FORBID)
        if not status.ended:
            return (Verb.STOP,)
        if kind is RunKind.ALERT:
            return undone(incomplete)
        if kind in ONCE:
            return (Verb.DELETE,)
        if kind is RunKind.IMAGINE and status is RunStatus.COMPLETED:
            enlarge = (Verb.ENLARGE,) if larger(self.facts(model), pictures) else ()
            return (Verb.REGENERATE, Verb.VARY, *enlarge, Verb.DELETE)
        if incomplete == "max_tokens" and kind in GOES_ON:
            return (Verb.CONTINUE, Verb.REGENERATE, Verb.DELETE)
        return (Verb.REGENERATE, Verb.DELETE)
