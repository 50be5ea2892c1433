"""Notes of what was said: they stand beside the messages, and fall with the first of them that changes."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.messages import Actor, Address, ChannelKey, Document, Incoming, RunOptions, Usage
from bot.ports import Store
from bot.records import (
    PAST,
    Condensed,
    Context,
    Notes,
    Order,
    Outcome,
    Purse,
    Reservation,
    Settlement,
    Spending,
    Started,
)
from bot.runs import RunKind
from tests.contracts.conftest import Open
from tests.contracts.talk import (
    ANN,
    AT,
    BEN,
    COMPLETED,
    FAILED,
    HERE,
    IMAGINE,
    LATER,
    answer,
    ask,
    begin,
    end,
    room,
    said,
    texts,
)

OLD, NEW = (ChannelKey("telegram", "1", number, number) for number in ("-5", "-1005"))
STYLE = RunOptions(style="summarization")


@dataclass
class Choosing:
    """A plan that takes so many exchanges, and keeps what it was shown."""

    count: int = 2
    context: Context | None = None
    spending: Spending | None = None

    def __call__(self, context: Context, spending: Spending) -> tuple[Reservation, str] | None:
        self.context, self.spending = context, spending
        return (Reservation("offline/parrot", Decimal("0.01")), "the plan") if self.count else None

    @property
    def past(self) -> list[str]:
        assert self.context
        return [exchange.question.text for exchange in self.context.past]


async def begun(store: Store, key: ChannelKey = HERE) -> Started[str]:
    started = await store.condense(key, Actor(ANN), STYLE, Choosing(), at=AT)
    assert started is not None
    return started


async def kept(store: Store, started: Started[str], count: int = 2, text: str = "notes") -> bool:
    context = started.context
    after = context.summary.upto if context.summary else 0
    paid = Settlement(started.call_id, "ok", Usage(10, 5), Decimal("0.002"))
    done = Outcome(COMPLETED, model="offline/parrot")
    made = Condensed(after, context.past[:count], text)
    return await store.keep_notes(context.run.id, done, made, paid, at=LATER)


async def talk(store: Store, *said: str, key: ChannelKey = HERE) -> list[int]:
    """Turns, one for each word: the questions' ids."""
    return [(await answer(store, word, f"re {word}", key)).context.question.id for word in said]


async def noted(store: Store, *said: str, key: ChannelKey = HERE, text: str = "notes") -> list[int]:
    """The same, and notes of the first two."""
    questions = await talk(store, *said, key=key)
    assert await kept(store, await begun(store, key), text=text)
    return questions


async def known(store: Store, key: ChannelKey = HERE) -> tuple[str, list[str]]:
    """What a model would be shown now: the notes, and the questions after them."""
    await ask(store, "now", key)
    context = (started := await begin(store, key)).context
    await store.finish(context.run.id, Outcome(FAILED), at=AT)
    await store.delete(started.context.question.id, at=AT)
    shown = [exchange.question.text for exchange in context.past]
    return context.summary.text if context.summary else "", shown


async def test_the_oldest_exchanges_are_condensed_and_the_window_begins_behind_them(reopen: Open) -> None:
    store = await reopen()
    one, two, _ = await talk(store, "one", "two", "three")
    started = await begun(store)
    assert started.context.run.kind is RunKind.CONDENSE
    assert started.context.past[0].answer
    assert await kept(store, started)
    store = await reopen()

    await ask(store, "four")
    context = (await begin(store)).context
    assert context.summary == Notes(two, 2, "notes", run_id=started.context.run.id)
    assert [each.question.text for each in context.past] == ["three"]
    assert one < two
    assert "one" in await texts(store)  # nothing of it is gone


async def test_the_next_notes_rest_on_those_before(store: Store) -> None:
    await noted(store, "one", "two", "three", "four")
    again = await begun(store)

    assert again.context.summary
    assert again.context.summary.text == "notes"
    assert [each.question.text for each in again.context.past] == ["three", "four"]
    assert await kept(store, again, 1, "more notes")
    assert await known(store) == ("more notes", ["four"])
    record = await store.run(again.context.run.id)
    (step,) = record.steps
    assert step.detail["exchanges"] == 3
    assert len(step.detail["messages"]) == 2  # type: ignore[arg-type]  # a list, as JSON


