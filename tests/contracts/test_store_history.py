"""What a room remembers: its window, its entries, its changes and its settings."""

from bot.messages import ChannelKey
from bot.ports import Store
from bot.records import Order, Outcome
from bot.runs import RunStatus
from tests.contracts.conftest import Open
from tests.contracts.talk import (
    ANN,
    AT,
    BEN,
    FAILED,
    HERE,
    IMAGINE,
    LATER,
    PICTURE,
    answer,
    ask,
    begin,
    end,
    room,
    said,
    texts,
)


async def window(store: Store, key: ChannelKey = HERE) -> list[tuple[str, str | None]]:
    """What the next run of a room is shown."""
    await ask(store, "now", key)
    past = (await begin(store, key)).context.past
    return [(one.question.text, one.answer.text if one.answer else None) for one in past]


async def test_the_window_holds_the_exchanges_before_the_question_oldest_first(store: Store) -> None:
    for number in range(3):
        await answer(store, f"q{number}", f"a{number}")
    await answer(store, "elsewhere", "never", room("other"))

    assert await window(store) == [("q0", "a0"), ("q1", "a1"), ("q2", "a2")]


async def test_the_window_ends_at_two_hundred_exchanges(store: Store) -> None:
    for number in range(203):
        accepted = await ask(store, f"q{number}")
        await store.finish(accepted.run_id, Outcome(FAILED, notice="no"), at=AT)

    found = await window(store)

    assert [found[0], found[-1], len(found)] == [("q3", None), ("q202", None), 200]


async def test_later_questions_and_waiting_ones_are_not_in_the_window(store: Store) -> None:
    waiting_picture = await ask(store, "a picture", order=IMAGINE)
    first, _ = await ask(store, "first"), await ask(store, "second")
    started = await begin(store)

    assert started.context.run.id == first.run_id
    assert started.context.past == ()
    await end(store, started)
    await store.cancel(waiting_picture.run_id, at=AT)
    second = await begin(store)
    assert [one.question.text for one in second.context.past] == ["a picture", "first"]


async def test_failed_words_are_not_shown_to_a_model(store: Store) -> None:
    await ask(store, "q0")
    await end(store, await begin(store), "half an ans", status=FAILED, notice="It failed.")
    await ask(store, "q1")
    await end(store, await begin(store), "whole", status=RunStatus.INCOMPLETE)

    assert await window(store) == [("q0", None), ("q1", "whole")]


async def test_pictures_of_questions_and_answers_are_remembered(store: Store) -> None:
    await store.accept(said("look", pictures=(PICTURE,)), IMAGINE, at=AT, queue=5)
    run = (await store.waiting())[0]
    await end(store, await begin(store, run.id), "painted", pictures=(PICTURE, PICTURE))
    await store.accept(said("and", pictures=(PICTURE,)), IMAGINE, at=AT, queue=5)

    started = await begin(store, (await store.waiting())[0].id)

    (exchange,) = started.context.past
    assert started.context.question.pictures == exchange.question.pictures == (PICTURE,)
    assert exchange.answer is not None
    assert exchange.answer.pictures == (PICTURE, PICTURE)


async def test_forgetting_begins_the_window_anew_and_keeps_the_entries(store: Store) -> None:
    await answer(store, "old", "old answer")
    assert await store.forget(HERE, at=AT, event_id="e1")
    await answer(store, "new", "new answer")
    assert not await store.forget(HERE, at=AT, event_id="e1")

    assert await window(store) == [("new", "new answer")]
    assert (await texts(store))[:2] == ["old", "old answer"]
    found = await store.room(HERE)
    assert found is not None
    assert found.starts_after == 2
    assert ("room.updated", 2) in [(one.kind, one.subject) for one in await store.changes(HERE, after=0)]


async def test_a_room_that_nobody_spoke_in_can_be_forgotten(store: Store) -> None:
    assert await store.forget(HERE, at=AT)
    assert await store.room(HERE) is None


async def test_several_people_are_told_from_one(store: Store) -> None:
    await ask(store, by=ANN)
    alone = await begin(store)
    await end(store, alone)
    await ask(store, by=BEN)

    assert not alone.context.several
    assert (await begin(store)).context.several


async def test_rooms_are_listed_without_threads_and_private_ones(store: Store) -> None:
    for key in (room("b"), room("a"), room("a", thread="1"), room("a", person="web:ann")):
        await ask(store, key=key)
    await ask(store, key=ChannelKey("discord", "bot", "1", "2"))

    assert [found.key for found in await store.rooms("web")] == [room("b"), room("a")]
    thread = await store.room(room("a", thread="1"))
    assert thread is not None
    assert thread.last_at == AT


async def test_nothing_leaks_between_a_room_its_threads_and_its_private_rooms(store: Store) -> None:
    for key in (room("a"), room("a", thread="1"), room("a", person="web:ann")):
        await answer(store, f"in {key}", "yes", key)

    for key in (room("a"), room("a", thread="1"), room("a", person="web:ann")):
        assert await texts(store, key) == [f"in {key}", "yes"]
        assert await window(store, key) == [(f"in {key}", "yes")]


