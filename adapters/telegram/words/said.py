"""A text with its entities, as Telegram takes it."""

from dataclasses import dataclass, field

from telegram import MessageEntity


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and what of them is bold, code or a link; offsets and lengths in UTF-16 units."""

    text: str = field(repr=False)
    entities: tuple[MessageEntity, ...] = field(default=(), repr=False)
    links: frozenset[str] | None = None
    """The hosts that it may lead to; None: any."""
