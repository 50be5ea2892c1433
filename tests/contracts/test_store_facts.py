"""Facts that people ask to be remembered: theirs alone, in one room alone, until they are forgotten."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import TooLarge
from bot.messages import Actor, ChannelKey, Standing
from bot.ports import Store
from bot.records import Fact, Order
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, BEN, HERE, LATER, Plan, answer, ask, begin, room

OLD, NEW = (ChannelKey("telegram", "1", number, number) for number in ("-5", "-1005"))
FACTS = 50


async def add(store: Store, text: str, key: ChannelKey = HERE, by: str = ANN.id, event_id: str = "") -> int:
    """Its number, 0 when nothing was kept."""
    kept = await store.add_fact(key, by, text, at=AT, event_id=event_id)
    return kept.number if kept else 0


async def told(store: Store, key: ChannelKey = HERE, by: str = ANN.id) -> list[tuple[int, str]]:
    return [(fact.number, fact.text) for fact in await store.facts(key, by)]


async def test_facts_are_kept_the_newest_first(reopen: Open) -> None:
    store = await reopen()
    assert await store.add_fact(HERE, ANN.id, "I like tea", at=AT) == Fact(1, "I like tea", AT)
    assert await add(store, "I am in Oslo") == 2
    store = await reopen()

    assert await told(store) == [(2, "I am in Oslo"), (1, "I like tea")]


async def test_nobody_else_and_no_other_room_has_them(store: Store) -> None:
    await add(store, "a plum")

    for key, by in (
        (HERE, BEN.id),
        (room("other"), ANN.id),
        (room(thread="t"), ANN.id),
        (room(person=ANN.id), ANN.id),
    ):
        assert await told(store, key, by) == []
        assert not await store.change_fact(key, by, 1, "a pear", at=LATER)
        assert not await store.forget_facts(key, by, at=LATER)
    assert await told(store) == [(1, "a plum")]


async def test_everybody_has_numbers_of_their_own(store: Store) -> None:
    await add(store, "a plum")

    assert await add(store, "a pear", by=BEN.id) == 1
    assert await add(store, "a fig", room("other")) == 1


async def test_a_fact_is_corrected_and_keeps_its_number(store: Store) -> None:
    await add(store, "I like tea")

    assert await store.change_fact(HERE, ANN.id, 1, "I like coffee", at=LATER)
    assert not await store.change_fact(HERE, ANN.id, 2, "I like milk", at=LATER)
    assert await store.facts(HERE, ANN.id) == (Fact(1, "I like coffee", AT, LATER),)


async def test_a_number_is_never_anothers(store: Store) -> None:
    await add(store, "one")
    await add(store, "two")

    assert await store.forget_facts(HERE, ANN.id, 2, at=LATER) == 1
    assert await store.forget_facts(HERE, ANN.id, 2, at=LATER) == 0
    assert await add(store, "three") == 3
    assert await told(store) == [(3, "three"), (1, "one")]


async def test_all_of_a_persons_are_forgotten_and_nobody_elses(store: Store) -> None:
    for text in ("one", "two"):
        await add(store, text)
        await add(store, text, by=BEN.id)

    assert await store.forget_facts(HERE, ANN.id, at=LATER) == 2
    assert await told(store) == []
    assert len(await told(store, by=BEN.id)) == 2


async def test_of_what_is_forgotten_no_word_stays(reopen: Open, tmp_path: Path) -> None:
    store = await reopen()
    await add(store, "a plum")
    await store.forget_facts(HERE, ANN.id, at=LATER)
    await store.close()

    with closing(sqlite3.connect(tmp_path / "data" / "parley.db")) as raw:
        assert raw.execute("SELECT number, text FROM facts").fetchall() == [(1, "")]


async def test_what_is_known_is_kept_once(store: Store) -> None:
    assert [await add(store, "I like tea") for _ in range(3)] == [1, 1, 1]
    assert await told(store) == [(1, "I like tea")]


async def test_an_event_that_comes_again_keeps_nothing_again(store: Store) -> None:
    assert await add(store, "I like tea", event_id="e1") == 1
    await store.forget_facts(HERE, ANN.id, 1, at=LATER)

    assert await add(store, "I like tea", event_id="e1") == 0
    assert await told(store) == []
    assert await add(store, "I like tea", event_id="e2") == 2


async def test_a_room_keeps_so_many_of_a_person_and_says_how_to_go_on(store: Store) -> None:
    for number in range(FACTS):
        await add(store, f"fact {number}")
    with pytest.raises(TooLarge, match="50 facts"):
        await add(store, "one more")
    assert await add(store, "fact 7") == 8, "it is known"
    assert await add(store, "one more", by=BEN.id) == 1

    await store.forget_facts(HERE, ANN.id, 3, at=LATER)
    assert await add(store, "one more") == FACTS + 1


async def test_neither_a_new_conversation_nor_a_deleted_message_takes_them(store: Store) -> None:
    started = await answer(store, "remember that I like tea", "yes")
    await add(store, "I like tea")

    await store.forget(HERE, at=LATER)
    await store.delete(started.context.question.id, at=LATER)

    assert await told(store) == [(1, "I like tea")]


async def test_a_run_is_shown_what_its_person_asked_for_in_its_room(store: Store) -> None:
    await add(store, "mine")
    await add(store, "elsewhere", room("other"))
    await add(store, "another's", by=BEN.id)
    await ask(store, "hello")

    started = await begin(store)

    assert [fact.text for fact in started.context.facts] == ["mine"]


async def test_who_has_anothers_answer_written_anew_brings_no_facts_into_it(store: Store) -> None:
    started = await answer(store, "hello")
    await add(store, "Ann's")
    await add(store, "Ben's", by=BEN.id)
    plan = Plan()
    again = await store.repeat(
        started.context.run.id, Order(), Actor(BEN, Standing.MODERATOR), at=LATER, event_id=""
    )
    await store.start(again.run_id, plan, at=LATER)

    assert plan.context is not None
    assert plan.context.facts == ()


async def test_a_chat_that_moves_takes_them_along(store: Store) -> None:
    await add(store, "a plum", OLD)

    await store.move(OLD, NEW)

    assert await told(store, NEW) == [(1, "a plum")]
    assert await told(store, OLD) == []


async def test_where_two_rooms_become_one_nothing_is_lost_and_no_number_is_twice(store: Store) -> None:
    for text, key, by in (
        ("old one", OLD, ANN.id), ("old two", OLD, ANN.id), ("of Ben's", OLD, BEN.id),
        ("new one", NEW, ANN.id), ("gone", NEW, ANN.id),
    ):  # fmt: skip
        await add(store, text, key, by)
    await store.forget_facts(NEW, ANN.id, 2, at=LATER)

    await store.move(OLD, NEW)

    assert await told(store, NEW) == [(4, "old two"), (3, "old one"), (1, "new one")]
    assert await told(store, NEW, BEN.id) == [(1, "of Ben's")]


@given(
    texts=st.lists(st.text(min_size=1, max_size=20), max_size=8, unique=True), gone=st.sets(st.integers(1, 8))
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_is_left_is_what_was_kept_without_what_was_forgotten(
    store: Store, texts: list[str], gone: set[int]
) -> None:
    await store.forget_facts(HERE, ANN.id, at=AT)
    numbers = {await add(store, text): text for text in texts}
    for at in gone:
        for number in sorted(numbers)[at - 1 : at]:
            await store.forget_facts(HERE, ANN.id, number, at=LATER)
    left = [number for at, number in enumerate(sorted(numbers), 1) if at not in gone]

    assert await told(store) == [(number, numbers[number]) for number in reversed(left)]
