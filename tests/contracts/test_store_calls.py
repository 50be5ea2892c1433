"""Calls: each is paid for, whatever became of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.ports import Store
from bot.records import Outcome, Purse, Reservation, Settlement, Spent
from tests.contracts.talk import (
    ANN,
    AT,
    BEN,
    COMPLETED,
    HERE,
    IMAGINE,
    Plan,
    ask,
    begin,
    end,
    room,
)


async def test_a_further_attempt_settles_the_one_before(store: Store) -> None:
    await ask(store)
    started = await begin(store)
    failed = Settlement(started.call_id, "busy", latency_ms=40)
    run_id = started.context.run.id

    call_id = await store.reserve(run_id, Reservation("g4f/gpt", Decimal("0.03")), failed, at=AT)

    first, second = (await store.run(run_id)).calls
    assert (first.outcome, first.cost) == ("busy", Decimal("0.01"))
    assert (second.id, second.model, second.outcome, second.cost) == (
        call_id,
        "g4f/gpt",
        "reserved",
        Decimal("0.03"),
    )


async def test_spending_counts_reservations_of_today_by_person_and_by_room(store: Store) -> None:
    for key, by in ((HERE, ANN), (room("other"), ANN), (HERE, BEN)):
        await ask(store, key=key, by=by)
        await end(store, await begin(store, key))
    await ask(store)
    await begin(store)
    await end(store, await begin(store, (await ask(store, order=IMAGINE)).run_id))
    await ask(store, key=room("third"))

    plan = Plan()
    await store.start(room("third"), plan, at=AT)
    assert (plan.spending.of(Purse.PERSON).cost, plan.spending.of(Purse.CHANNEL).cost) == (
        Decimal("0.002") * 3 + Decimal("0.01"),
        Decimal(0),
    )

    await store.cancel((await ask(store, key=room("fourth"))).run_id, at=AT)
    await ask(store, key=room("fourth"))
    tomorrow = Plan()
    await store.start(room("fourth"), tomorrow, at=AT + timedelta(days=1))
    assert tomorrow.spending.of(Purse.PERSON) == Spent()


async def test_a_room_s_spending_is_everybody_s(store: Store) -> None:
    await ask(store, by=BEN)
    await end(store, await begin(store))
    await ask(store, by=ANN)

    plan = Plan()
    await store.start(HERE, plan, at=AT)

    assert plan.spending.of(Purse.CHANNEL).cost == Decimal("0.002")


async def test_calibration_moves_slowly_and_within_bounds(store: Store) -> None:
    seen = []
    for sample in (2.0, 100.0, 100.0):
        await ask(store)
        started = await begin(store)
        settled = Settlement(started.call_id, "ok", calibration=sample)
        await store.finish(started.context.run.id, Outcome(COMPLETED, "hi"), settled, at=AT)
        seen.append(started.context.calibration.get("offline/parrot"))
    await ask(store)

    seen.append((await begin(store)).context.calibration["offline/parrot"])
    assert seen == [None, *map(pytest.approx, (1.2, 1.76, 2.208))]
