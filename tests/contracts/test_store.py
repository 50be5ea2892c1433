"""Accepting, starting and ending: nothing said is lost, nothing is answered twice."""

import asyncio
from decimal import Decimal

import pytest

from bot.errors import BudgetSpent, NotFound, QueueFull
from bot.messages import PictureOptions, RunOptions, Usage
from bot.ports import Store
from bot.records import Context, Order, Outcome, Reservation, Settlement, Spending
from bot.runs import IllegalMove, RunKind, RunStatus
from tests.contracts.conftest import Open
from tests.contracts.talk import (
    ANN,
    AT,
    CANCELLED,
    COMPLETED,
    FAILED,
    HERE,
    IMAGINE,
    LATER,
    PICTURE,
    Plan,
    answer,
    ask,
    begin,
    end,
    room,
    said,
    texts,
)


async def test_what_was_accepted_is_there_after_a_restart(reopen: Open) -> None:
    store = await reopen()
    options = RunOptions(
        model="a/b",
        persona="",
        instructions="short",
        style="factual",
        picture=PictureOptions(2, (512, 768), 4, 7.5, 7, "rain"),
    )
    accepted = await store.accept(
        said("hello", pictures=(PICTURE,)), Order(RunKind.DESCRIBE, options), at=AT, queue=5
    )

    store = await reopen()

    (entry,) = await store.entries(HERE)
    assert (entry.id, entry.text, entry.author, entry.pictures) == (
        accepted.message_id,
        "hello",
        ANN,
        (PICTURE,),
    )
    assert (entry.run_id, entry.run_status) == (accepted.run_id, RunStatus.QUEUED)
    (run,) = await store.waiting()
    assert (run.options, run.kind, run.address.reply_to) == (options, RunKind.DESCRIBE, "post-1")
    assert await store.picture(PICTURE.sha256) == PICTURE


async def test_an_event_is_accepted_once(store: Store) -> None:
    first = await store.accept(said(event_id="e1"), Order(), at=AT, queue=5)
    again = await store.accept(said(event_id="e1"), Order(), at=AT, queue=5)
    elsewhere = await store.accept(said(key=room("other"), event_id="e1"), Order(), at=AT, queue=5)

    assert (again.message_id, again.run_id, again.duplicate) == (first.message_id, first.run_id, True)
    assert elsewhere.duplicate
    assert await texts(store) == ["hello"]


async def test_a_message_without_an_event_is_never_a_duplicate(store: Store) -> None:
    assert not (await ask(store)).duplicate
    assert not (await ask(store)).duplicate


async def test_a_room_takes_only_so_many_waiting_messages(store: Store) -> None:
    for _ in range(2):
        await store.accept(said(), Order(), at=AT, queue=2)

    with pytest.raises(QueueFull):
        await store.accept(said("one too many", event_id="e1"), Order(), at=AT, queue=2)

    assert await texts(store) == ["hello", "hello"]
    assert not (await store.accept(said(event_id="e1"), Order(), at=AT, queue=3)).duplicate


async def test_a_message_knows_how_many_are_ahead(store: Store) -> None:
    first, second = await ask(store), await ask(store)
    await begin(store)
    picture = await ask(store, order=IMAGINE)
    third = await ask(store)

    assert [one.ahead for one in (first, second, picture, third)] == [0, 1, 0, 2]
    assert [await store.place(one.run_id) for one in (first, second, picture, third)] == [0, 1, 0, 2]


async def test_a_hundred_rooms_at_once_keep_each_message_once_and_in_order(reopen: Open) -> None:
    store = await reopen()
    rooms = [room(f"room-{number}") for number in range(100)]

    accepted = await asyncio.gather(
        *(
            store.accept(said(f"{number}", key, event_id=f"{key}-{number}"), Order(), at=AT, queue=5)
            for number in range(5)
            for key in rooms
        )
    )

    assert len({one.message_id for one in accepted}) == 500
    store = await reopen()
    for key in rooms:
        assert await texts(store, key) == ["0", "1", "2", "3", "4"]
        assert [run.status for run in [await store.latest_run(key)] if run] == [RunStatus.QUEUED]


async def test_runs_of_a_room_begin_one_at_a_time_in_order(store: Store) -> None:
    first, second = await ask(store, "one"), await ask(store, "two")

    started = await begin(store)
    assert started.context.run.id == first.run_id
    assert await store.start(HERE, Plan(), at=AT) is None
    assert await store.start(second.run_id, Plan(), at=AT) is None
    await end(store, started)

    assert (await begin(store)).context.run.id == second.run_id


async def test_pictures_and_other_rooms_wait_for_nobody(store: Store) -> None:
    await ask(store)
    await begin(store)
    picture, elsewhere = await ask(store, order=IMAGINE), await ask(store, key=room("other"))

    assert (await begin(store, picture.run_id)).context.run.id == picture.run_id
    assert (await begin(store, room("other"))).context.run.id == elsewhere.run_id
    assert await store.start(HERE, Plan(), at=AT) is None


async def test_starting_writes_down_what_is_about_to_happen(reopen: Open) -> None:
    store = await reopen()
    await ask(store)
    started = await begin(store)

    store = await reopen()

    record = await store.run(started.context.run.id)
    assert (record.run.status, record.run.attempts, record.run.started_at) == (RunStatus.IN_PROGRESS, 1, AT)
    assert (record.run.answer_id, started.plan) == (started.answer_id, "the plan")
    assert [(call.id, call.outcome, call.cost) for call in record.calls] == [
        (started.call_id, "reserved", Decimal("0.01"))
    ]
    assert [(slot.seq, slot.post_id) for slot in started.slots] == [(0, "")]
    answer_entry = (await store.entries(HERE))[1]
    assert (answer_entry.id, answer_entry.role, answer_entry.author.bot) == (
        started.answer_id,
        "assistant",
        True,
    )


