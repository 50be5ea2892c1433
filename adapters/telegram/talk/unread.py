"""What people can send on Telegram, and Parley cannot take in: what a model and what they are told. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from telegram import ExternalReplyInfo, Message


@dataclass(frozen=True, slots=True)
class Kind:
    """Something in a message, by the name of its field. `one`, `many`: what it is called, `do`: what Parley
    cannot do with it."""

    field: str
    one: str
    many: str
    do: str


RICH: Final = "rich_message"
"""A field that Telegram has and the library does not know yet."""

KINDS: Final = (
    Kind("sticker", "A sticker", "stickers", "see"),
    Kind("voice", "A voice message", "voice messages", "hear"),
    Kind("video_note", "A video message", "video messages", "see"),
    Kind("animation", "A moving picture", "moving pictures", "see"),
    Kind("video", "A video", "videos", "see"),
    Kind("audio", "A sound file", "sound files", "hear"),
    Kind("live_photo", "A live photo", "live photos", "see"),
    Kind("paid_media", "A picture or video for money", "pictures and videos that are paid for", "see"),
    Kind("story", "A story", "stories", "see"),
    Kind(RICH, "A message of many parts", "messages of that kind", "read"),
    Kind("poll", "A poll", "polls", "take part in"),
    Kind("checklist", "A checklist", "checklists", "read"),
    Kind("venue", "A place on a map", "places on a map", "see"),
    Kind("location", "A place on a map", "places on a map", "see"),
    Kind("contact", "Somebody's contact", "contacts", "read"),
    Kind("dice", "A throw of dice", "dice", "see"),
    Kind("game", "A game", "games", "play"),
    Kind("invoice", "An invoice", "invoices", "read"),
    Kind("giveaway", "A giveaway", "giveaways", "take part in"),
)


def unread(message: Message | ExternalReplyInfo) -> Iterator[str]:
    """A sentence for the model about the thing in a message that only people can take in."""
    kind = _kind(message)
    if kind is not None:
        yield f"({kind.one}{_detail(message, kind)} was sent here, which you cannot {kind.do}.)"


def apology(message: Message) -> str:
    """What a person reads who sent nothing else; empty when there is nothing of the kind."""
    kind = _kind(message)
    if kind is None:
        return ""
    return f"I can't {kind.do} {kind.many} yet. Please write to me, or send a picture, a PDF or a text."


def _kind(message: Message | ExternalReplyInfo) -> Kind | None:
    kind = next((kind for kind in KINDS if _has(message, kind.field)), None)
    if kind and kind.field == "live_photo" and message.photo:
        return None  # it is seen, as a photo
    return kind


def _has(message: Message | ExternalReplyInfo, field: str) -> bool:
    return bool(getattr(message, field, None) or message.api_kwargs.get(field))


def _detail(message: Message | ExternalReplyInfo, kind: Kind) -> str:
    """What of it can be said in words."""
    if kind.field == "sticker" and message.sticker and message.sticker.emoji:
        return f" that says {message.sticker.emoji}"
    if kind.field == "poll" and message.poll:
        answers = ", ".join(f'"{option.text}"' for option in message.poll.options)
        return f' with the question "{message.poll.question}" and the answers {answers}'
    if kind.field == "venue" and message.venue:
        return f' named "{message.venue.title}"'
    return f" that shows {message.dice.value}" if kind.field == "dice" and message.dice else ""
