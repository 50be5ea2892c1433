"""The marked parts of a message that people wrote, which Telegram counts in UTF-16 units. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from telegram import Message, MessageEntity

_UTF16: Final = "utf-16-le"


@dataclass(frozen=True, slots=True)
class Part:
    """An entity and the words that it covers."""

    entity: MessageEntity
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """Words in place of what stands between two places, in UTF-16 units."""

    start: int
    end: int
    text: str = field(repr=False)


def written(message: Message) -> str:
    """A message's text or caption."""
    return message.text or message.caption or ""


def parts(message: Message) -> list[Part]:
    """The marked parts of its text or caption, in order."""
    text = written(message)
    found = message.entities if message.text else message.caption_entities
    return [Part(entity, between(text, entity.offset, entity.offset + entity.length)) for entity in found]


def between(text: str, start: int, end: int | None = None) -> str:
    """What stands between two places. A person can type half a surrogate pair, which is let through."""
    units = text.encode(_UTF16, "surrogatepass")
    return _text(units[2 * start : None if end is None else 2 * end])


def changed(text: str, changes: Iterable[Change]) -> str:
    """The text with its changes; one that begins within another is left out."""
    units = text.encode(_UTF16, "surrogatepass")
    made, at = b"", 0
    for change in sorted(changes, key=lambda change: (change.start, -change.end)):
        if change.start >= at:
            made += units[2 * at : 2 * change.start] + change.text.encode(_UTF16, "surrogatepass")
            at = change.end
    return _text(made + units[2 * at :])


def _text(units: bytes) -> str:
    return units.decode(_UTF16, "surrogatepass")
