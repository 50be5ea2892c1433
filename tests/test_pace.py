"""A chat's pace and a platform's budget."""

import asyncio

import pytest

from bot.delivery.pace import SLOWEST, Budget, Pace
from tests.clock import VirtualClock


def test_requests_in_a_chat_are_an_interval_apart() -> None:
    pace = Pace(1.2)
    assert pace.wait(0) == 0
    assert pace.take(0)
    assert not pace.take(1.1)
    assert pace.wait(0.2) == pytest.approx(1.0)
    assert pace.take(1.2)


def test_slow_down_waits_and_then_goes_slower_up_to_a_bound() -> None:
    pace = Pace(1.0)
    pace.take(0)
    pace.slow_down(5, 0)
    assert pace.wait(0) == 5
    pace.take(5)
    assert pace.wait(5) == 2
    for _ in range(10):
        pace.slow_down(0, 5)
    assert pace.wait(5) == SLOWEST


def test_success_relaxes_the_pace_to_what_it_was() -> None:
    pace = Pace(1.0)
    pace.slow_down(0, 0)
    for _ in range(20):
        pace.relax()
    pace.take(0)
    assert pace.wait(0) == 1.0


def test_a_turn_that_was_not_needed_costs_nothing() -> None:
    pace = Pace(1.0)
    pace.take(0)
    pace.give_back()
    assert pace.take(0)


async def test_no_second_sees_more_than_the_budget() -> None:
    clock, granted = VirtualClock(), list[float]()
    budget = Budget(20, clock)

    async def ask() -> None:
        await budget.take(urgent=False)
        granted.append(clock.monotonic())

    tasks = [asyncio.create_task(ask()) for _ in range(100)]
    await clock.advance(10)
    assert all(task.done() for task in tasks)
    assert max(sum(at <= other < at + 1 for other in granted) for at in granted) <= 20
    assert granted[-1] < 6


async def test_final_texts_come_before_edits_in_between_and_each_in_order() -> None:
    clock, granted = VirtualClock(), list[str]()
    budget = Budget(10, clock)
    await budget.take(urgent=False)

    async def ask(name: str, *, urgent: bool) -> None:
        await budget.take(urgent=urgent)
        granted.append(name)

    tasks = [
        asyncio.create_task(ask(name, urgent=name.startswith("final")))
        for name in ("edit 1", "edit 2", "final 1", "edit 3", "final 2")
    ]
    await clock.advance(5)
    assert all(task.done() for task in tasks)
    assert granted == ["final 1", "final 2", "edit 1", "edit 2", "edit 3"]


async def test_who_gives_up_waiting_leaves_their_place_to_the_next() -> None:
    clock = VirtualClock()
    budget = Budget(10, clock)
    await budget.take(urgent=False)
    first, second = (asyncio.create_task(budget.take(urgent=False)) for _ in range(2))
    await clock.settle()
    first.cancel()
    await clock.advance(0.12)
    assert second.done()


async def test_a_token_granted_to_who_gave_up_is_given_back() -> None:
    clock = VirtualClock()
    budget = Budget(10, clock)
    await budget.take(urgent=False)
    first = asyncio.create_task(budget.take(urgent=False))
    await clock.settle()
    budget._queues[1][0].set_result(None)
    first.cancel()
    await asyncio.wait({first})
    assert budget._tokens == 1
