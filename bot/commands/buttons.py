"""Buttons under an answer: what they say, and what a press on one does, on every platform.

A button names its verb and run, and nothing else: it works after a restart, and on any process.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.conversation import Conversation
from bot.governance.authorize import Act
from bot.messages import Action, Actor, ChannelKey, Verb
from bot.records import Accepted
from bot.runs import RunKind


@dataclass(frozen=True, slots=True)
class Face:
    """How a button looks."""

    label: str
    emoji: str


FACES: Final = {
    Verb.STOP: Face("Stop", "⏹️"),
    Verb.REGENERATE: Face("Regenerate", "🔄"),
    Verb.CONTINUE: Face("Continue", "▶️"),
    Verb.VARY: Face("Vary", "🎲"),
    Verb.ENLARGE: Face("Enlarge", "🔍"),
    Verb.DELETE: Face("Delete", "🗑️"),
    Verb.ALLOW: Face("Allow", "✅"),
    Verb.FORBID: Face("Don't", "🚫"),
    Verb.DISMISS: Face("Dismiss", "👌"),
    Verb.WIPE: Face("Delete it", "🗑️"),
    Verb.BLOCK: Face("Block for an hour", "⛔"),
}
ALERTED: Final = frozenset({Verb.DISMISS, Verb.WIPE, Verb.BLOCK})
"""What stands under an alert: for who moderates the room that it is about."""

AGAIN: Final = Face("Again", "🔄")
"""Regenerate, where it is a picture that is made anew."""

UNKNOWN: Final = "I don't know this button any more. Please ask me anew."

_VERBS = {verb.value: verb for verb in Verb}
_PRESSED = re.compile(r"p:([a-z]{1,20}):([1-9][0-9]{0,18})", re.ASCII)


def faces(actions: Sequence[Action]) -> list[tuple[Action, Face]]:
    """Each button with its looks. Where pictures can be varied, they are painted again."""
    painted = any(action.verb is Verb.VARY for action in actions)
    return [
        (action, AGAIN if painted and action.verb is Verb.REGENERATE else FACES[action.verb])
        for action in actions
    ]


def named(action: Action) -> str:
    """What a platform sends back when the button is pressed: at most 42 characters of ASCII."""
    return f"p:{action.verb}:{action.target}"


def pressed(name: str) -> Action | None:
    """The action of a press; None: the button is none of these, be it somebody else's or of another age."""
    found = _PRESSED.fullmatch(name)
    verb = _VERBS.get(found[1]) if found else None
    return Action(verb, int(found[2])) if found and verb else None


async def press(
    to: Conversation, action: Action, actor: Actor, key: ChannelKey, event_id: str
) -> Accepted | None:
    """Do what a button says; the run that it led to. Everything is authorised by the conversation, whose
    UserError and StorageError it raises."""
    async with to.audit.visit(f"{key.platform} button"):
        return await _press(to, action, actor, key, event_id)


async def _press(
    to: Conversation, action: Action, actor: Actor, key: ChannelKey, event_id: str
) -> Accepted | None:
    run_id = action.target
    to.access.admit(actor, Act.READ, key)
    match action.verb:
        case Verb.STOP:
            await to.cancel(run_id, actor, key)
        case Verb.DELETE:
            run = (await to.run(run_id, actor, key)).run
            await to.delete(run.answer_id or run.question_id, actor, key)
        case Verb.ALLOW | Verb.FORBID:
            allowed = action.verb is Verb.ALLOW
            await to.decide(run_id, actor, key, allowed=allowed)
        case Verb.REGENERATE:
            return await to.repeat(run_id, RunKind.CHAT, actor, key, event_id=event_id)
        case Verb.CONTINUE:
            return await to.repeat(run_id, RunKind.CONTINUE, actor, key, event_id=event_id)
        case Verb.DISMISS | Verb.WIPE | Verb.BLOCK as verb:
            await to.moderation.decide(verb, run_id, actor, key)
        case Verb.VARY | Verb.ENLARGE as verb:
            paint = to.vary if verb is Verb.VARY else to.enlarge
            return await paint(run_id, actor, key, event_id=event_id)
    return None
