"""A breaker leaves a failing model alone for a while, then lets one call through to see."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from bot.errors import KeyRefused, ProviderBusy, ProviderError, ProviderRefused
from bot.messages import ModelFacts
from bot.ports import Clock

log = structlog.get_logger()

FAILURES = 5
"""So many in a row open a breaker."""
COOL_DOWN = 30.0
"""Seconds until the first probe; doubled by every probe that fails, up to LONGEST."""
LONGEST = 600.0
LONGEST_ASKED = 3600.0
"""A service may ask for more patience than LONGEST, but not for ever."""


class Breaker:
    """Closed: calls pass. Open: none does. Half-open, when its time is over: one at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._pause = COOL_DOWN
        self._until: float | None = None
        self._probes = 0

    @property
    def closed(self) -> bool:
        """Whether all is well."""
        return self._until is None

    @property
    def allows(self) -> bool:
        """Whether a call may be made now."""
        return self._until is None or (self._clock.monotonic() >= self._until and self._probes == 0)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Around a call: how it ends is remembered. One that we end ourselves says nothing."""
        probe = not self.closed
        self._probes += probe
        try:
            yield
        except KeyRefused:
            self._open()
            raise
        except ProviderRefused:  # the service is well; our request was not
            raise
        except ProviderError as exc:
            self._failed(exc, probe=probe)
            raise
        else:
            self._close()
        finally:
            self._probes -= probe

    def _failed(self, exc: ProviderError, *, probe: bool) -> None:
        if not self.closed and not probe:
            return  # a call from before it opened: nothing new
        self._failures += 1
        if probe or self._failures >= FAILURES:
            self._open((isinstance(exc, ProviderBusy) and exc.retry_after) or 0.0)

    def _open(self, asked: float = 0.0) -> None:
        self._pause = COOL_DOWN if self.closed else min(self._pause * 2, LONGEST)
        self._until = self._clock.monotonic() + max(self._pause, min(asked, LONGEST_ASKED))

    def _close(self) -> None:
        self._failures = 0
        self._until = None


class Breakers:
    """A breaker for every model, and the accounts whose key was refused."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}
        self._refused: set[str] = set()

    def allow(self, model: ModelFacts) -> bool:
        """Whether a call of this model may be made now."""
        return not self.refused(model) and self._of(model).allows

    def refused(self, model: ModelFacts) -> bool:
        """Whether its account rests until its operator has changed the key."""
        return model.account in self._refused

    @contextmanager
    def attempt(self, model: ModelFacts) -> Iterator[None]:
        """Around a call of this model."""
        breaker = self._of(model)
        closed = breaker.closed
        try:
            with breaker.attempt():
                yield
        except KeyRefused as exc:
            self._refuse(model.account, exc)
            raise
        else:
            self._refused.discard(model.account)
        finally:
            if breaker.closed != closed:
                log.warning("breaker", model=model.id, state="closed" if breaker.closed else "open")

    @property
    def resting(self) -> Mapping[str, bool]:
        """The models that are left alone: whether the next call may try one again."""
        return {model: breaker.allows for model, breaker in self._breakers.items() if not breaker.closed}

    @property
    def accounts_refused(self) -> frozenset[str]:
        """The accounts that rest until their operator has changed the key."""
        return frozenset(self._refused)

    def _refuse(self, account: str, exc: KeyRefused) -> None:
        """The account rests until Parley starts again: only its operator can help, and is told once."""
        if account not in self._refused:
            self._refused.add(account)
            log.error("account refused: check its key and its credit", account=account, status=exc.status)

    def _of(self, model: ModelFacts) -> Breaker:
        return self._breakers.setdefault(model.id, Breaker(self._clock))