async def test_entries_can_be_read_on_from_one_or_picked(store: Store) -> None:
    for number in range(3):
        await answer(store, f"q{number}", f"a{number}")
    ids = [entry.id for entry in await store.entries(HERE)]

    assert [entry.id for entry in await store.entries(HERE, after=ids[1], limit=2)] == ids[2:4]
    assert [entry.id for entry in await store.entries(HERE, before=ids[3], limit=2)] == ids[1:3]
    assert [entry.id for entry in await store.entries(HERE, before=2**53, limit=1)] == ids[-1:]
    assert [entry.id for entry in await store.entries(HERE, only=[ids[4], ids[0], 99])] == [ids[0], ids[4]]
    assert await store.entries(room("other"), only=ids) == []


async def test_changes_are_kept_in_order_and_told_after_the_commit(store: Store) -> None:
    heard: list[ChannelKey] = []
    stop = store.listen(heard.append)
    turn = await answer(store)
    question, reply, run = turn.context.question.id, turn.answer_id, turn.context.run.id

    happened = await store.changes(HERE, after=0)
    assert [(change.kind, change.subject) for change in happened] == [
        ("message.created", question),
        ("run.updated", run),
        ("message.created", reply),
        ("run.updated", run),
        ("message.updated", reply),
        ("message.updated", reply),
        ("run.updated", run),
    ]
    ids = [change.id for change in happened]
    assert ids == sorted(set(ids))
    assert await store.last_change(HERE) == ids[-1]
    assert await store.changes(HERE, after=ids[1], limit=2) == happened[2:4]
    assert await store.changes(room("other"), after=0) == []
    assert set(heard) == {HERE}

    stop()
    heard.clear()
    await ask(store)
    assert heard == []


async def test_what_was_refused_or_seen_is_told_to_nobody(store: Store) -> None:
    await store.accept(said(event_id="e1"), IMAGINE, at=AT, queue=5)
    heard: list[ChannelKey] = []
    store.listen(heard.append)

    await store.accept(said(event_id="e1"), IMAGINE, at=AT, queue=5)
    await store.settings(HERE)

    assert heard == []


async def test_settings_inherit_from_the_server_to_the_thread(reopen: Open) -> None:
    store = await reopen()
    thread = room("a", thread="1")
    server, channel, own = thread.scopes()
    await store.change_setting(own, "model", "thread's", ANN, at=AT)
    await store.change_setting(server, "model", "server's", ANN, at=AT)
    await store.change_setting(server, "persona", "pirate", ANN, at=AT)
    await store.change_setting(channel, "model", "first try", ANN, at=AT)
    newest = await store.change_setting(channel, "model", "channel's", BEN, at=LATER)

    store = await reopen()

    holding = await store.settings(room("a"))
    assert holding.found["model"] == newest
    assert (holding.value("persona"), (await store.settings(room("b"))).value("model")) == (
        "pirate",
        "server's",
    )
    assert (await store.settings(thread)).value("model") == "thread's"
    await store.change_setting(own, "model", None, ANN, at=LATER)
    assert (await store.settings(thread)).value("model") == "channel's"
    assert (await store.settings(ChannelKey("web", "local", "away", "a"))).found == {}


async def test_a_setting_changes_once_for_each_event(store: Store) -> None:
    assert await store.change_setting(HERE.scope, "model", "one", ANN, at=AT, event_id="e1")
    assert await store.change_setting(HERE.scope, "model", "two", ANN, at=AT, event_id="e1") is None
    assert (await store.settings(HERE)).value("model") == "one"


async def test_a_picture_may_be_kept_twice(store: Store) -> None:
    await store.keep_picture(PICTURE, at=AT)
    await store.keep_picture(PICTURE, at=LATER)
    assert await store.picture(PICTURE.sha256) is None  # nobody has shown it
    accepted = await store.accept(said(pictures=(PICTURE,)), Order(), at=AT, queue=5)
    await store.accept(said(pictures=(PICTURE,)), Order(), at=AT, queue=5)

    assert await store.picture(PICTURE.sha256) == PICTURE
    assert await store.picture("unknown") is None
    await store.delete(accepted.message_id, at=LATER)
    assert await store.picture(PICTURE.sha256) == PICTURE


async def test_a_picture_goes_with_the_last_message_that_shows_it(store: Store) -> None:
    accepted = await store.accept(said(pictures=(PICTURE,)), Order(), at=AT, queue=5)
    await store.delete(accepted.message_id, at=LATER)

    assert await store.picture(PICTURE.sha256) is None


async def test_half_a_surrogate_and_a_nul_can_be_said(store: Store) -> None:
    await ask(store, "a\ud83db\0c")

    assert await texts(store) == ["a?b\0c"]


async def test_a_changed_setting_is_told_in_every_room_that_it_holds_in(store: Store) -> None:
    await ask(store, key=HERE)
    await ask(store, key=room("general", thread="1"))
    await ask(store, key=room("generally"))
    await ask(store, key=room("other"))
    told: dict[str, list[str]] = {}
    for scope in (HERE.scope, HERE.scopes()[0]):
        for key in (HERE, room("general", thread="1"), room("generally"), room("other")):
            last = await store.last_change(key)
            if key == HERE:
                await store.change_setting(scope, "persona", "a pirate", ANN, at=AT)
            happened = await store.changes(key, after=last if key == HERE else 0)
            told.setdefault(scope, []).append(str(sum(one.kind == "room.updated" for one in happened)))

    assert told == {HERE.scope: ["1", "1", "0", "0"], HERE.scopes()[0]: ["1", "2", "1", "1"]}
