"""A breaker opens, waits and closes as a simple model of it says."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.errors import KeyRefused, ProviderBusy, ProviderDown, ProviderError, ProviderRefused
from bot.messages import ModelFacts
from bot.routes.breaker import COOL_DOWN, FAILURES, LONGEST, LONGEST_ASKED, Breaker, Breakers


class StillClock:
    """Time moves only when it is slept or pushed; `slept` keeps every wait that was asked for."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


def call(breaker: Breaker, failing: ProviderError | None = None) -> None:
    with suppress(ProviderError), breaker.attempt():
        if failing:
            raise failing


def opened(clock: StillClock, failing: ProviderError | None = None) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.allows
        call(breaker, failing or ProviderDown())
    return breaker


def test_it_opens_after_failures_in_a_row_only() -> None:
    breaker = Breaker(StillClock())
    for _ in range(FAILURES - 1):
        call(breaker, ProviderDown())
    call(breaker)
    for _ in range(FAILURES - 1):
        call(breaker, ProviderDown())

    assert breaker.allows
    call(breaker, ProviderDown())
    assert not breaker.allows


def test_a_request_of_ours_that_is_wrong_says_nothing_about_the_service() -> None:
    breaker = Breaker(StillClock())
    for _ in range(FAILURES * 2):
        call(breaker, ProviderRefused())

    assert breaker.allows


def test_a_refused_key_opens_it_at_once() -> None:
    breaker = Breaker(StillClock())
    call(breaker, KeyRefused())

    assert not breaker.allows


def test_it_stays_open_as_long_as_the_service_asked() -> None:
    clock = StillClock()
    breaker = opened(clock, ProviderBusy(retry_after=COOL_DOWN * 3))
    clock.passed += COOL_DOWN * 3 - 1
    assert not breaker.allows
    clock.passed += 1
    assert breaker.allows


def test_half_open_lets_one_call_through_at_a_time() -> None:
    clock = StillClock()
    breaker = opened(clock)
    clock.passed += COOL_DOWN
    with breaker.attempt():
        assert not breaker.allows

    assert breaker.closed


def test_a_probe_that_we_end_ourselves_leaves_it_half_open() -> None:
    clock = StillClock()
    breaker = opened(clock)
    clock.passed += COOL_DOWN
    probe = breaker.attempt()
    probe.__enter__()
    probe.__exit__(GeneratorExit, GeneratorExit(), None)

    assert not breaker.closed
    assert breaker.allows


def test_a_late_failure_of_a_call_from_before_does_not_prolong_it() -> None:
    clock = StillClock()
    breaker = Breaker(clock)
    late = breaker.attempt()
    late.__enter__()
    for _ in range(FAILURES):
        call(breaker, ProviderDown())
    clock.passed += COOL_DOWN
    error = ProviderDown()
    late.__exit__(ProviderDown, error, None)

    assert breaker.allows


def test_a_refused_key_rests_the_account_and_a_success_wakes_it() -> None:
    breakers = Breakers(StillClock())
    one, other, foreign = ModelFacts("a/one"), ModelFacts("a/other"), ModelFacts("b/one")
    with pytest.raises(KeyRefused), breakers.attempt(one):
        raise KeyRefused(status=401)

    assert [breakers.allow(model) for model in (one, other, foreign)] == [False, False, True]
    with breakers.attempt(other):
        pass
    assert breakers.allow(other)


class BreakerMachine(RuleBasedStateMachine):
    """The model: failures in a row, when it opens again, and how long the next pause is."""

    @initialize()
    def begin(self) -> None:
        self.clock = StillClock()
        self.breaker = Breaker(self.clock)
        self.failures = 0
        self.pause = COOL_DOWN
        self.opens_at: float | None = None

    def _allowed(self) -> bool:
        return self.opens_at is None or self.clock.passed >= self.opens_at

    @precondition(lambda self: self._allowed())
    @rule(asked=st.none() | st.floats(0, 10_000))
    def fail(self, asked: float | None) -> None:
        call(self.breaker, ProviderBusy(retry_after=asked))
        self.failures += 1
        if self.opens_at is not None:
            self.pause = min(self.pause * 2, LONGEST)
        elif self.failures < FAILURES:
            return
        else:
            self.pause = COOL_DOWN
        self.opens_at = self.clock.passed + max(self.pause, min(asked or 0, LONGEST_ASKED))

    @precondition(lambda self: self._allowed())
    @rule()
    def succeed(self) -> None:
        call(self.breaker)
        self.failures, self.opens_at = 0, None

    @rule(seconds=st.floats(0, 1000))
    def wait(self, seconds: float) -> None:
        self.clock.passed += seconds

    @invariant()
    def same(self) -> None:
        assert self.breaker.allows == self._allowed()
        assert self.breaker.closed == (self.opens_at is None)


TestBreaker = BreakerMachine.TestCase
