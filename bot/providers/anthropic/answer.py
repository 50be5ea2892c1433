"""Answers as the Messages API writes them, streamed or whole: pure."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from bot.errors import KeyRefused, ProviderError, ProviderRefused
from bot.http import decoded, status_error
from bot.messages import EndReason, Usage
from bot.wire.answers import WireAnswer

REASONS: Final = {
    "max_tokens": EndReason.LENGTH,
    "model_context_window_exceeded": EndReason.LENGTH,
    "pause_turn": EndReason.LENGTH,
    "refusal": EndReason.REFUSAL,
    "tool_use": EndReason.TOOLS,
}
"""What a `stop_reason` means; any other is a normal end. A paused turn can be continued, like a long one."""

LAST: Final = ("message_stop", "message")
"""What an answer ends with: an event of this type, or all of it is one."""

STATUSES: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The HTTP status that an error's `type` stands for, when it comes inside an answer."""


class _Block(msgspec.Struct):
    type: str = ""
    text: str | None = None
    id: str | None = None
    name: str | None = None
    input: Any = None


class _Delta(msgspec.Struct):
    type: str = ""
    text: str | None = None
    partial_json: str | None = None
    stop_reason: str | None = None


class _Usage(msgspec.Struct):
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None

    def usage(self) -> Usage:
        """The tokens; what came out of a cache, or went into one, is part of the prompt."""
        prompt = (self.input_tokens, self.cache_creation_input_tokens, self.cache_read_input_tokens)
        return Usage(sum(count or 0 for count in prompt), self.output_tokens or 0)


class _Message(msgspec.Struct):
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    type: str | None = None


class _Event(msgspec.Struct):
    """An event of a stream, or a whole message."""

    type: str = ""
    index: int = 0
    delta: _Delta | None = None
    content_block: _Block | None = None
    message: _Message | None = None
    content: list[_Block] | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None
    error: _Error | str | None = None


_events = msgspec.json.Decoder(_Event)


class Answer(WireAnswer):
    """Its text; thoughts are none."""

    def __init__(self, *, followed: bool = False) -> None:
        super().__init__(followed=followed)
        self._counted = _Usage()
        self._calling: set[int] = set()  # the places of calls; tools that run at the service have some, too

    def take(self, data: bytes) -> str:
        """The text in an event: thoughts are none. Raises ProviderError when the event is an error."""
        event = decoded(_events, data)
        if event is None:
            self.skipped += 1
            return ""
        if event.type == "error" or event.error is not None:
            raise error_from_wire(event.error, data)
        self._count(event.message.usage if event.message else event.usage)
        self._end(event.delta.stop_reason if event.delta else event.stop_reason)
        if event.type in LAST:
            self.over = True
            self._end("end_turn")
        self._called(event)
        return _words([event.delta, event.content_block, *(event.content or ())])

    def _called(self, event: _Event) -> None:
        """Calls: their beginnings and fragments, or whole ones."""
        blocks = [(event.index, event.content_block), *enumerate(event.content or ())]
        for place, block in blocks:
            if block is not None and block.type == "tool_use":
                given = msgspec.json.encode(block.input).decode() if block.input else ""
                self._calling.add(place)
                self.calls.add(place, id=block.id or "", name=block.name or "", arguments=given)
        if event.delta is not None and event.delta.partial_json and event.index in self._calling:
            self.calls.add(event.index, arguments=event.delta.partial_json)

    def _end(self, reason: str | None) -> None:
        """The first reason counts."""
        if reason and self.reason is None:
            self.reason = REASONS.get(reason, EndReason.STOP)

    def _count(self, usage: _Usage | None) -> None:
        """The last word on each count holds: they are totals."""
        if usage is None:
            return
        for name in _Usage.__struct_fields__:
            if (count := getattr(usage, name)) is not None:
                setattr(self._counted, name, count)
        self.usage = self._counted.usage()


def _words(blocks: Sequence[_Block | _Delta | None]) -> str:
    """The text to show: thinking, signatures and tools have types of their own."""
    texts = (block.text for block in blocks if block is not None and block.type in ("text", "text_delta"))
    return "".join(text or "" for text in texts)


def error_from_wire(error: _Error | str | None, data: bytes) -> ProviderError:
    """An error that came with the status 200, or in the middle of a stream."""
    kind = error.type if isinstance(error, _Error) else None
    return judged(status_error(STATUSES.get(kind or "", 500), data.decode("utf-8", "replace")))


def judged(error: ProviderError) -> ProviderError:
    """An account without credit is told with 400, as if the request were wrong."""
    if not isinstance(error, ProviderRefused) or "credit balance is too low" not in error.said:
        return error
    refused = KeyRefused(str(error), status=error.status)
    refused.said = error.said
    return refused


def refuses_shape(error: ProviderRefused) -> bool:
    """Whether it was being made to use a tool, which no model does that has to think first."""
    return error.status == 400 and any(name in error.said for name in ("tool_choice", "input_schema"))


def refuses_style(error: ProviderRefused) -> bool:
    """Whether it was the sampling parameters: from Claude 4.7 on, models take none."""
    return error.status == 400 and any(name in error.said for name in ("temperature", "top_p"))
