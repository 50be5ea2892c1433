"""A text with its entities, as Telegram takes it."""

from dataclasses import dataclass, field

from telegram import MessageEntity

from bot.delivery.clusters import reach


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what of them is bold, code or a link; offsets and lengths in UTF-16 units."""

    text: str = field(repr=False)
    entities: tuple[MessageEntity, ...] = field(default=(), repr=False)


def clipped(text: str, at_most: int) -> str:
    """A text of at most so many UTF-16 units; what was cut off is told by dots."""
    cut = reach(text, 0, len(text), at_most)
    return text if cut == len(text) else text[: reach(text, 0, len(text), at_most - 1)].rstrip() + "…"
