"""Asking one model after another until one has answered, and telling the meter about every call."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import structlog

from bot.delivery.clusters import shows
from bot.errors import (
    CutOff,
    KeyRefused,
    ProviderBusy,
    ProviderDown,
    ProviderError,
    ProviderGarbled,
    ProviderRefused,
    ProviderTimeout,
)
from bot.messages import (
    Calling,
    Drawn,
    End,
    EndReason,
    ModelFacts,
    Part,
    Restart,
    Text,
    ToolCall,
    Usage,
)
from bot.ports import Clock
from bot.routes.breaker import Breakers
from bot.streams import closing

log = structlog.get_logger()

Call = Callable[[ModelFacts], AsyncIterator[Text | Calling | ToolCall | Drawn | End]]

RETRIES = 2
"""So often a model is asked again, quietly, when nothing of its answer had come."""
PATIENCE = 20.0
"""Seconds from the first call on in which a model may be asked again; after that the next one is."""
BACK_OFF = 0.5
"""Seconds before the first retry, when the service named none; twice that before the second."""
OUTCOMES: dict[type[ProviderError], str] = {
    KeyRefused: "key",
    ProviderRefused: "refused",
    ProviderBusy: "busy",
    ProviderDown: "down",
    ProviderTimeout: "timeout",
    CutOff: "cut_off",
    ProviderGarbled: "garbled",
}


class Meter(Protocol):
    """Follows every call. `ended` comes once after every `begin` that did not raise."""

    async def begin(self, model: ModelFacts) -> None:
        """Before a call. May raise: a ProviderError passes the model over, anything else ends the stream."""
        ...

    def first(self) -> None:
        """The first piece has come."""
        ...

    def ended(self, outcome: str, usage: Usage | None) -> None:
        """ok, cut_off, busy, refused, key, down, timeout, garbled; or cancelled: we ended it ourselves."""
        ...


class Whole(Protocol):
    """An answer that has no parts."""

    @property
    def usage(self) -> Usage | None:
        """What the service reports of it."""
        ...


W = TypeVar("W", bound=Whole)


@dataclass(slots=True)
class _Last:
    """How the call before this one failed, and whether a piece of its answer had come."""

    error: ProviderError = field(default_factory=lambda: ProviderDown("there was no model to ask"))
    began: bool = False


class Attempts:
    """Makes the calls. `jitter` gives numbers from 0 to 1: it spreads those who wait for the same service."""

    def __init__(self, breakers: Breakers, clock: Clock, jitter: Callable[[], float] = random.random) -> None:
        self._breakers = breakers
        self._clock = clock
        self._jitter = jitter

    async def stream(
        self, candidates: Sequence[ModelFacts], call: Call, meter: Meter
    ) -> AsyncGenerator[Part, None]:
        """The first whole answer, with its one End; when there is none, the last ProviderError is raised.

        Before an answer's first piece another call takes over quietly. After it, by a Restart, which comes
        just before the next answer's first piece: when all fail, what was shown stays.
        """
        last, shown = _Last(), False
        async with aclosing(self._order(candidates, last)) as order:
            async for model in order:
                last.began = False
                try:
                    async with aclosing(self._attempt(model, call, meter)) as parts:
                        async for part in parts:
                            if isinstance(part, Calling):
                                yield part
                                continue
                            if shown and not last.began:
                                yield Restart(model.id)
                            shown = last.began = True
                            yield part
                except ProviderError as exc:
                    last.error = exc
                else:
                    return
        raise last.error

    async def once(
        self, candidates: Sequence[ModelFacts], ask: Callable[[ModelFacts], Awaitable[W]], meter: Meter
    ) -> W:
        """The first answer that comes as a whole; when there is none, the last ProviderError is raised."""
        last = _Last()
        async with aclosing(self._order(candidates, last)) as order:
            async for model in order:
                try:
                    return await self._once(model, ask, meter)
                except ProviderError as exc:
                    last.error = exc
        raise last.error

    async def _once(self, model: ModelFacts, ask: Callable[[ModelFacts], Awaitable[W]], meter: Meter) -> W:
        """One call whose answer has no parts."""
        with self._breakers.attempt(model):
            await meter.begin(model)
            outcome, usage = "cancelled", None
            try:
                answer = await ask(model)
                outcome, usage = "ok", answer.usage
            except ProviderError as exc:
                outcome = _outcome(exc)
                log.warning("call failed", model=model.id, outcome=outcome)
                raise
            finally:
                meter.ended(outcome, usage)
            return answer

    async def _order(self, candidates: Sequence[ModelFacts], last: _Last) -> AsyncGenerator[ModelFacts, None]:
        """Whom to ask next, until there is nobody. When all breakers are open, the first one all the same;
        but never an account that was refused."""
        until = self._clock.monotonic() + PATIENCE
        asked = False
        for model in candidates:
            for retry in range(RETRIES + 1):
                if retry and not await self._waited(last, retry, until):
                    break
                if not self._breakers.allow(model):
                    break
                asked = True
                yield model
        if asked or not candidates:
            return
        for model in candidates:
            if not self._breakers.refused(model):
                yield model
                return
        last.error = KeyRefused("every account was refused before", status=401)

    async def _waited(self, last: _Last, retry: int, until: float) -> bool:
        """Wait until the same model may be asked again; False when that is no use, or would take too long."""
        error = last.error
        if last.began or not isinstance(error, (ProviderBusy, ProviderDown, ProviderTimeout)):
            return False
        told = error.retry_after if isinstance(error, ProviderBusy) else None
        wait = max(told or 0.0, BACK_OFF * 2 ** (retry - 1)) + BACK_OFF * self._jitter()
        if self._clock.monotonic() + wait > until:
            return False
        await self._clock.sleep(wait)
        return True

    async def _attempt(
        self, model: ModelFacts, call: Call, meter: Meter
    ) -> AsyncGenerator[Text | Calling | ToolCall | Drawn | End, None]:
        """One call. Its End comes when everything is closed and accounted for."""
        with self._breakers.attempt(model):
            await meter.begin(model)
            outcome, end = "cancelled", None
            try:
                async with closing(call(model)) as parts, aclosing(_whole(parts, meter)) as whole:
                    async for part in whole:
                        if isinstance(part, End):
                            outcome, end = "ok", part
                        else:
                            yield part
            except ProviderError as exc:
                outcome = _outcome(exc)
                log.warning("call failed", model=model.id, outcome=outcome)
                raise
            finally:
                meter.ended(outcome, end.usage if end else None)
        if end:
            yield end


def _outcome(error: ProviderError) -> str:
    """How a call that failed is accounted for."""
    return next((name for kind, name in OUTCOMES.items() if isinstance(error, kind)), "garbled")


async def _whole(
    parts: AsyncIterator[Text | Calling | ToolCall | Drawn | End], meter: Meter
) -> AsyncGenerator[Text | Calling | ToolCall | Drawn | End, None]:
    """The parts of one answer, which has to have something in it, and an End.

    What nobody sees is held back before the first word: a platform would refuse to show it.
    """
    blank, began = "", False
    async for part in parts:
        if isinstance(part, End):
            if not began and part.reason is EndReason.STOP:
                raise ProviderGarbled("empty answer")
            yield part
            return
        if isinstance(part, Calling):
            yield part
            continue
        if isinstance(part, Text) and not began:
            blank += part.text
            if not shows(blank):
                continue
        if not began:
            began = True
            meter.first()
            yield Text(blank) if isinstance(part, Text) else part
        else:
            yield part
    raise CutOff("no end of the stream")
