"""A chat that gets another key: what was said, set and left to do there is the new one's."""

from datetime import timedelta

import pytest

from bot.messages import ChannelKey
from bot.ports import Store
from bot.records import Order
from bot.runs import RunStatus
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, COMPLETED, LATER, Plan, answer, ask, begin, end, said, texts


def chat(number: str, thread: str = "") -> ChannelKey:
    """A chat that is its own server."""
    return ChannelKey("telegram", "1", number, number, thread)


OLD, NEW = chat("-5"), chat("-1005")


async def test_what_was_said_is_the_new_chats_and_stays_so(reopen: Open) -> None:
    store = await reopen()
    await answer(store, "hello", "hi", OLD)
    await answer(store, "in a topic", "yes", chat("-5", "7"))

    assert not await store.move(OLD, NEW)
    store = await reopen()

    assert await texts(store, NEW) == ["hello", "hi"]
    assert await texts(store, chat("-1005", "7")) == ["in a topic", "yes"]
    assert await store.room(OLD) is None
    assert [room.key for room in await store.rooms("telegram")] == [NEW]


async def test_a_moved_chat_can_be_told_of_twice(store: Store) -> None:
    await answer(store, "hello", "hi", OLD)
    await store.move(OLD, NEW)
    await answer(store, "again", "yes", NEW)

    await store.move(OLD, NEW)

    assert await texts(store, NEW) == ["hello", "hi", "again", "yes"]


async def test_a_chat_that_is_said_to_become_itself_stays_as_it_is(store: Store) -> None:
    await answer(store, "hello", "hi", OLD)

    await store.move(OLD, OLD)

    assert await texts(store, OLD) == ["hello", "hi"]


@pytest.mark.parametrize("other", ["-55", "-5x", "%", "_5"])
async def test_no_other_chat_is_moved(store: Store, other: str) -> None:
    await answer(store, "hello", "hi", chat(other))
    await store.change_setting(chat(other).scope, "persona", "pirate", ANN, at=AT)

    await store.move(OLD, NEW)
    await store.move(chat("__"), NEW)

    assert await texts(store, chat(other)) == ["hello", "hi"]
    assert (await store.settings(chat(other))).value("persona") == "pirate"
    assert await store.room(NEW) is None


async def test_capitals_tell_chats_apart(store: Store) -> None:
    await answer(store, "hello", "hi", chat("club"))

    await store.move(chat("Club"), NEW)

    assert await texts(store, chat("club")) == ["hello", "hi"]


async def test_settings_of_the_chat_its_topics_and_its_server_move(store: Store) -> None:
    await store.change_setting(OLD.scopes()[0], "style", "poem", ANN, at=AT)
    await store.change_setting(OLD.scope, "persona", "pirate", ANN, at=AT)
    await store.change_setting(chat("-5", "7").scope, "listen", "on", ANN, at=AT)

    await store.move(OLD, NEW)

    found = await store.settings(chat("-1005", "7"))
    assert {name: found.value(name) for name in found.found} == {
        "style": "poem",
        "persona": "pirate",
        "listen": "on",
    }
    assert (await store.settings(NEW)).value("listen") is None
    assert (await store.settings(chat("-5", "7"))).found == {}


async def test_what_was_set_later_holds_where_both_have_a_setting(store: Store) -> None:
    await store.change_setting(OLD.scope, "persona", "pirate", ANN, at=AT)
    await store.change_setting(NEW.scope, "model", "one/m", ANN, at=AT)
    await store.change_setting(OLD.scope, "model", "two/m", ANN, at=AT)
    await store.change_setting(NEW.scope, "persona", "poet", ANN, at=LATER)

    await store.move(OLD, NEW)

    found = await store.settings(NEW)
    assert (found.value("persona"), found.value("model")) == ("poet", "two/m")


async def test_a_chat_on_a_server_leaves_the_servers_settings_there(store: Store) -> None:
    here, there = ChannelKey("web", "local", "home", "a"), ChannelKey("web", "local", "away", "b")
    await store.change_setting(here.scopes()[0], "style", "poem", ANN, at=AT)

    await store.move(here, there)

    assert (await store.settings(ChannelKey("web", "local", "home", "c"))).value("style") == "poem"


async def test_where_people_have_spoken_already_both_become_one_room(store: Store) -> None:
    await answer(store, "before", "yes", OLD)
    await ask(store, "waits", OLD)
    await answer(store, "after", "no", NEW)

    await store.move(OLD, NEW)

    assert await texts(store, NEW) == ["before", "yes", "waits", "after", "no"]
    assert [run.key for run in await store.waiting()] == [NEW]
    used = await store.used_in(NEW, since=AT.date())
    assert sum(one.calls for one in used) == 2


