"""What every provider does with an answer while it comes, whatever its wire format."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias, TypeVar

import structlog

from bot.errors import ProviderError, ProviderRefused
from bot.messages import Calling, ChatRequest, End, EndReason, Style, Text, ToolCall, Usage
from bot.wire.calls import Calls

log = structlog.get_logger()

T = TypeVar("T")

Said: TypeAlias = Text | Calling | ToolCall | End
"""What an answer to a conversation consists of."""

CALLING = (EndReason.STOP, EndReason.TOOLS)
"""What may end an answer with calls: of one that was cut short or refused, none is carried out."""


class WireAnswer(ABC):
    """What has come of an answer: pure, fed with the data of its events. `followed`: so are its calls, while
    they come."""

    def __init__(self, *, followed: bool = False) -> None:
        self.reason: EndReason | None = None
        """Why it ended; None: it has not said that it is complete."""
        self.usage: Usage | None = None
        self.over = False
        """Nothing that matters can follow."""
        self.skipped = 0
        """Events that could not be read."""
        self.calls = Calls(followed=followed)
        """The tools that it asks for."""

    @abstractmethod
    def take(self, data: bytes) -> str:
        """The text to show of an event. Raises ProviderError when the event is an error."""

    def rest(self) -> str:
        """Nothing follows: what was held back of the text."""
        return ""


async def told(
    events: AsyncGenerator[bytes, None],
    answer: WireAnswer,
    account: str,
    judged: Callable[[ProviderError], ProviderError] = lambda error: error,
) -> AsyncGenerator[Said, None]:
    """An answer's text, and if it said that it was complete its calls and its End: only then the last call is
    known to be whole. Raises ProviderError, `judged`."""
    async with aclosing(_said(events, answer)) as said:
        try:
            async for part in said:
                yield part
        except ProviderError as error:
            if answer.reason is None:  # else it is complete, whatever follows
                raise judged(error) from None
    if answer.skipped:
        log.warning("events skipped", account=account, count=answer.skipped)
    if text := answer.rest():
        yield Text(text)
    if answer.reason is not None:
        calls = answer.calls.whole() if answer.reason in CALLING else ()
        for call in calls:
            yield call
        yield End(_ended(answer.reason, bool(calls)), answer.usage)


def _ended(reason: EndReason, calls: bool) -> EndReason:
    """Whether tools are asked for is told by the calls: services say STOP with them, and TOOLS without."""
    if calls:
        return EndReason.TOOLS
    return EndReason.STOP if reason is EndReason.TOOLS else reason


async def without_calls(parts: AsyncGenerator[Said, None]) -> AsyncGenerator[Text | End, None]:
    """The answer of a model that was told of no tools."""
    async with aclosing(parts):
        async for part in parts:
            if not isinstance(part, ToolCall | Calling):
                yield part


async def _said(
    events: AsyncGenerator[bytes, None], answer: WireAnswer
) -> AsyncGenerator[Text | Calling, None]:
    """The text of each event that has some, and its fragments of calls where they are followed."""
    async with aclosing(events):
        async for data in events:
            if text := answer.take(data):
                yield Text(text)
            for fragment in answer.calls.news():
                yield fragment
            if answer.over:
                return


async def rather(
    first: AsyncGenerator[T, None],
    second: Callable[[], AsyncGenerator[T, None]],
    refused: Callable[[ProviderRefused], bool],
) -> AsyncGenerator[T, None]:
    """All of `first`; all of `second` instead when the service refuses the first for a reason that counts."""
    try:
        async with aclosing(first):
            async for part in first:
                yield part
    except ProviderRefused as error:
        if not refused(error):
            raise
    else:
        return
    async with aclosing(second()) as parts:
        async for part in parts:
            yield part


class Unstyled:
    """The models that take no style: one that refuses it is asked without, from then on too."""

    def __init__(self, refuses: Callable[[ProviderRefused], bool]) -> None:
        self._refuses = refuses
        self._models: set[str] = set()

    def asked(
        self, ask: Callable[[ChatRequest], AsyncGenerator[T, None]], request: ChatRequest
    ) -> AsyncGenerator[T, None]:
        """What answers the request, with as much of its style as the model takes."""
        plain = replace(request, style=Style())
        if request.style == plain.style or request.model in self._models:
            return ask(plain)

        def refused(error: ProviderRefused) -> bool:
            if found := self._refuses(error):
                self._models.add(request.model)
            return found

        return rather(ask(request), lambda: ask(plain), refused)
