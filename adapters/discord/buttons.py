"""Buttons under an answer: what they say, and what a press on one means. Pure.

A button names its verb and run, and nothing else: it works after a restart, and on any process.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.messages import Action, Verb

GRAY, RED = 2, 4
"""Discord's styles of a button."""

IN_A_ROW: Final = 5


@dataclass(frozen=True, slots=True)
class Face:
    """How a button looks."""

    label: str
    emoji: str
    style: int = GRAY


FACES: Final = {
    Verb.STOP: Face("Stop", "⏹️", RED),
    Verb.REGENERATE: Face("Regenerate", "🔄"),
    Verb.CONTINUE: Face("Continue", "▶️"),
    Verb.VARY: Face("Vary", "🎲"),
    Verb.ENLARGE: Face("Enlarge", "🔍"),
    Verb.DELETE: Face("Delete", "🗑️"),
}
AGAIN: Final = Face("Again", "🔄")
"""Regenerate, where it is a picture that is made anew."""

_VERBS = {verb.value: verb for verb in Verb}
_PRESSED = re.compile(r"p:([a-z]{1,20}):([1-9][0-9]{0,18})", re.ASCII)


def rows(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Discord's components for them: a row, or none. Where pictures can be varied, they are painted again."""
    painted = any(action.verb is Verb.VARY for action in actions)
    buttons = [_button(action, painted=painted) for action in actions[:IN_A_ROW]]
    return [{"type": 1, "components": buttons}] if buttons else []


def custom_id(action: Action) -> str:
    """What Discord sends back when the button is pressed: at most 42 of its 100 characters."""
    return f"p:{action.verb}:{action.target}"


def pressed(custom_id: str) -> Action | None:
    """The action of a press; None: the button is none of these, be it somebody else's or of another age."""
    found = _PRESSED.fullmatch(custom_id)
    verb = _VERBS.get(found[1]) if found else None
    return Action(verb, int(found[2])) if found and verb else None


def _button(action: Action, *, painted: bool) -> dict[str, Any]:
    face = AGAIN if painted and action.verb is Verb.REGENERATE else FACES[action.verb]
    return {
        "type": 2,
        "style": face.style,
        "label": face.label,
        "emoji": {"name": face.emoji},
        "custom_id": custom_id(action),
    }
