"""What Telegram's refusals mean, in its own words, which go no further."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

import adapters.telegram.asking.request  # noqa: F401  # it says how the library tells of waits
from adapters.telegram.asking.faults import (
    DAY,
    Moved,
    NoPictures,
    NotAPhoto,
    NoText,
    Unchanged,
    Unparsed,
    Unwanted,
    Unwelcome,
    fault,
)
from bot.errors import DeliveryError, Gone, Refused, SlowDown, TooLong, Unreachable


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Bad Request: message is not modified: specified new message content and reply markup are exactly "
         "the same as a current content and reply markup of the message", Unchanged),
        ("Bad Request: message to edit not found", Gone),
        ("Bad Request: message to delete not found", Gone),
        ("Bad Request: message can't be edited", Refused),
        ("Bad Request: message can't be deleted for everyone", Refused),
        ("Bad Request: MESSAGE_ID_INVALID", Gone),
        ("Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 5",
         Unparsed),
        ("Bad Request: ENTITY_BOUNDS_INVALID", Unparsed),
        ("Bad Request: MESSAGE_TOO_LONG", TooLong),
        ("Bad Request: message is too long", TooLong),
        ("Bad Request: message caption is too long", TooLong),
        ("Bad Request: MEDIA_CAPTION_TOO_LONG", TooLong),
        ("Bad Request: there is no text in the message to edit", NoText),
        ("Bad Request: TOPIC_CLOSED", Gone),
        ("Bad Request: TOPIC_DELETED", Gone),
        ("Bad Request: message thread not found", Gone),
        ("Bad Request: chat not found", Gone),
        ("Bad Request: not enough rights to send text messages to the chat", Refused),
        ("Bad Request: not enough rights to send photos to the chat", NoPictures),
        ("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN", NoPictures),
        ("Bad Request: CHAT_RESTRICTED", Refused),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", Refused),
        ("Bad Request: PHOTO_INVALID_DIMENSIONS", NotAPhoto),
        ("Bad Request: query is too old and response timeout expired or query ID is invalid", Refused),
        ("Bad Request: something new", Refused),
    ],
)  # fmt: skip
def test_a_request_that_is_refused_says_why(said: str, kind: type[DeliveryError]) -> None:
    assert type(fault(BadRequest(said))) is kind


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Forbidden: bot was blocked by the user", Unwanted),
        ("Forbidden: user is deactivated", Gone),
        ("Forbidden: bot was kicked from the supergroup chat", Unwanted),
        ("Forbidden: bot is not a member of the supergroup chat", Unwanted),
        ("Forbidden: the group chat was deleted", Gone),
        ("Forbidden: bot can't initiate conversation with a user", Unwanted),
        ("Forbidden: something new", Unwanted),
    ],
)
def test_where_the_bot_is_unwelcome_it_says_so_quietly(said: str, kind: type[DeliveryError]) -> None:
    assert type(fault(Forbidden(said))) is kind


@pytest.mark.parametrize(
    "error",
    [TimedOut(), NetworkError("Bad Gateway"), Conflict("terminated by other getUpdates"), TelegramError("?")],
)
def test_what_may_pass_is_unreachable(error: TelegramError) -> None:
    assert type(fault(error)) is Unreachable


def test_a_token_that_is_not_taken_is_nothing_to_hurry_about() -> None:
    assert type(fault(InvalidToken())) is Unwelcome


@given(st.integers(0, 10**9))
def test_patience_is_as_long_as_telegram_asks_up_to_a_day(seconds: int) -> None:
    for wait in (seconds, timedelta(seconds=seconds)):
        found = fault(RetryAfter(wait))
        assert isinstance(found, SlowDown)
        assert found.retry_after == min(seconds, DAY)


def test_a_chat_that_moved_says_where_to() -> None:
    found = fault(ChatMigrated(-1001234567890))
    assert isinstance(found, Moved)
    assert found.to == -1001234567890


@given(st.text(min_size=3))
def test_nothing_that_telegram_says_is_repeated(words: str) -> None:
    canary = f"canary{words}"
    for error in (BadRequest(canary), Forbidden(canary), NetworkError(canary), TelegramError(canary)):
        found = fault(error)
        assert "canary" not in f"{found} {found!r}".lower()
        assert found.__cause__ is None