async def test_such_a_run_is_kept_accounted_and_shown_to_nobody(store: Store) -> None:
    await noted(store, "one", "two", "three")
    (record, *_) = await store.latest_runs(HERE, 10)

    assert record.run.kind is RunKind.CONDENSE
    assert (record.run.status, record.run.model, record.run.answer_id) == (COMPLETED, "offline/parrot", None)
    assert [call.cost for call in record.calls] == [Decimal("0.002")]
    assert sum(used.calls for used in await store.used_by(ANN.id, since=AT.date())) == 4
    assert await texts(store) == ["one", "re one", "two", "re two", "three", "re three"]
    assert await store.entries(HERE, only=[record.run.question_id]) == []
    assert await store.pending() == []
    assert await store.waiting() == []
    latest = await store.latest_run(HERE)
    assert latest
    assert latest.kind is RunKind.CHAT


async def test_an_answer_remembers_that_it_was_shown_notes(store: Store) -> None:
    _, two, _ = await noted(store, "one", "two", "three")
    notes = (await store.latest_runs(HERE, 1))[0].run.id
    started = await answer(store, "four")

    steps = (await store.run(started.context.run.id)).steps
    assert (steps[0].kind, steps[0].detail) == (
        "notes_shown",
        {"run_id": notes, "upto": two, "exchanges": 2},
    )


async def test_a_run_that_condenses_holds_up_nobody_and_is_one_at_a_time(store: Store) -> None:
    await talk(store, "one", "two", "three")
    started = await begun(store)

    assert await store.condense(HERE, Actor(ANN), STYLE, Choosing(), at=AT) is None
    assert await store.condense(room("other"), Actor(ANN), STYLE, Choosing(), at=AT) is None
    accepted = await ask(store, "four")
    assert accepted.ahead == 0
    await end(store, await begin(store))
    assert await kept(store, started)


async def test_a_plan_that_wants_nothing_leaves_nothing(store: Store) -> None:
    await talk(store, "one")
    plan = Choosing(0)

    assert await store.condense(HERE, Actor(BEN), STYLE, plan, at=AT) is None
    assert plan.past == ["one"]
    assert plan.spending is not None
    assert plan.spending.of(Purse.CHANNEL).cost == Decimal("0.002")
    assert len(await store.latest_runs(HERE, 10)) == 1


async def test_what_is_still_being_answered_is_not_condensed_nor_what_follows(store: Store) -> None:
    await talk(store, "one")
    await ask(store, "a picture", order=IMAGINE)
    await talk(store, "two")
    plan = Choosing()
    await store.condense(HERE, Actor(ANN), STYLE, plan, at=AT)

    assert plan.past == ["one"]


async def test_a_kill_ends_such_a_run_and_leaves_nothing_to_be_answered(reopen: Open) -> None:
    store = await reopen()
    await talk(store, "one", "two", "three")
    started = await begun(store)
    store = await reopen()

    assert await store.interrupted(at=LATER) == []
    assert await store.pending() == []
    record = await store.run(started.context.run.id)
    assert (record.run.status, record.run.last_error) == (FAILED, "interrupted")
    assert [call.outcome for call in record.calls] == ["lost"]
    assert await kept(store, await begun(store))


@pytest.mark.parametrize("which", [0, 1])
async def test_notes_fall_when_a_message_that_they_cover_is_deleted(store: Store, which: int) -> None:
    questions = await noted(store, "one", "two", "three")
    await store.delete(questions[which], at=LATER)

    rest = ["one", "two", "three"]
    rest.pop(which)
    assert await known(store) == ("", rest)


async def test_notes_stand_when_a_later_message_is_deleted(store: Store) -> None:
    *_, last = await noted(store, "one", "two", "three", "four")
    await store.delete(last, at=LATER)

    assert await known(store) == ("notes", ["three"])


async def test_of_notes_that_rest_on_others_those_stand_that_do_not_cover_what_went(store: Store) -> None:
    questions = await noted(store, "one", "two", "three", "four", "five")
    assert await kept(store, await begun(store), 2, "more notes")
    await store.delete(questions[2], at=LATER)

    assert await known(store) == ("notes", ["four", "five"])
    await store.delete(questions[0], at=LATER)
    assert await known(store) == ("", ["two", "four", "five"])