async def test_a_plan_that_refuses_leaves_everything_as_it_was(store: Store) -> None:
    await ask(store)
    before = await store.last_change(HERE)

    def refuse(context: Context, spending: Spending) -> tuple[Reservation, str]:
        raise BudgetSpent("Enough for today.")

    with pytest.raises(BudgetSpent, match="Enough"):
        await store.start(HERE, refuse, at=AT)

    (run,) = await store.waiting()
    assert run.attempts == 0
    assert await store.last_change(HERE) == before
    assert (await begin(store)).context.run.attempts == 1


async def test_a_run_that_was_killed_is_attempted_again_with_the_same_answer(reopen: Open) -> None:
    store = await reopen()
    await ask(store)
    first = await begin(store)
    await store.posted(first.slots[0], "p0")

    store = await reopen()
    (run,) = await store.interrupted(at=LATER)
    again = await begin(store, run.id)

    assert (again.answer_id, again.context.run.attempts) == (first.answer_id, 2)
    assert [(slot.seq, slot.post_id) for slot in again.slots] == [(0, "p0")]
    record = await store.run(run.id)
    assert record.run.attempts == 2
    calls = record.calls
    assert [(call.outcome, call.cost) for call in calls] == [
        ("lost", Decimal("0.01")),
        ("reserved", Decimal("0.01")),
    ]


async def test_what_was_asked_to_stop_is_found_after_a_kill(reopen: Open) -> None:
    store = await reopen()
    accepted = await ask(store)
    await begin(store)
    await store.cancel(accepted.run_id, at=AT)

    store = await reopen()

    assert [run.status for run in await store.interrupted(at=LATER)] == [RunStatus.CANCELLING]
    assert await store.start(accepted.run_id, Plan(), at=AT) is None


async def test_finishing_stores_the_answer_the_step_and_the_call(reopen: Open) -> None:
    store = await reopen()
    await ask(store)
    started = await begin(store)
    settled = Settlement(started.call_id, "ok", Usage(10, 5, estimated=True), Decimal("0.002"), 900, 120)
    outcome = Outcome(COMPLETED, "hi", "a notice", (PICTURE,), "offline/parrot", "", "max_tokens")
    await store.finish(started.context.run.id, outcome, settled, at=LATER)

    store = await reopen()

    record = await store.run(started.context.run.id)
    assert (record.run.status, record.run.ended_at, record.run.model) == (COMPLETED, LATER, "offline/parrot")
    assert [(step.kind, step.detail) for step in record.steps] == [
        ("message_creation", {"message_id": started.answer_id})
    ]
    (call,) = record.calls
    assert (call.outcome, call.usage, call.cost) == ("ok", Usage(10, 5, estimated=True), Decimal("0.002"))
    assert (call.latency_ms, call.first_token_ms) == (900, 120)
    entry = (await store.entries(HERE))[1]
    assert (entry.text, entry.notice, entry.pictures, entry.incomplete) == (
        "hi",
        "a notice",
        (PICTURE,),
        "max_tokens",
    )
    assert entry.edited_at is None


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.IN_PROGRESS, CANCELLED])
async def test_a_run_ends_only_as_its_status_allows(store: Store, status: RunStatus) -> None:
    await ask(store)
    started = await begin(store)

    with pytest.raises(IllegalMove):
        await end(store, started, status=status)

    assert (await store.run(started.context.run.id)).run.status == RunStatus.IN_PROGRESS
    assert (await texts(store))[1] == ""


async def test_an_ended_run_cannot_end_again(store: Store) -> None:
    started = await answer(store)

    with pytest.raises(IllegalMove):
        await end(store, started, "something else")

    assert await texts(store) == ["hello", "hi"]


async def test_a_run_that_fails_before_it_begins_has_an_answer_that_says_so(store: Store) -> None:
    accepted = await ask(store)
    await store.finish(accepted.run_id, Outcome(FAILED, notice="No budget.", last_error="budget"), at=AT)

    entry = (await store.entries(HERE))[1]
    assert (entry.notice, entry.run_status) == ("No budget.", FAILED)
    (pending,) = await store.pending()
    assert (pending.notice, pending.run.last_error) == ("No budget.", "budget")


async def test_what_does_not_exist_is_not_found(store: Store) -> None:
    for attempt in (
        store.run(99),
        store.run(10**30),
        store.cancel(99, at=AT),
        store.place(99),
        store.delete(99, at=AT),
        store.start(99, Plan(), at=AT),
        store.finish(99, Outcome(FAILED), at=AT),
        store.repeat(99, Order(), said().actor, at=AT),
        store.intend(99, 0),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_run_keeps_the_settings_it_began_with_when_it_is_attempted_again(store: Store) -> None:
    await store.change_setting(HERE.scope, "persona", "a pirate", ANN, at=AT)
    accepted = await ask(store)
    await begin(store)
    await store.change_setting(HERE.scope, "persona", "a poet", ANN, at=AT)

    again = await begin(store, accepted.run_id)

    assert (again.context.run.attempts, again.context.settings.value("persona")) == (2, "a pirate")
