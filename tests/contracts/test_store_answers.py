"""One answer for each question: written again, gone on with, stopped, deleted."""

import pytest

from bot.errors import BadOption, NotFound
from bot.ports import Store
from bot.records import Order, Outcome
from bot.runs import RunKind, RunStatus
from tests.contracts.talk import (
    ANN,
    AT,
    BEN,
    CANCELLED,
    COMPLETED,
    CONTINUE,
    FAILED,
    HERE,
    LATER,
    PICTURE,
    Plan,
    answer,
    ask,
    begin,
    end,
    said,
    texts,
)

ACTOR = said(by=BEN).actor


async def test_writing_again_replaces_the_answer_in_its_place(store: Store) -> None:
    first = await answer(store, reply="old words")
    await answer(store, "and then?", "more")

    accepted = await store.repeat(first.context.run.id, Order(), ACTOR, at=LATER)
    again = await begin(store)

    assert accepted.message_id == first.context.question.id
    assert (again.context.run.id, again.answer_id) == (accepted.run_id, first.answer_id)
    assert (again.context.shown, again.context.run.replaces) == ("old words", True)
    assert (again.context.run.actor, again.context.run.address) == (ACTOR, first.context.run.address)
    assert [(slot.seq, slot.post_id) for slot in again.slots] == [(0, f"post-of-{first.answer_id}")]
    assert (again.context.past, again.context.question.text) == ((), "hello")

    await end(store, again, "new words")
    assert await texts(store) == ["hello", "new words", "and then?", "more"]
    entry = (await store.entries(HERE))[1]
    assert (entry.edited_at, entry.run_id) == (LATER, accepted.run_id)


async def test_earlier_words_stay_with_the_run_that_wrote_them(store: Store) -> None:
    first = await answer(store, reply="old words")
    accepted = await store.repeat(first.context.run.id, Order(), ACTOR, at=LATER)
    again = await begin(store)
    assert [step.detail for step in (await store.run(first.context.run.id)).steps] == [
        {"message_id": first.answer_id}
    ]
    await end(store, again, "new words")

    (old,) = (await store.run(first.context.run.id)).steps
    (new,) = (await store.run(accepted.run_id)).steps
    assert old.detail == {"message_id": first.answer_id, "text": "old words"}
    assert new.detail == {"message_id": first.answer_id}


async def test_a_repeat_that_fails_leaves_the_earlier_words(store: Store) -> None:
    first = await answer(store, reply="old words")
    await store.repeat(first.context.run.id, Order(), ACTOR, at=LATER)
    again = await begin(store)
    await store.finish(again.context.run.id, Outcome(FAILED, notice="It failed."), at=LATER)

    entry = (await store.entries(HERE))[1]
    assert (entry.text, entry.notice, entry.run_status) == ("old words", "It failed.", FAILED)
    await ask(store, "next")
    (exchange,) = (await begin(store)).context.past
    assert exchange.answer is not None
    assert exchange.answer.text == "old words"


async def test_going_on_keeps_what_was_written(store: Store) -> None:
    first = await answer(store, reply="Once upon")
    await store.repeat(first.context.run.id, CONTINUE, ACTOR, at=LATER)
    again = await begin(store)
    assert (again.context.shown, again.context.run.kind) == ("Once upon", RunKind.CONTINUE)

    await end(store, again, "Once upon a time")
    assert await texts(store) == ["hello", "Once upon a time"]


async def test_an_answer_that_is_being_written_cannot_be_repeated(store: Store) -> None:
    accepted = await ask(store)
    with pytest.raises(BadOption):
        await store.repeat(accepted.run_id, Order(), ACTOR, at=AT)
    started = await begin(store)
    with pytest.raises(BadOption):
        await store.repeat(accepted.run_id, Order(), ACTOR, at=AT)

    await end(store, started, "")
    with pytest.raises(BadOption, match="no text"):
        await store.repeat(accepted.run_id, CONTINUE, ACTOR, at=AT)
    await store.repeat(accepted.run_id, Order(), ACTOR, at=AT)
    with pytest.raises(BadOption):
        await store.repeat(accepted.run_id, Order(), ACTOR, at=AT)


async def test_a_repeat_is_accepted_once(store: Store) -> None:
    first = await answer(store)
    one = await store.repeat(first.context.run.id, Order(), ACTOR, at=AT, event_id="click")
    two = await store.repeat(first.context.run.id, Order(), ACTOR, at=AT, event_id="click")

    assert (two.run_id, one.duplicate, two.duplicate) == (one.run_id, False, True)


async def test_an_answer_keeps_where_its_links_may_lead(store: Store) -> None:
    """For its delivery, for who reads it, and for what the same person asks next."""
    await ask(store)
    await end(store, await begin(store), links=frozenset({"a.example", "b.example"}))

    (pending,) = await store.pending()
    question, answered = await store.entries(HERE)
    assert pending.links == answered.links == frozenset({"a.example", "b.example"})
    assert question.links is None
    await ask(store, "and now?")
    (exchange,) = (await begin(store)).context.past
    assert exchange.answer is not None
    assert exchange.answer.links == ("a.example", "b.example")


async def test_a_deleted_answer_leads_nowhere(store: Store) -> None:
    """Nothing is left of what it named."""
    asked = await ask(store)
    started = await begin(store)
    await store.posted(started.slots[0], "a post")
    await end(store, started, links=frozenset({"a.example"}))
    await store.delete(asked.message_id, at=LATER)

    (pending,) = await store.pending()
    assert (pending.text, pending.links) == ("", None)


