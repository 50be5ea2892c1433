"""Answers as the service writes them, streamed or whole: pure."""

from typing import Any, Final

import msgspec

from bot.errors import ProviderDown, ProviderError
from bot.http import decoded, status_error
from bot.messages import EndReason, Usage
from bot.wire.answers import WireAnswer
from bot.wire.thoughts import Thoughts

REASONS: Final = {
    "length": EndReason.LENGTH,
    "max_tokens": EndReason.LENGTH,
    "model_length": EndReason.LENGTH,
    "content_filter": EndReason.REFUSAL,
    "refusal": EndReason.REFUSAL,
    "tool_calls": EndReason.TOOLS,
    "function_call": EndReason.TOOLS,
}
"""What a `finish_reason` means; any other is a normal end."""

FAILURES: Final = frozenset({"error", "abort", "insufficient_system_resource"})
"""The `finish_reason` of an answer that the service itself gave up."""

STATUSES: Final = {
    "invalid_api_key": 401,
    "authentication_error": 401,
    "insufficient_quota": 402,
    "invalid_request_error": 400,
    "context_length_exceeded": 400,
    "content_policy_violation": 400,
    "content_filter": 400,
    "moderation_blocked": 400,
    "image_generation_user_error": 400,
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "overloaded_error": 529,
}
"""The HTTP status that an error's `code` or `type` stands for, when the error comes inside an answer."""


class WireUsage(msgspec.Struct):
    """Tokens as they are counted for text, and as they are for pictures."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None

    def usage(self) -> Usage:
        """The tokens; those that are not stated are none."""
        return Usage(
            self.prompt_tokens or self.input_tokens or 0, self.completion_tokens or self.output_tokens or 0
        )


class WireError(msgspec.Struct):
    """An error where an answer should be."""

    message: str | None = None
    code: int | str | None = None
    type: str | None = None
    param: str | None = None


class _Piece(msgspec.Struct):
    type: str = ""
    text: str | None = None


class _Function(msgspec.Struct):
    """`arguments`: JSON in a text; some services send the object itself."""

    name: str | None = None
    arguments: Any = None


class _Call(msgspec.Struct):
    index: int | None = None
    id: str | None = None
    function: _Function | None = None


class _Message(msgspec.Struct):
    """A delta or a whole message; some services send the content in typed pieces."""

    content: str | list[_Piece] | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    tool_calls: list[_Call] | None = None
    function_call: _Function | None = None


class _Choice(msgspec.Struct):
    delta: _Message | None = None
    message: _Message | None = None
    text: str | None = None
    finish_reason: str | None = None
    error: WireError | str | None = None


class _Chunk(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: WireUsage | None = None
    error: WireError | str | None = None


_chunks = msgspec.json.Decoder(_Chunk)


class Answer(WireAnswer):
    """Its text, without what the model thought aloud."""

    def __init__(self, *, followed: bool = False) -> None:
        super().__init__(followed=followed)
        self._refused = False
        self._thoughts = Thoughts()
        self._pondered: list[str] = []

    @property
    def pondered(self) -> str:
        """What the model thought beside its text, as far as the service tells it apart."""
        return "".join(self._pondered)

    def take(self, data: bytes) -> str:
        """The text to show of an event. Raises ProviderError when the event is an error."""
        if data.strip() == b"[DONE]":
            self.over = True
            self.reason = self.reason or EndReason.STOP
            return ""
        chunk = decoded(_chunks, data)
        if chunk is None:
            if b"\n" in data.strip():  # some senders leave no empty line between their events
                return "".join(map(self.take, data.strip().split(b"\n")))
            self.skipped += 1
            return ""
        if chunk.error is not None:
            raise error_from_wire(chunk.error)
        if chunk.usage is not None:
            self.usage = chunk.usage.usage()
        return self._thoughts.say(self._said(chunk.choices[0])) if chunk.choices else ""

    def rest(self) -> str:
        """Nothing follows: what was held back of the text."""
        return self._thoughts.rest()

    def _said(self, choice: _Choice) -> str:
        if choice.error is not None:
            raise error_from_wire(choice.error)
        if choice.finish_reason in FAILURES:
            raise ProviderDown(f"finish_reason {choice.finish_reason}")
        message = choice.delta or choice.message or _Message(choice.text)
        self._refused |= bool(message.refusal)
        if message.reasoning_content:
            self._pondered.append(message.reasoning_content)
        self._called(message, whole=choice.message is not None)
        if choice.finish_reason or choice.message is not None:
            reason = REASONS.get(choice.finish_reason or "", EndReason.STOP)
            self.reason = EndReason.REFUSAL if self._refused else reason
        return _words(message.content) or message.refusal or ""

    def _called(self, message: _Message, *, whole: bool) -> None:
        """Fragments of calls, or whole ones, which need no places. In the older form there is one."""
        for number, call in enumerate(message.tool_calls or ()):
            place = number if whole and call.index is None else call.index
            self._add(place, call.id or "", call.function or _Function())
        if message.function_call is not None:
            self._add(0, "", message.function_call)

    def _add(self, place: int | None, call_id: str, function: _Function) -> None:
        given = function.arguments
        if given is not None and not isinstance(given, str):
            given = msgspec.json.encode(given).decode()
        self.calls.add(place, id=call_id, name=function.name or "", arguments=given or "")


def _words(content: str | list[_Piece] | None) -> str:
    """The text to show of a content: what the model thought is not."""
    if isinstance(content, list):
        return "".join(piece.text or "" for piece in content if piece.type == "text")
    return content or ""


def error_from_wire(error: WireError | str) -> ProviderError:
    """An error that came with the status 200, or in the middle of a stream."""
    if isinstance(error, str):
        return status_error(500, error)
    names = (str(error.code), str(error.type))
    codes = (int(name) if name.isdecimal() else STATUSES.get(name, 0) for name in names)
    status = next((code for code in codes if 400 <= code < 600), 500)
    return status_error(status, msgspec.json.encode({"error": error}).decode())
