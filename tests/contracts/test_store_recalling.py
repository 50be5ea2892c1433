"""What was said long ago is found again in its own room, until it is deleted: then no trace of it is left."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.messages import ChannelKey
from bot.ports import Store
from bot.records import Order, Recollection
from bot.store import migrate
from bot.store.database.engine import core, open_writer
from bot.store.words import MOST, found, queries
from tests.contracts.conftest import Open
from tests.contracts.talk import ANN, AT, HERE, LATER, answer, ask, begin, end, room, said

OLD, NEW = (ChannelKey("telegram", "1", number, number) for number in ("-5", "-1005"))
NEWEST = 2**62
DATA = bytes(range(1, 9))


async def worded(store: Store, words: str, key: ChannelKey = HERE, before: int = NEWEST) -> list[str]:
    """The texts of what is found, the best first."""
    ids = await store.said_worded(key, words, before=before, limit=10)
    entries = {entry.id: entry.text for entry in await store.entries(key, only=ids)} if ids else {}
    return [entries[number] for number in ids]


async def place_all(store: Store, key: ChannelKey = HERE, space: str = "m") -> list[int]:
    """Give every message without one a vector: their ids."""
    left = await store.said_unplaced(key, space, after=0, limit=100)
    return sorted(await store.place_said(key, space, [(number, text, DATA) for number, text in left]))


async def vectors(store: Store, key: ChannelKey = HERE, space: str = "m") -> list[int]:
    return [number for number, _ in await store.said_vectors(key, space)]


async def test_questions_and_answers_are_found_by_their_words(store: Store) -> None:
    await answer(store, "Where does the Kraken sleep?", "In a harbour café.")
    await answer(store, "What is for lunch?", "Soup.")

    assert await worded(store, "kraken") == ["Where does the Kraken sleep?"]
    assert await worded(store, "KRÁKEN, lunch") == ["What is for lunch?", "Where does the Kraken sleep?"]
    assert await worded(store, "cafe") == ["In a harbour café."]
    assert await worded(store, "krakens") == await worded(store, "") == await worded(store, "?!") == []


async def test_a_search_finds_words_in_scripts_without_blanks(store: Store) -> None:
    await answer(store, "昨天我们决定了密码是蓝色", "好的")
    await answer(store, "予約のテストです", "สวัสดีชาวโลก")

    async def searched(words: str) -> list[str]:
        return [one.text for one in await store.search_said(HERE, words, before=NEWEST, limit=9)]

    assert await searched("密码 决定") == ["昨天我们决定了密码是蓝色"]
    assert await searched("テスト") == ["予約のテストです"]
    assert await searched("โลก") == ["สวัสดีชาวโลก"]
    assert await searched("红色") == await searched("密码 テスト") == []


async def test_only_what_was_said_before_is_found(store: Store) -> None:
    first = await answer(store, "a plum", "a pear")
    await answer(store, "a plum again", "a fig")

    assert await worded(store, "plum", before=first.answer_id + 1) == ["a plum"]


async def test_nothing_is_found_in_another_room(store: Store) -> None:
    """Threads and private rooms of the same channel are others; so is a room whose number begins alike."""
    others = [room("other"), room(thread="t"), room(person=ANN.id), *(room(f"r{n}") for n in range(10))]
    await answer(store, "the canary sings", "it does")
    for key in others:
        await answer(store, "hello", key=key)
        await place_all(store, key)

    for key in others:
        assert await worded(store, "canary sings does", key) == []
        assert await store.search_said(key, "canary", before=NEWEST, limit=10) == []
        assert all(
            "canary" not in one.text for one in await store.search_said(key, "", before=NEWEST, limit=10)
        )
        ids = [entry.id for entry in await store.entries(HERE)]
        assert await store.exchanges_of(key, ids) == []
        assert set(await vectors(store, key)).isdisjoint(ids)
        assert await store.place_said(key, "m", [(ids[0], "the canary sings", DATA)]) == []
    assert await store.said_worded(room("nowhere"), "canary", before=NEWEST, limit=5) == ()


async def test_what_new_left_behind_is_not_found(store: Store) -> None:
    started = await answer(store, "a plum", "a pear")
    await place_all(store)
    assert await store.forget(HERE, at=LATER)
    await answer(store, "a fig", "a fig it is")

    assert await store.left_behind(HERE) == started.answer_id
    assert await worded(store, "plum pear") == []
    assert [one.text for one in await store.search_said(HERE, "", before=NEWEST, limit=10)] == [
        "a fig it is",
        "a fig",
    ]
    assert await store.exchanges_of(HERE, [started.context.question.id]) == []
    assert len(await place_all(store)) == 2


async def test_a_search_is_for_a_person_and_for_some_days(store: Store) -> None:
    await answer(store, "a plum", "a plum it is")

    assert [one.who for one in await store.search_said(HERE, "plum", before=NEWEST, limit=10)] == [
        "Parley",
        "Ann",
    ]
    assert [
        one.text for one in await store.search_said(HERE, "plum", person="PARL", before=NEWEST, limit=1)
    ] == ["a plum it is"]
    assert await store.search_said(HERE, "plum", person="Ben", before=NEWEST, limit=10) == []
    assert len(await store.search_said(HERE, "plum", since=AT, before=NEWEST, limit=10)) == 2
    assert (
        await store.search_said(HERE, "plum", since=LATER + timedelta(seconds=1), before=NEWEST, limit=10)
        == []
    )


async def test_an_exchange_is_read_once_however_much_of_it_was_found(store: Store) -> None:
    first = await answer(store, "one", "two")
    asked = await ask(store, "three")

    ids = [first.answer_id, first.context.question.id, asked.message_id, 999]
    exchanges = await store.exchanges_of(HERE, ids)
    assert [(each.question.text, each.answer and each.answer.text) for each in exchanges] == [
        ("one", "two"),
        ("three", None),
    ]


async def test_each_space_has_vectors_of_its_own_and_a_new_one_replaces_the_old(store: Store) -> None:
    started = await answer(store, "one", "two")
    both = [started.context.question.id, started.answer_id]

    assert await place_all(store) == await vectors(store) == both
    assert await store.said_unplaced(HERE, "m", after=0, limit=10) == []
    assert [number for number, _ in await store.said_unplaced(HERE, "n", after=0, limit=10)] == both[::-1]
    assert await place_all(store, space="n") == both
    assert (await vectors(store), await vectors(store, space="n")) == ([], both)


async def test_what_says_something_else_by_now_is_not_placed(store: Store) -> None:
    asked = await ask(store, "one")

    assert await store.place_said(HERE, "m", [(asked.message_id, "another", DATA)]) == []
    assert await store.place_said(HERE, "m", [(asked.message_id, "one", DATA)]) == [asked.message_id]


async def test_new_words_take_the_place_of_the_old_ones(store: Store) -> None:
    await store.accept(said("a plum", event_id="e1"), Order(), at=AT, queue=5)
    await place_all(store)
    assert await store.revise(said("a fig", event_id="e2"), "e1", Order(), at=LATER, queue=5)

    assert (await worded(store, "plum"), await worded(store, "fig"), await vectors(store)) == (
        [],
        ["a fig"],
        [],
    )


async def test_a_room_that_becomes_another_takes_it_all_along(store: Store) -> None:
    await answer(store, "a plum", "a pear", OLD)
    await answer(store, "a fig", "a date", NEW)
    await place_all(store, OLD)
    await store.move(OLD, NEW)

    assert await worded(store, "plum fig", NEW) == ["a fig", "a plum"]
    assert (len(await vectors(store, NEW)), await worded(store, "plum", OLD)) == (2, [])


async def test_what_a_run_was_reminded_of_is_a_step_without_words(store: Store) -> None:
    await ask(store, "one")
    started = await begin(store)
    await store.keep_recalled(started.context.run.id, [Recollection("said", 7, 0.5)], at=LATER)
    await end(store, started)

    step = (await store.run(started.context.run.id)).steps[0]
    found = {"kind": "said", "message_id": 7, "likeness": 0.5, "name": "", "page": 0}
    assert (step.kind, step.detail) == ("recall", {"found": [found]})


@pytest.mark.parametrize("way", ["deleted", "edited"])
async def test_words_that_are_gone_leave_no_trace_in_the_file(reopen: Open, tmp_path: Path, way: str) -> None:
    """Neither in the rows nor in the index nor in a page that is free again."""
    canary, other = "xyloquent", "zephyrine"
    store = await reopen()
    asked = await store.accept(said(f"my {canary} word", event_id="e1"), Order(), at=AT, queue=5)
    started = await begin(store)
    await end(store, started, f"so {canary} it is")
    for _ in range(20):
        await answer(store, f"other {other} words", "and answers")
    await place_all(store)
    if way == "deleted":
        await store.delete(asked.message_id, at=LATER)
    else:
        await store.delete(started.answer_id, at=LATER)
        db = store._writer.raw  # type: ignore[attr-defined]  # an edit of what is not the last question
        db.execute("UPDATE messages SET text = 'nothing' WHERE id = ?", (asked.message_id,))
        await store.prune(LATER)
    await store.close()

    data = (tmp_path / "data" / "parley.db").read_bytes()
    assert (canary.encode() in data, other.encode() in data) == (False, True)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    folder = tmp_path_factory.mktemp("words")
    migrate(folder)
    raw = open_writer(folder / "parley.db")
    raw.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'col')")
    raw.execute("BEGIN")
    return raw


@given(st.text(min_size=1, max_size=60), st.text(max_size=20))
@example('"', "")
@example("a\0b NEAR(c, 2) OR text:d*", "AND")
@example("a" * 100, "")
@example("\U0001f3f1", "")
@example("é e\u0301 ß İ 漢字かな 🙂", "^")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_string_is_a_question_and_finds_itself(
    words: sqlite3.Connection, text: str, other: str
) -> None:
    db = core(words)
    for number, of in ((1, "r1"), (2, "r11")):
        words.execute("INSERT INTO words (rowid, room, text) VALUES (?, ?, ?)", (number, of, text))
    try:
        (known,) = words.execute("SELECT count(*) FROM vocabulary WHERE col = 'text'").fetchone()
        assert found(db, 1, text, after=0, before=9, limit=9) == ([1] if known else [])
        assert set(found(db, 1, other, after=0, before=9, limit=9)) <= {1}
    finally:
        words.execute("INSERT INTO words (words) VALUES ('delete-all')")


def test_a_long_question_is_looked_up_by_its_longest_words() -> None:
    asked = queries(3, "it is an " + " ".join("x" * length for length in range(4, 20)))

    assert len(asked) == MOST
    assert not any('"it"' in each for each in asked)