async def test_a_waiting_run_is_cancelled_at_once(store: Store) -> None:
    accepted = await ask(store)

    assert await store.cancel(accepted.run_id, at=LATER) == CANCELLED
    assert await store.cancel(accepted.run_id, at=LATER) == CANCELLED

    run = (await store.run(accepted.run_id)).run
    assert (run.ended_at, run.answer_id) == (LATER, None)
    assert not await store.waiting()
    assert not await store.pending()
    assert await store.start(HERE, Plan(), at=AT) is None


async def test_a_cancelled_run_whose_place_was_told_is_delivered_once_more(store: Store) -> None:
    accepted = await ask(store)
    notice = await store.intend(accepted.run_id, 0)
    await store.posted(notice, "you are third")

    await store.cancel(accepted.run_id, at=LATER)

    (pending,) = await store.pending()
    assert (pending.run.id, [slot.post_id for slot in pending.slots]) == (accepted.run_id, ["you are third"])


async def test_a_running_run_is_asked_to_stop_and_keeps_the_room(store: Store) -> None:
    await ask(store)
    started = await begin(store)
    await ask(store)

    assert await store.cancel(started.context.run.id, at=AT) == RunStatus.CANCELLING
    assert await store.cancel(started.context.run.id, at=AT) == RunStatus.CANCELLING
    assert await store.start(HERE, Plan(), at=AT) is None
    await end(store, started, "as far as I", status=CANCELLED)

    assert await store.cancel(started.context.run.id, at=AT) == CANCELLED
    (exchange,) = (await begin(store)).context.past
    assert exchange.answer is not None
    assert exchange.answer.text == "as far as I"


async def test_deleting_a_question_takes_its_answer_with_it(store: Store) -> None:
    kept = await answer(store, "kept", "kept too")
    gone = await answer(store, "secret", "secret too")
    await store.repeat(gone.context.run.id, Order(), ACTOR, at=AT)
    await end(store, await begin(store), "secret again", pictures=(PICTURE,))
    before = await store.last_change(HERE)

    await store.delete(gone.context.question.id, at=LATER)

    assert await texts(store) == ["kept", "kept too"]
    changes = await store.changes(HERE, after=before)
    assert [(change.kind, change.subject) for change in changes] == [
        ("message.deleted", gone.context.question.id),
        ("message.deleted", gone.answer_id),
    ]
    assert "secret" not in repr([(await store.run(run)).steps for run in (1, 2, 3)])
    (left,) = await store.pending()
    assert (left.text, [slot.post_id for slot in left.slots]) == ("", [f"post-of-{gone.answer_id}"])
    await ask(store)
    assert [one.question.id for one in (await begin(store)).context.past] == [kept.context.question.id]
    with pytest.raises(NotFound):
        await store.delete(gone.context.question.id, at=LATER)


async def test_a_deleted_answer_leaves_its_question(store: Store) -> None:
    turn = await answer(store)

    await store.delete(turn.answer_id, at=LATER)

    assert await texts(store) == ["hello"]
    await ask(store)
    (exchange,) = (await begin(store)).context.past
    assert exchange.answer is None
    with pytest.raises(NotFound):
        await store.repeat(turn.context.run.id, Order(), ACTOR, at=LATER)


async def test_a_deleted_question_is_not_answered_any_more(store: Store) -> None:
    waiting, written = await ask(store, "wait", by=ANN), await ask(store, "write")
    assert (await store.delete(waiting.message_id, at=AT)).status == RunStatus.CANCELLED
    assert not await store.pending()
    started = await begin(store)
    assert started.context.run.id == written.run_id

    await store.delete(written.message_id, at=AT)
    assert (await store.run(written.run_id)).run.status == RunStatus.CANCELLING
    await end(store, started, "too late", status=COMPLETED)

    assert await texts(store) == []
    (left,) = await store.pending()
    assert left.text == ""


async def test_those_who_wait_are_told_that_they_have_moved_up(store: Store) -> None:
    await ask(store, "first")
    started = await begin(store)
    waiting = [await ask(store, "second"), await ask(store, "third")]
    before = await store.last_change(HERE)

    await end(store, started, "done")

    told = [change.subject for change in await store.changes(HERE, after=before) if "run" in change.kind]
    assert told == [started.context.run.id, *(one.run_id for one in waiting)]
    assert [await store.place(one.run_id) for one in waiting] == [0, 1]


async def test_a_repeat_and_its_end_tell_of_the_answers_buttons_too(store: Store) -> None:
    turn = await answer(store)
    before = await store.last_change(HERE)

    again = await store.repeat(turn.context.run.id, Order(), ACTOR, at=AT)
    await store.cancel(again.run_id, at=AT)

    changes = [(change.kind, change.subject) for change in await store.changes(HERE, after=before)]
    assert changes == 2 * [("message.updated", turn.answer_id), ("run.updated", again.run_id)]


async def test_an_answer_that_only_held_a_place_in_line_is_none(store: Store) -> None:
    waiting = await ask(store, "wait")
    await store.intend(waiting.run_id, 0)
    assert await texts(store) == ["wait", ""]

    await store.cancel(waiting.run_id, at=AT)

    assert await texts(store) == ["wait"]
    await store.repeat(waiting.run_id, Order(), ACTOR, at=AT)
    assert await texts(store) == ["wait", ""]
