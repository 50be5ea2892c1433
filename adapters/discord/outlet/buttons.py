"""Buttons under an answer, as Discord draws them. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from bot.commands.buttons import Face, faces, named
from bot.messages import Action, Verb

GRAY, RED = 2, 4
"""Discord's styles of a button."""

IN_A_ROW: Final = 5


def rows(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Discord's components for them: a row, or none."""
    buttons = [_button(action, face) for action, face in faces(actions)[:IN_A_ROW]]
    return [{"type": 1, "components": buttons}] if buttons else []


def _button(action: Action, face: Face) -> dict[str, Any]:
    return {
        "type": 2,
        "style": RED if action.verb is Verb.STOP else GRAY,
        "label": face.label,
        "emoji": {"name": face.emoji},
        "custom_id": named(action),
    }
