"""What was used is added up by model, exactly: of a person everywhere, of everybody in a room."""

from datetime import date, timedelta
from decimal import Decimal

from bot.messages import Person, Usage
from bot.ports import Store
from bot.records import Outcome, Reservation, Settlement, Used
from bot.runs import RunStatus
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, BEN, COMPLETED, HERE, ask, begin, end, room

TODAY = AT.date()


async def turn(store: Store, by: Person = ANN, where: str = "general", *settled: Settlement) -> None:
    """A question whose calls come to this; one has the id of the reserved call put in."""
    key = room(where)
    await ask(store, key=key, by=by)
    started = await begin(store, key)
    run_id, call_id = started.context.run.id, started.call_id
    for number, one in enumerate(settled):
        paid = Settlement(call_id, one.outcome, one.usage, one.cost)
        if number < len(settled) - 1:
            call_id = await store.reserve(run_id, Reservation("b/next", Decimal("0.5")), paid, at=AT)
        else:
            await store.finish(run_id, Outcome(COMPLETED, "hi"), paid, at=AT)


def paid(cost: str, usage: Usage = Usage(10, 5), outcome: str = "ok") -> Settlement:
    return Settlement(0, outcome, usage, Decimal(cost))


async def test_nothing_was_used_where_nobody_has_spoken(store: Store) -> None:
    assert await store.used_by("web:nobody", since=TODAY) == []
    assert await store.used_in(room("silent"), since=TODAY) == []


async def test_a_person_s_usage_is_theirs_everywhere_and_a_room_s_is_everybody_s(store: Store) -> None:
    await turn(store, ANN, "general", paid("0.001"))
    await turn(store, ANN, "other", paid("0.002"))
    await turn(store, BEN, "general", paid("0.004"))

    assert await store.used_by("web:ann", since=TODAY) == [
        Used("offline/parrot", 2, 20, 10, Decimal("0.003"))
    ]
    assert await store.used_by("web:ben", since=TODAY) == [Used("offline/parrot", 1, 10, 5, Decimal("0.004"))]
    assert await store.used_in(HERE, since=TODAY) == [Used("offline/parrot", 2, 20, 10, Decimal("0.005"))]


async def test_failed_calls_and_those_that_took_over_count_each_for_its_model(store: Store) -> None:
    await turn(
        store,
        ANN,
        "general",
        paid("0.0000001", Usage(7, 0, estimated=True), "cut_off"),
        paid("0.02", Usage(100, 50)),
    )

    assert await store.used_in(HERE, since=TODAY) == [
        Used("b/next", 1, 100, 50, Decimal("0.02")),
        Used("offline/parrot", 1, 7, 0, Decimal("0.0000001"), 1, Decimal("0.0000001")),
    ]


async def test_sums_are_exact_however_small_the_parts(store: Store) -> None:
    for cost in ("0.1", "0.2", "0.000000000001"):
        await turn(store, ANN, "general", paid(cost))

    (used,) = await store.used_by("web:ann", since=TODAY)
    assert used.cost == Decimal("0.300000000001")


async def test_how_much_is_estimated_is_told_and_what_never_ended_is(reopen: Open) -> None:
    store = await reopen()
    await turn(store, ANN, "general", paid("0.001"))
    await turn(store, ANN, "general", paid("0.002", Usage(30, 3, estimated=True)))
    await ask(store)
    await begin(store)  # reserved at 0.01
    told = Used("offline/parrot", 3, 40, 8, Decimal("0.013"), 2, Decimal("0.012"))
    assert await store.used_by("web:ann", since=TODAY) == [told]

    store = await reopen()
    await store.interrupted(at=AT)  # the process was killed: the call is lost
    assert await store.used_by("web:ann", since=TODAY) == [told]


async def test_a_call_that_was_only_planned_is_not_counted(store: Store) -> None:
    await turn(store, ANN, "general", paid("0", Usage(), "skipped"), paid("0.02"))

    assert [used.model for used in await store.used_in(HERE, since=TODAY)] == ["b/next"]


async def test_only_days_from_the_first_on_count(store: Store) -> None:
    await ask(store)
    await end(store, await begin(store))

    async def calls(since: date) -> int:
        return sum(used.calls for used in await store.used_in(HERE, since=since))

    assert await calls(TODAY - timedelta(days=29)) == 1
    assert await calls(TODAY) == 1
    assert await calls(TODAY + timedelta(days=1)) == 0


async def test_what_was_deleted_was_used_all_the_same(store: Store) -> None:
    accepted = await ask(store)
    await end(store, await begin(store))
    await store.delete(accepted.message_id, at=AT)

    assert (await store.run(accepted.run_id)).run.status is RunStatus.COMPLETED
    assert [used.calls for used in await store.used_by("web:ann", since=TODAY)] == [1]