async def test_what_was_left_behind_in_either_room_stays_behind(store: Store) -> None:
    await answer(store, "forgotten", "yes", OLD)
    await store.forget(OLD, at=AT)
    await answer(store, "known", "yes", OLD)
    await answer(store, "after", "no", NEW)

    await store.move(OLD, NEW)
    await ask(store, "now", NEW)

    context = (await begin(store, NEW)).context
    assert [exchange.question.text for exchange in context.past] == ["known", "after"]


async def test_the_later_time_is_when_the_room_was_spoken_in_last(store: Store) -> None:
    await store.accept(said("first", NEW), Order(), at=AT, queue=9)
    await store.accept(said("second", OLD), Order(), at=LATER, queue=9)

    await store.move(OLD, NEW)

    room = await store.room(NEW)
    assert room is not None
    assert room.last_at == LATER


async def test_queued_runs_wait_in_the_new_chat_in_their_order(store: Store) -> None:
    first, second = await ask(store, "one", OLD), await ask(store, "two", OLD)

    await store.move(OLD, NEW)

    waiting = await store.waiting()
    assert [(run.id, run.key, run.address.reply_to) for run in waiting] == [
        (first.run_id, NEW, ""),
        (second.run_id, NEW, ""),
    ]
    assert (await begin(store, NEW)).context.run.id == first.run_id
    assert await store.start(OLD, Plan(), at=AT) is None


async def test_answers_on_their_way_are_posted_anew_in_the_new_chat(store: Store) -> None:
    await ask(store, "hello", OLD)
    started = await begin(store, OLD)
    await store.posted(started.slots[0], "post of the old chat")
    await end(store, started)
    await store.park(OLD, started.context.run.id, LATER)

    await store.move(OLD, NEW)

    (pending,) = await store.pending(NEW)
    assert (pending.run.key, [slot.post_id for slot in pending.slots]) == (NEW, [""])
    (timer,) = await store.timers(LATER + timedelta(seconds=1))
    assert timer.payload["key"] == str(NEW)


async def test_a_run_goes_on_while_its_chat_moves(store: Store) -> None:
    await ask(store, "hello", OLD)
    started = await begin(store, OLD)

    assert list(await store.move(OLD, NEW)) == [started.context.run.id]
    await end(store, started, "hi")

    assert await texts(store, NEW) == ["hello", "hi"]


async def test_a_run_that_is_written_here_and_one_there_both_end(store: Store) -> None:
    await ask(store, "here", NEW)
    here = await begin(store, NEW)
    await ask(store, "there", OLD)
    there = await begin(store, OLD)
    await ask(store, "next", NEW)

    await store.move(OLD, NEW)

    assert await store.start(NEW, Plan(), at=AT) is None
    await end(store, here)
    await end(store, there)
    assert (await begin(store, NEW)).context.question.text == "next"
    assert [(await store.run(one.context.run.id)).run.status for one in (here, there)] == [COMPLETED] * 2


async def test_what_was_lost_while_the_chat_moved_is_delivered_again(store: Store) -> None:
    ids = []
    for why in ("gone", "the bot was removed from the chat"):
        await ask(store, why, OLD)
        started = await begin(store, OLD)
        await store.posted(started.slots[0], "post of the old chat")
        ids.append(started.context.run.id)
        writing = await store.move(OLD, NEW)
        await end(store, started)
        await store.refused(started.context.run.id, why)
        await store.park(OLD, started.context.run.id + 1000, LATER)
        await store.move(OLD, NEW, late=writing)

    (pending,) = await store.pending()
    assert (pending.run.id, [slot.post_id for slot in pending.slots]) == (ids[0], [""])


async def test_people_who_watch_the_room_hear_that_it_changed(store: Store) -> None:
    await answer(store, "hello", "hi", OLD)
    heard: list[ChannelKey] = []
    store.listen(heard.append)

    await store.move(OLD, NEW)

    assert heard == [NEW]
    assert (await store.changes(NEW, after=0))[-1].kind == "room.updated"


async def test_an_event_that_was_heard_before_the_move_is_none_after_it(store: Store) -> None:
    once = await store.accept(said("hello", OLD, event_id="-5:1"), Order(), at=AT, queue=9)

    await store.move(OLD, NEW)

    again = await store.accept(said("hello", NEW, event_id="-5:1"), Order(), at=AT, queue=9)
    assert (again.duplicate, again.run_id) == (True, once.run_id)
    assert (await store.run(once.run_id)).run.status is RunStatus.QUEUED


async def test_what_was_lost_just_before_the_move_was_told_of_is_delivered_again(store: Store) -> None:
    ids = []
    for key in (OLD, chat("-5", "7"), chat("-6")):
        await ask(store, "hello", key)
        started = await begin(store, key)
        await store.posted(started.slots[0], "post of the old chat")
        await end(store, started)
        await store.refused(started.context.run.id, "gone")
        ids.append(started.context.run.id)

    await store.move(OLD, NEW, since=LATER + timedelta(seconds=1))
    assert not await store.pending()
    await store.move(NEW, OLD, since=LATER)

    assert [pending.run.id for pending in await store.pending()] == ids[:2]
