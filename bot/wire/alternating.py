"""Conversations for services that are strict about whose turn it is. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final, Literal

from bot.messages import Turn
from bot.wire.calls import paired

BEFORE: Final = Turn("user", "(What was said before is left out.)")
"""Goes before an assistant who would have the first word."""

ONWARD: Final = Turn("user", "(Please go on.)")
"""Goes behind an assistant who would have the last word: newer models refuse to be continued."""


def alternating(turns: Sequence[Turn]) -> tuple[str, list[tuple[Turn, ...]]]:
    """What the system says, in one text, and everything else: groups of turns of one role, in order.

    The roles of the groups alternate, the first and the last are the user's, and every turn has something in
    it: services refuse blank texts. Pictures are the user's alone. Results of tools are on the user's
    side, right behind their calls.
    """
    system = "\n\n".join(turn.text for turn in turns if turn.role == "system" and turn.text.strip())
    said = [_pictured(turn) for turn in turns if turn.role != "system"]
    told = [turn for turn in paired(said) if turn.text.strip() or turn.pictures or turn.calls or turn.results]
    if not told or speaker(told[0]) != "user":
        told.insert(0, BEFORE)
    if speaker(told[-1]) != "user":
        told.append(ONWARD)
    return system, [tuple(group) for _, group in groupby(told, key=speaker)]


def speaker(turn: Turn) -> Literal["user", "assistant"]:
    """Whose side a turn is from."""
    return "assistant" if turn.role == "assistant" else "user"


def _pictured(turn: Turn) -> Turn:
    """The turn with no pictures but a user's."""
    return replace(turn, pictures=()) if turn.pictures and speaker(turn) != "user" else turn
