"""The ledger: an answer that is stored reaches its platform, in the posts that it already has there."""

from datetime import timedelta

from bot.ports import Store
from bot.records import Order, Outcome
from tests.contracts.conftest import Open
from tests.contracts.talk import (
    AT,
    COMPLETED,
    FAILED,
    HERE,
    LATER,
    PICTURE,
    answer,
    ask,
    begin,
    end,
    room,
    said,
)


async def test_an_ended_answer_is_pending_until_it_is_delivered(reopen: Open) -> None:
    store = await reopen()
    await ask(store)
    started = await begin(store)
    await store.posted(started.slots[0], "p0")
    assert not await store.pending()
    await end(store, started, "hi", notice="a notice", pictures=(PICTURE,))

    store = await reopen()

    (pending,) = await store.pending()
    assert (pending.run.id, pending.text, pending.notice) == (started.context.run.id, "hi", "a notice")
    assert (pending.pictures, [slot.post_id for slot in pending.slots]) == ((PICTURE,), ["p0"])
    assert await store.pending(room("other")) == []
    await store.delivered(pending.run.id)
    assert not await store.pending()


async def test_pending_answers_come_oldest_first(store: Store) -> None:
    ended = []
    for _ in range(3):
        await ask(store)
        started = await begin(store)
        await end(store, started)
        ended.append(started.context.run.id)

    assert [pending.run.id for pending in await store.pending(HERE)] == ended


async def test_one_post_is_recorded_and_the_next_intended_in_one_commit(store: Store) -> None:
    await ask(store)
    started = await begin(store)

    second = await store.posted(started.slots[0], "p0", intend=1)
    assert second is not None
    assert (second.seq, second.post_id) == (1, "")
    assert await store.posted(second, "p1") is None
    third = await store.intend(started.context.run.id, 2)
    assert await store.intend(started.context.run.id, 2) == third
    await end(store, started)

    (pending,) = await store.pending()
    assert [(slot.seq, slot.post_id) for slot in pending.slots] == [(0, "p0"), (1, "p1"), (2, "")]
    assert [slot.post_id for slot in (await store.entries(HERE))[1].posts] == ["p0", "p1"]
    await store.delivered(started.context.run.id, [third])
    assert not await store.pending()


async def test_removed_posts_are_no_longer_part_of_the_answer(store: Store) -> None:
    turn = await answer(store)
    extra = await store.intend(turn.context.run.id, 1)
    await store.posted(extra, "p1")

    await store.delivered(turn.context.run.id, [extra])

    assert [slot.seq for slot in (await store.entries(HERE))[1].posts] == [0]
    assert await store.posted(extra, "too late", intend=2) is None


async def test_a_parked_answer_waits_for_the_room_s_one_timer(store: Store) -> None:
    runs = []
    for key in (HERE, HERE, room("other")):
        await ask(store, key=key)
        started = await begin(store, key)
        await end(store, started)
        runs.append(started.context.run.id)
        await store.park(key, started.context.run.id, LATER)
    later = LATER + timedelta(minutes=1)
    await store.park(HERE, runs[0], later)

    timers = await store.timers(later)

    assert [(timer.due, timer.kind, timer.payload) for timer in timers] == [
        (LATER, "deliver", {"key": str(room("other"))}),
        (later, "deliver", {"key": str(HERE)}),
    ]
    assert [pending.run.id for pending in await store.pending(HERE)] == runs[:2]


async def test_a_refused_answer_is_not_tried_again(store: Store) -> None:
    await ask(store)
    started = await begin(store)
    await end(store, started)

    await store.refused(started.context.run.id, "the bot was removed from the room")

    assert not await store.pending()


async def test_an_answer_that_is_written_anew_is_delivered_once(store: Store) -> None:
    await ask(store)
    first = await begin(store)
    await end(store, first, "old words")
    await store.repeat(first.context.run.id, Order(), said().actor, at=LATER)
    assert [pending.text for pending in await store.pending()] == ["old words"]

    again = await begin(store)
    assert not await store.pending()
    await end(store, again, "new words")

    assert [(pending.run.id, pending.text) for pending in await store.pending()] == [
        (again.context.run.id, "new words")
    ]


async def test_a_place_that_was_told_becomes_the_answer(store: Store) -> None:
    await ask(store)
    first = await begin(store)
    accepted = await ask(store)
    notice = await store.intend(accepted.run_id, 0)
    await store.posted(notice, "you are second")
    await end(store, first)

    started = await begin(store)

    assert [(slot.id, slot.post_id) for slot in started.slots] == [(notice.id, "you are second")]
    assert (await store.run(accepted.run_id)).run.answer_id == started.answer_id


async def test_timers_are_kept_until_they_are_dropped(reopen: Open) -> None:
    store = await reopen()
    assert await store.next_timer() is None
    late = await store.set_timer(LATER, "remind", {"text": "tea"})
    soon = await store.set_timer(AT, "remind", {"text": "cake"})

    store = await reopen()

    assert await store.next_timer() == AT
    assert [timer.id for timer in await store.timers(AT)] == [soon]
    assert [timer.id for timer in await store.timers(LATER)] == [soon, late]
    assert [timer.id for timer in await store.timers(LATER, limit=1)] == [soon]
    await store.drop_timer(soon)
    assert await store.next_timer() == LATER


async def test_a_failure_is_delivered_too(store: Store) -> None:
    accepted = await ask(store)
    await store.finish(accepted.run_id, Outcome(FAILED, notice="No."), at=AT)
    assert [(pending.run.status, pending.slots) for pending in await store.pending()] == [(FAILED, ())]
    assert (await store.run(accepted.run_id)).run.status != COMPLETED


async def test_an_answer_that_was_deleted_while_it_got_out_is_still_taken_away(store: Store) -> None:
    await ask(store)
    turn = await begin(store)
    run_id = turn.context.run.id
    await store.posted(turn.slots[0], "p0")
    await end(store, turn)
    await store.delete(turn.answer_id, at=LATER)
    await store.delivered(run_id)

    (pending,) = await store.pending()
    assert (pending.text, [slot.post_id for slot in pending.slots]) == ("", ["p0"])
    await store.delivered(run_id, pending.slots)
    assert not await store.pending()
