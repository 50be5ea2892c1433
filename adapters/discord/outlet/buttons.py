"""Buttons under an answer, as Discord draws them. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from bot.commands import Offer
from bot.commands.buttons import Face, faces, named
from bot.commands.offers import drawable
from bot.commands.offers import named as named_offer
from bot.messages import Action, Verb

BLUE, GRAY, RED = 1, 2, 4
"""Discord's styles of a button."""

IN_A_ROW: Final = 5
ROWS: Final = 5
LABEL: Final = 80
"""Characters on a button."""


def rows(actions: Sequence[Action]) -> list[dict[str, Any]]:
    """Discord's components for them: a row, or none."""
    buttons = [_button(action, face) for action, face in faces(actions)[:IN_A_ROW]]
    return [{"type": 1, "components": buttons}] if buttons else []


def offering(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Rows of what can be done next; what a reply is about stands out."""
    buttons = [_offer(offer) for offer in drawable(offers)[: IN_A_ROW * ROWS]]
    rows = [buttons[first : first + IN_A_ROW] for first in range(0, len(buttons), IN_A_ROW)]
    return [{"type": 1, "components": row} for row in rows]


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "type": 2,
        "style": GRAY if offer.instead else BLUE,
        "label": offer.label[:LABEL],
        "custom_id": named_offer(offer),
    }


def _button(action: Action, face: Face) -> dict[str, Any]:
    return {
        "type": 2,
        "style": RED if action.verb is Verb.STOP else GRAY,
        "label": face.label,
        "emoji": {"name": face.emoji},
        "custom_id": named(action),
    }
