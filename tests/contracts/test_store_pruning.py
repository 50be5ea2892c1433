"""What nobody asks for any more goes."""

from datetime import timedelta

import pytest

from bot.ports import Store
from bot.records import Accepted, Order
from bot.store.privacy import pruning
from tests.contracts.talk import AT, HERE, ask, said


async def say(store: Store, event_id: str) -> Accepted:
    return await store.accept(said(event_id=event_id), Order(), at=AT, queue=50)


async def test_an_event_is_known_for_as_long_as_it_was_asked_for(store: Store) -> None:
    first = await say(store, "e1")
    await store.prune(AT - timedelta(hours=1))
    assert (await say(store, "e1")).duplicate

    await store.prune(AT + timedelta(hours=1))
    again = await say(store, "e1")
    assert (again.duplicate, again.message_id > first.message_id) == (False, True)


async def test_the_newest_changes_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "CHANGES", 3)
    for number in range(5):
        await ask(store, f"message {number}")
    before = await store.changes(HERE, after=0)
    await store.prune(AT)

    assert await store.changes(HERE, after=0) == before[-3:]
