"""What a platform told us is kept until it is dealt with, once, in the order it came."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.ports import Store
from bot.records import Received
from tests.contracts.conftest import Open
from tests.contracts.talk import AT

HERE = ("telegram", "1")


async def take(store: Store, *ids: int) -> list[int]:
    """Take updates in: those that are new."""
    return [one.update_id for one in await store.take_in(*HERE, {n: f'{{"n":{n}}}' for n in ids}, at=AT)]


async def left(store: Store) -> list[int]:
    return [one.update_id for one in await store.undealt(*HERE)]


async def test_what_was_taken_in_is_there_after_a_restart_in_its_order(reopen: Open) -> None:
    store = await reopen()
    found = await store.take_in(*HERE, {7: '{"a":1}', 3: '{"b":2}'}, at=AT)
    assert [(one.update_id, one.body) for one in found] == [(7, '{"a":1}'), (3, '{"b":2}')]
    assert await (await reopen()).undealt(*HERE) == found


async def test_an_update_is_new_once_wherever_its_number_stands(store: Store) -> None:
    assert await take(store, 500, 501) == [500, 501]
    assert await take(store, 501, 502) == [502]
    assert await take(store, 12) == [12]  # numbers may begin anew, lower
    await store.dealt_with([one.id for one in await store.undealt(*HERE)])
    assert await take(store, 12, 500) == []


async def test_what_was_dealt_with_is_not_handed_out_again_and_its_words_go(store: Store) -> None:
    first, second = await store.take_in(*HERE, {1: '{"text":"secret"}', 2: "{}"}, at=AT)
    await store.dealt_with([first.id])
    assert await store.undealt(*HERE) == [second]


async def test_what_cannot_be_read_is_not_handed_out_again(store: Store) -> None:
    (odd,) = await store.take_in(*HERE, {1: "[]"}, at=AT)
    await store.set_aside([odd.id])
    assert await left(store) == []
    assert await take(store, 1) == []


async def test_bots_and_platforms_do_not_mix(store: Store) -> None:
    await take(store, 1)
    assert len(await store.take_in("telegram", "2", {1: "{}"}, at=AT)) == 1
    assert [one.update_id for one in await store.undealt("telegram", "2")] == [1]
    assert await left(store) == [1]


async def test_numbers_are_forgotten_after_their_time_and_what_waits_never(store: Store) -> None:
    done, _ = await store.take_in(*HERE, {1: "{}", 2: "{}"}, at=AT)
    await store.dealt_with([done.id])
    await store.prune(AT - timedelta(hours=1))
    assert await take(store, 1) == []
    await store.prune(AT + timedelta(hours=1))
    assert await left(store) == [2]
    assert await take(store, 1, 2) == [1]


def test_a_body_is_in_no_repr() -> None:
    assert "secret" not in repr(Received(1, 2, "secret"))


@given(st.lists(st.lists(st.integers(1, 12), max_size=4, unique=True), max_size=12))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_however_often_they_are_told_each_is_handed_out_once(
    reopen: Open, batches: list[list[int]]
) -> None:
    store = await reopen()
    account = str(id(batches)) + repr(batches)
    handed = []
    for batch in batches:
        handed += [
            one.update_id
            for one in await store.take_in("telegram", account, dict.fromkeys(batch, "{}"), at=AT)
        ]
    assert sorted(handed) == sorted({number for batch in batches for number in batch})
