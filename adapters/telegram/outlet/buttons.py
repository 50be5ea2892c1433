"""Buttons under an answer, as Telegram draws them. Pure."""

from collections.abc import Sequence
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot.commands import Offer
from bot.commands.buttons import Face, faces, named
from bot.commands.offers import drawable
from bot.commands.offers import named as named_offer
from bot.messages import Action, Verb

IN_A_ROW: Final = 3
"""Buttons that a phone shows beside each other without cutting their words."""


def keyboard(actions: Sequence[Action]) -> InlineKeyboardMarkup | None:
    """Telegram's keyboard for them: rows of buttons, or none."""
    buttons = [_button(action, face) for action, face in faces(actions)]
    rows = [buttons[first : first + IN_A_ROW] for first in range(0, len(buttons), IN_A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def offering(offers: Sequence[Offer]) -> InlineKeyboardMarkup | None:
    """What can be done next after a reply; none where there is nothing."""
    buttons = [
        InlineKeyboardButton(offer.label, callback_data=named_offer(offer)) for offer in drawable(offers)
    ]
    rows = [buttons[first : first + IN_A_ROW] for first in range(0, len(buttons), IN_A_ROW)]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(action: Action, face: Face) -> InlineKeyboardButton:
    style = KeyboardButtonStyle.DANGER if action.verb is Verb.STOP else None
    return InlineKeyboardButton(face.label, callback_data=named(action), style=style)
