"""What Telegram's refusals mean to delivery. Pure.

Telegram names them by words alone; these may repeat a message, and are left out of what we raise.
"""

from datetime import timedelta
from typing import Final

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import DeliveryError, Gone, Refused, SlowDown, TooLong, Unreachable

DAY: Final = 86_400.0
"""The longest wait in seconds that we let Telegram ask of us."""


class Unchanged(Refused):
    """The message says this already."""


class Unparsed(Refused):
    """It does not take the entities; the words alone may go through."""


class NoText(Refused):
    """The message shows a picture: its words are a caption."""


class NotAPhoto(Refused):
    """It does not take the picture as a photo; as a file it may."""


class NoPictures(Refused):
    """The chat takes words, but no pictures."""


class Unwanted(Refused):
    """Somebody does not want the bot there."""


class Moved(Refused):
    """The chat has become another one, `to`."""

    def __init__(self, to: int) -> None:
        super().__init__("the chat is a supergroup now")
        self.to = to


class Unwelcome(Unreachable):
    """The token is not taken: asking on would make it worse."""


MEANINGS: Final[tuple[tuple[str, type[DeliveryError], str], ...]] = (
    ("message is not modified", Unchanged, "the message says this already"),
    ("topic_not_modified", Unchanged, "the topic is called so already"),
    ("topic_id_invalid", Gone, "the topic does not exist any more"),
    ("message to edit not found", Gone, "the message does not exist any more"),
    ("message to delete not found", Gone, "the message does not exist any more"),
    ("message_id_invalid", Gone, "the message does not exist any more"),
    ("message can't be edited", Refused, "the message can't be edited"),
    ("message can't be deleted", Refused, "the message can't be deleted"),
    ("there is no text in the message", NoText, "the message shows a picture"),
    ("can't parse entities", Unparsed, "entities that it does not take"),
    ("entity_", Unparsed, "entities that it does not take"),
    ("message_too_long", TooLong, "too long a message"),
    ("media_caption_too_long", TooLong, "too long a caption"),
    ("message is too long", TooLong, "too long a message"),
    ("caption is too long", TooLong, "too long a caption"),
    ("topic_closed", Gone, "the topic is closed"),
    ("topic_deleted", Gone, "the topic does not exist any more"),
    ("message thread not found", Gone, "the topic does not exist any more"),
    ("chat not found", Gone, "the chat does not exist any more"),
    ("peer_id_invalid", Gone, "the chat does not exist any more"),
    ("group chat was deactivated", Gone, "the group does not exist any more"),
    ("photo_invalid_dimensions", NotAPhoto, "a photo of a shape that it does not take"),
    ("image_process_failed", NotAPhoto, "a photo that it cannot read"),
    ("photo_save_file_invalid", NotAPhoto, "a photo that it cannot read"),
    ("file is too big", NotAPhoto, "a photo that is too large"),
    ("rights to send photo", NoPictures, "the chat takes no pictures"),
    ("rights to send document", NoPictures, "the chat takes no pictures"),
    ("rights to send media", NoPictures, "the chat takes no pictures"),
    ("chat_send_photos_forbidden", NoPictures, "the chat takes no pictures"),
    ("chat_send_docs_forbidden", NoPictures, "the chat takes no pictures"),
    ("chat_send_media_forbidden", NoPictures, "the chat takes no pictures"),
    ("not enough rights", Refused, "the bot lacks a right in the chat"),
    ("have no rights", Refused, "the bot lacks a right in the chat"),
    ("chat_restricted", Refused, "the bot may not write in the chat"),
    ("chat_write_forbidden", Refused, "the bot may not write in the chat"),
    ("chat_send_", Refused, "the chat does not take this kind of message"),
    ("query is too old", Refused, "the button was pressed too long ago"),
    ("button_data_invalid", Refused, "a button that it does not take"),
    ("message text is empty", Refused, "an empty message"),
    ("message must be non-empty", Refused, "an empty message"),
)
"""What a 400 says, in small letters, and what it is to us; the others are requests that it does not
understand."""

UNWANTED: Final[tuple[tuple[str, type[DeliveryError], str], ...]] = (
    ("blocked by the user", Unwanted, "the person has blocked the bot"),
    ("user is deactivated", Gone, "the person's account does not exist any more"),
    ("chat was deleted", Gone, "the group does not exist any more"),
    ("was kicked", Unwanted, "the bot was removed from the chat"),
    ("is not a member", Unwanted, "the bot is not in the chat"),
    ("can't initiate conversation", Unwanted, "the person has not started the bot"),
)
"""The same of a 403."""


def fault(error: TelegramError) -> DeliveryError:
    """What an error of the library's means."""
    match error:
        case RetryAfter():
            return SlowDown("429", retry_after=_seconds(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case BadRequest():
            return _meant(error, MEANINGS) or Refused("400: a request that Telegram does not understand")
        case Forbidden():
            return _meant(error, UNWANTED) or Unwanted("403: the bot is not welcome there")
        case InvalidToken():
            return Unwelcome("the token is not taken")
        case Conflict() | NetworkError():
            return Unreachable(type(error).__name__)
        case _ if "too many requests" in error.message.lower():
            return SlowDown("429", retry_after=5.0)
        case _:
            return Unreachable("an answer that is not Telegram's")


def _meant(
    error: TelegramError, meanings: tuple[tuple[str, type[DeliveryError], str], ...]
) -> DeliveryError | None:
    said = error.message.lower()
    for words, kind, meaning in meanings:
        if words in said:
            return kind(meaning)
    return None


def _seconds(error: RetryAfter) -> float:
    """Seconds that it asks us to wait: the library tells a timedelta, or, as of old, a number."""
    wait = error.retry_after
    seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
    return min(max(seconds, 0.0), DAY)
