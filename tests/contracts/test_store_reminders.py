"""Reminders: kept until they ring or are taken back, rung once, and delivered like any answer."""

from datetime import timedelta

import pytest

from bot.errors import NotFound, QueueFull
from bot.messages import Actor, Address, ChannelKey, Person, Reminder
from bot.ports import Store
from bot.runs import RunKind, RunStatus
from bot.store.reminding import IN_A_ROOM, OF_A_PERSON
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, LATER, answer

ROOM = ChannelKey("telegram", "1", "-5", "-5")
TOPIC = ChannelKey("telegram", "1", "-5", "-5", "7")
BO = Person("telegram:bo", "Bo")


def wanted(text: str = "tea", person: Person = ANN, key: ChannelKey = ROOM, due: int = 0) -> Reminder:
    """A reminder that is due some minutes after the others."""
    return Reminder(LATER + timedelta(minutes=due), Actor(person), Address(key, "31"), text)


def words(found: Reminder) -> str:
    return f"Now: {found.text}"


async def test_reminders_are_kept_and_listed_in_the_order_in_which_they_ring(reopen: Open) -> None:
    store = await reopen()
    late = await store.keep_reminder(wanted("cake", due=5), at=AT)
    soon = await store.keep_reminder(wanted("tea"), at=AT)
    of_bo = await store.keep_reminder(wanted("bread", BO, due=9), at=AT)
    await store.keep_reminder(wanted("elsewhere", key=TOPIC), at=AT)

    store = await reopen()
    assert [(one.id, one.text) for one in await store.reminders(ROOM)] == [
        (soon, "tea"),
        (late, "cake"),
        (of_bo, "bread"),
    ]
    assert [one.id for one in await store.reminders(ROOM, BO.id)] == [of_bo]
    (first, _) = await store.reminders(ROOM, ANN.id)
    assert (first.due, first.actor, first.address) == (LATER, Actor(ANN), Address(ROOM, "31"))


async def test_a_reminder_that_is_asked_for_twice_is_kept_once(store: Store) -> None:
    number = await store.keep_reminder(wanted(), at=AT, event_id="e1")

    assert await store.keep_reminder(wanted(), at=AT, event_id="e1") == number
    assert len(await store.reminders(ROOM)) == 1
    await store.drop_reminder(number)
    assert await store.keep_reminder(wanted(), at=AT, event_id="e1") == 0
    assert await store.reminders(ROOM) == []


async def test_what_is_taken_back_does_not_ring(store: Store) -> None:
    number = await store.keep_reminder(wanted(), at=AT)

    assert await store.drop_reminder(number)
    assert not await store.drop_reminder(number)
    assert await store.ring(number, words, at=LATER) is None
    assert await store.pending() == []


async def test_only_reminders_are_taken_back_or_rung(store: Store) -> None:
    other = await store.set_timer(LATER, "deliver", {"key": str(ROOM)})

    assert not await store.drop_reminder(other)
    assert await store.ring(other, words, at=LATER) is None
    assert [timer.id for timer in await store.timers(LATER)] == [other]


async def test_one_that_rings_is_an_answer_to_deliver_and_rings_no_more(reopen: Open) -> None:
    store = await reopen()
    number = await store.keep_reminder(wanted(), at=AT)
    found = await store.ring(number, words, at=LATER)

    assert found is not None
    assert (found.text, found.address.key) == ("tea", ROOM)
    store = await reopen()
    assert await store.timers(LATER) == []
    assert await store.ring(number, words, at=LATER) is None
    (left,) = await store.pending()
    run = left.run
    assert (left.text, left.slots) == ("Now: tea", ())
    assert (run.kind, run.status, run.address, run.actor.person) == (
        RunKind.REMIND,
        RunStatus.COMPLETED,
        Address(ROOM, "31"),
        ANN,
    )
    assert [entry.text for entry in await store.entries(ROOM)] == ["Now: tea"]
    changes = await store.changes(ROOM, after=0)
    assert [(one.kind, one.subject) for one in changes] == [
        ("message.created", run.answer_id),
        ("run.updated", run.id),
    ]
    slot = await store.intend(run.id, 0)
    await store.posted(slot, "m1")
    await store.delivered(run.id)
    assert await store.pending() == []


async def test_nothing_waits_for_a_reminder_and_nothing_takes_it_for_a_question(store: Store) -> None:
    run = (await answer(store, "hello", "hi", ROOM)).context.run.id
    number = await store.keep_reminder(wanted(), at=AT)
    await store.ring(number, words, at=LATER)

    assert await store.waiting() == []
    latest = await store.latest_run(ROOM)
    assert latest is not None
    assert latest.id == run
    assert [entry.text for entry in await store.entries(ROOM)] == ["hello", "hi", "Now: tea"]


async def test_a_reminder_that_rang_is_deleted_like_any_answer(store: Store) -> None:
    await store.ring(await store.keep_reminder(wanted(), at=AT), words, at=LATER)
    (entry,) = await store.entries(ROOM)
    await store.delete(entry.id, at=LATER)

    assert await store.entries(ROOM) == []
    with pytest.raises(NotFound):
        await store.delete(entry.id, at=LATER)


async def test_a_person_and_a_room_have_so_many_and_no_more(store: Store) -> None:
    for number in range(OF_A_PERSON):
        await store.keep_reminder(wanted(key=TOPIC if number % 2 else ROOM), at=AT)
    with pytest.raises(QueueFull, match="50 reminders"):
        await store.keep_reminder(wanted(), at=AT)
    for number in range(IN_A_ROOM - len(await store.reminders(ROOM))):
        await store.keep_reminder(wanted(person=Person(f"telegram:{number}", "X")), at=AT)
    with pytest.raises(QueueFull, match="This room has 200"):
        await store.keep_reminder(wanted(person=BO), at=AT)
    await store.keep_reminder(wanted(person=BO, key=TOPIC), at=AT)

    assert len(await store.reminders(ROOM)) == IN_A_ROOM


async def test_reminders_move_with_their_chat_and_reply_to_nothing_there(store: Store) -> None:
    new = ChannelKey("telegram", "1", "-1005", "-1005")
    await store.keep_reminder(wanted(), at=AT)
    await store.keep_reminder(wanted("in a topic", key=TOPIC), at=AT)
    await store.move(ROOM, new)

    assert await store.reminders(ROOM) == []
    (moved,) = await store.reminders(new)
    assert (moved.text, moved.address) == ("tea", Address(new))
    (topic,) = await store.reminders(ChannelKey("telegram", "1", "-1005", "-1005", "7"))
    assert topic.text == "in a topic"


async def test_what_a_person_set_is_theirs_wherever_they_are(reopen: Open) -> None:
    store = await reopen()
    await store.change_setting(ANN.scope, "zone", "Europe/Berlin", ANN, at=AT)
    await store.change_setting(ANN.scope, "zone", "Asia/Tokyo", ANN, at=AT)

    store = await reopen()
    assert (await store.settings_of_person(ANN)).value("zone") == "Asia/Tokyo"
    assert (await store.settings_of_person(BO)).value("zone") is None
    assert (await store.settings(ROOM)).value("zone") is None
