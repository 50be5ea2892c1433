"""Answers as the server writes them, streamed or whole: pure."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import msgspec

from bot.errors import ProviderError, ProviderGarbled, ProviderRefused
from bot.http import decoded, status_error
from bot.messages import EndReason, Usage
from bot.providers.tgi.stops import Stops
from bot.wire.answers import WireAnswer
from bot.wire.thoughts import Thoughts

STATUSES: Final = {
    "overloaded": 429,
    "healthcheck": 503,
    "validation": 422,
    "input_validation": 422,
    "template_error": 422,
    "missing_template_variable": 422,
    "tool_error": 422,
    "tool-error": 422,
    "generation": 424,
}
"""The HTTP status that an `error_type` stands for, when the error comes inside an answer; others: 500."""


class _Token(msgspec.Struct):
    text: str | None = None
    special: bool | None = None


class _Details(msgspec.Struct):
    finish_reason: str | None = None
    generated_tokens: int | None = None
    input_length: int | None = None


class _Event(msgspec.Struct):
    """An event of a stream, or a whole answer."""

    token: _Token | None = None
    generated_text: str | None = None
    details: _Details | None = None
    error: Any = None
    error_type: str | None = None


_Read: TypeAlias = _Event | list[_Event]
_decoder: msgspec.json.Decoder[_Read] = msgspec.json.Decoder(_Read)


class Answer(WireAnswer):
    """What has come of an answer: fed with the data of its events, or with all of it at once.

    `bare`: it answers somebody, so that blanks in front of it mean nothing.
    """

    def __init__(self, stops: Sequence[str], *, bare: bool = True, key: str = "") -> None:
        super().__init__()
        self._spoken = False  # some words came, if only thoughts
        self._key = key
        self._stops = Stops(stops)
        self._thoughts = Thoughts()
        self._blank = bare

    def take(self, data: bytes) -> str:
        """What can be shown after this event. Raises ProviderError when the event is an error."""
        event = read_event(data)
        if event is None:
            self.skipped += 1
            return ""
        if event.error is not None:
            raise _error(event, self._key)
        text = self._shown(self._thoughts.say(self._stops.say(self._words(event))))
        if event.generated_text is not None or event.details is not None:
            self._ended(event.details or _Details())
        if self._stops.found:  # a server that does not know of stop strings would go on
            self.reason = EndReason.STOP
        self.over = self.reason is not None
        return text

    def rest(self) -> str:
        """The answer is over: what was held back of it. Raises ProviderGarbled when nothing could be read."""
        if self.skipped and self.reason is None and not self._spoken:
            raise ProviderGarbled("no answer in what came")
        return self._shown(self._thoughts.say(self._stops.rest()) + self._thoughts.rest())

    def _words(self, event: _Event) -> str:
        """The new text. The last event repeats the whole: that counts when nothing came before."""
        if event.token is not None and event.token.text and not event.token.special:
            self._spoken = True
            return event.token.text
        return "" if self._spoken else event.generated_text or ""

    def _ended(self, details: _Details) -> None:
        self.reason = EndReason.LENGTH if details.finish_reason == "length" else EndReason.STOP
        if details.input_length is not None and details.generated_tokens is not None:
            self.usage = Usage(details.input_length, details.generated_tokens)

    def _shown(self, text: str) -> str:
        if self._blank:
            text = text.lstrip()
            self._blank = not text
        return text


def read_event(data: bytes) -> _Event | None:
    """An event, or a whole answer in either of its forms. None: it cannot be read, or is neither."""
    read = decoded(_decoder, data)
    if isinstance(read, list):
        read = read[0] if read else None
    return None if read == _Event() else read


def _error(event: _Event, key: str) -> ProviderError:
    """An error that came with the status 200, or in the middle of a stream."""
    told = msgspec.json.encode({"error": event.error, "error_type": event.error_type})
    status = STATUSES.get(event.error_type or "", 429 if b"overloaded" in told else 500)
    return status_error(status, told.decode(), key=key)


def refuses_shape(error: ProviderRefused) -> bool:
    """Whether it was the grammar: servers can be started without, and do not know every schema."""
    return error.status in (400, 422) and "grammar" in error.said.lower()
