"""Answers as the Gemini API writes them, streamed or whole: pure."""

from typing import Any, Final

import msgspec

from bot.errors import ProviderGarbled
from bot.http import decoded
from bot.messages import EndReason, Usage
from bot.providers.gemini.calls import signed
from bot.providers.gemini.errors import error_from_wire
from bot.wire.answers import WireAnswer

REFUSALS: Final = (
    "SAFETY",
    "RECITATION",
    "LANGUAGE",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
    "IMAGE_RECITATION",
)
REASONS: Final = {"MAX_TOKENS": EndReason.LENGTH, **dict.fromkeys(REFUSALS, EndReason.REFUSAL)}
"""What a `finishReason` means; any other is a normal end."""

FAILURES: Final = frozenset({"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"})
"""The `finishReason` of an answer that the service itself could not read."""

NOT_YET: Final = ("", "FINISH_REASON_UNSPECIFIED")
"""What is no `finishReason`."""


class _Blob(msgspec.Struct):
    data: bytes = b""


class _FunctionCall(msgspec.Struct):
    name: str = ""
    args: Any = None
    id: str | None = None


class _Part(msgspec.Struct, rename="camel"):
    text: str | None = None
    thought: bool | None = None
    inline_data: _Blob | None = None
    function_call: _FunctionCall | None = None
    thought_signature: str | None = None


class _Content(msgspec.Struct):
    parts: list[_Part] | None = None


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content | None = None
    finish_reason: str | None = None


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str | None = None


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None


class _Error(msgspec.Struct):
    code: int | None = None


class _Chunk(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] | None = None
    prompt_feedback: _Feedback | None = None
    usage_metadata: _Usage | None = None
    error: _Error | str | None = None


_chunks = msgspec.json.Decoder(_Chunk | list[_Chunk])


class Answer(WireAnswer):
    """Its text, and what was painted."""

    def __init__(self, *, followed: bool = False) -> None:
        super().__init__(followed=followed)
        self.pictures: list[bytes] = []
        self._asked = 0

    def take(self, data: bytes) -> str:
        """The text in an event: thoughts are none. Raises ProviderError when the event is an error."""
        read = decoded(_chunks, data)
        if read is None:
            self.skipped += 1
            return ""
        chunks = read if isinstance(read, list) else [read]
        parts = [part for chunk in chunks for part in self._parts(chunk, data)]
        self.pictures += [blob.data for part in parts if (blob := part.inline_data)]
        for part in parts:
            self._called(part)
        return "".join(part.text or "" for part in parts)

    def _called(self, part: _Part) -> None:
        """A call, which comes as a whole."""
        if (call := part.function_call) is not None:
            given = msgspec.json.encode(call.args).decode() if call.args else ""
            own = signed(call.id or "", part.thought_signature or "")
            self.calls.add(self._asked, id=own, name=call.name, arguments=given)
            self._asked += 1

    def _parts(self, chunk: _Chunk, data: bytes) -> list[_Part]:
        """What is shown of a chunk; why it ended and what it counted is noted."""
        if chunk.error is not None:
            raise error_from_wire(chunk.error.code if isinstance(chunk.error, _Error) else None, data)
        if chunk.prompt_feedback is not None and chunk.prompt_feedback.block_reason:
            self.reason = EndReason.REFUSAL
        if (counted := chunk.usage_metadata) is not None:
            written = (counted.candidates_token_count or 0) + (counted.thoughts_token_count or 0)
            self.usage = Usage(counted.prompt_token_count or 0, written)
        candidate = chunk.candidates[0] if chunk.candidates else _Candidate()
        if (reason := candidate.finish_reason or "") in FAILURES:
            raise ProviderGarbled(f"finishReason {reason}")
        if reason not in NOT_YET:
            self.reason = REASONS.get(reason, EndReason.STOP)
        parts = candidate.content.parts if candidate.content else None
        return [part for part in parts or () if not part.thought]