async def test_notes_fall_when_an_answer_that_they_cover_is_written_anew(store: Store) -> None:
    await talk(store, "one")
    first = await store.latest_run(HERE)
    await talk(store, "two", "three")
    assert first
    assert await kept(store, await begun(store))
    await store.repeat(first.id, Order(), Actor(ANN), at=LATER)

    started = await begin(store)
    assert started.context.summary is None  # notes know what comes after the question
    await end(store, started, "better")
    assert await known(store) == ("", ["one", "two", "three"])


async def test_notes_fall_when_the_message_is_edited_that_they_cover(store: Store) -> None:
    before = Incoming(Actor(ANN), "hello", Address(HERE), "event-1")
    await store.accept(before, Order(), at=AT, queue=50)
    await end(store, await begin(store))
    assert await kept(store, await begun(store), 1)
    after = Incoming(Actor(ANN), "goodbye", Address(HERE), "event-2")
    await store.revise(after, "event-1", Order(), at=LATER, queue=50)
    await end(store, await begin(store))

    assert await known(store) == ("", ["goodbye"])


async def test_what_changes_meanwhile_is_not_kept(store: Store) -> None:
    one, *_ = await talk(store, "one", "two", "three")
    started = await begun(store)
    await store.delete(one, at=LATER)

    assert not await kept(store, started)
    assert (await store.run(started.context.run.id)).run.last_error == "changed"
    assert await known(store) == ("", ["two", "three"])


async def test_a_run_that_failed_keeps_nothing_and_pays(store: Store) -> None:
    await talk(store, "one", "two")
    started = await begun(store)
    paid = Settlement(started.call_id, "down", cost=Decimal("0.003"))
    failed = Outcome(FAILED, last_error="ProviderDown")

    assert not await store.keep_notes(started.context.run.id, failed, None, paid, at=LATER)
    record = await store.run(started.context.run.id)
    assert (record.run.status, record.run.last_error) == (FAILED, "ProviderDown")
    assert record.calls[0].cost == Decimal("0.003")
    assert await known(store) == ("", ["one", "two"])


async def test_a_new_conversation_knows_no_notes_of_the_old_one(store: Store) -> None:
    await noted(store, "one", "two", "three")
    started = await begun(store)
    await store.forget(HERE, at=LATER)

    assert not await kept(store, started, 1)
    assert await known(store) == ("", [])
    await talk(store, "four")
    assert [each.question.text for each in (await begun(store)).context.past] == ["four"]


async def test_private_talk_and_other_rooms_have_notes_of_their_own(store: Store) -> None:
    await noted(store, "one", "two", "three")

    for key in (room("other"), room(thread="t"), room(person=ANN.id)):
        await talk(store, "elsewhere", key=key)
        assert await known(store, key) == ("", ["elsewhere"])


async def test_notes_move_with_their_room(store: Store) -> None:
    await noted(store, "one", "two", "three", key=OLD)
    await store.move(OLD, NEW)

    assert await known(store, NEW) == ("notes", ["three"])


async def test_of_two_rooms_that_become_one_no_notes_stand(store: Store) -> None:
    await noted(store, "one", "two", "three", key=OLD)
    await noted(store, "four", "five", "six", key=NEW)
    started = await begun(store, OLD)
    await store.move(OLD, NEW)

    assert not await kept(store, started, 1)
    assert await known(store, NEW) == ("", ["one", "two", "three", "four", "five", "six"])


async def test_files_that_were_condensed_are_still_strangers_words(store: Store) -> None:
    with_file = Incoming(Actor(ANN), "read this", Address(HERE), documents=(Document("a.txt", "obey"),))
    await store.accept(with_file, Order(), at=AT, queue=50)
    await end(store, await begin(store))
    await talk(store, "two", "three")
    assert await kept(store, await begun(store), 1)
    assert await kept(store, await begun(store), 1)

    await ask(store, "now")
    summary = (await begin(store)).context.summary
    assert summary
    assert summary.strangers


async def test_however_much_there_is_it_is_condensed_from_the_oldest_on(store: Store) -> None:
    words = [said(f"{number}") for number in range(PAST + 3)]
    queued = await asyncio.gather(*(store.accept(each, Order(), at=AT, queue=1000) for each in words))
    await asyncio.gather(*(store.cancel(each.run_id, at=AT) for each in queued))
    plan = Choosing()
    await store.condense(HERE, Actor(ANN), STYLE, plan, at=AT + timedelta(minutes=5))

    assert plan.past == [str(number) for number in range(PAST)]
