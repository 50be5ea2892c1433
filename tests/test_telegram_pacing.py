"""How fast Telegram is asked: at its advised pace, to the second, and no chat waits for another."""

import asyncio
from itertools import pairwise

import pytest

from adapters.telegram.asking.pacing import A_MINUTE, A_SECOND, Pacing
from bot.errors import SlowDown
from tests.clock import VirtualClock

ALONE, GROUP, OTHER = 7, -1001, -1002


class Oversleeping(VirtualClock):
    """Its first sleeper wakes a little later than it meant to."""

    late = 0.01

    async def sleep(self, seconds: float) -> None:
        late, self.late = self.late, 0.0
        await super().sleep(seconds + late)


class World:
    """A pacing, and when it let something through."""

    def __init__(self, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.pacing = Pacing(self.clock)
        self.began: list[float] = []

    async def asks(self, chat: int, *, urgent: bool = True, takes: float = 0.0) -> None:
        async with self.pacing.turn(chat, urgent=urgent):
            self.began.append(self.clock.monotonic())
            if takes:
                await self.clock.sleep(takes)

    async def many(self, chat: int, count: int, *, urgent: bool = True) -> list[float]:
        """When each of so many requests began, one after the other."""
        first = len(self.began)
        for _ in range(count):
            await self.clock.advance(self.pacing.wait(chat, urgent=urgent))
            await self.clock.until(self.asks(chat, urgent=urgent))
        return self.began[first:]


async def test_a_chat_is_asked_once_a_second() -> None:
    world = World()
    assert await world.many(ALONE, 30) == list(range(30))
    assert world.pacing.wait(ALONE, urgent=False) == 1


async def test_a_second_begins_when_the_last_request_was_answered() -> None:
    world = World()
    await world.clock.until(world.asks(ALONE, takes=2.5))
    assert world.pacing.wait(ALONE, urgent=True) == 1
    assert await world.many(ALONE, 1) == [3.5]


async def test_edits_in_a_group_keep_three_seconds_behind_and_final_texts_one() -> None:
    world = World()
    assert await world.many(GROUP, 1) == [0]
    assert world.pacing.wait(GROUP, urgent=False) == 3
    assert world.pacing.wait(GROUP, urgent=True) == 1
    assert await world.many(GROUP, 3, urgent=False) == [3, 6, 9]
    assert await world.many(GROUP, 1) == [10]


async def test_a_group_never_hears_more_than_twenty_in_any_minute() -> None:
    world = World()
    began = await world.many(GROUP, 90)
    assert began[:A_MINUTE] == list(range(A_MINUTE))
    assert all(later - before >= 60 for before, later in zip(began, began[A_MINUTE:], strict=False))


async def test_while_a_long_answer_is_edited_there_is_always_room_for_final_texts() -> None:
    world = World()
    for _ in range(40):
        await world.many(GROUP, 1, urgent=False)
        assert world.pacing.wait(GROUP, urgent=True) == 1
    gaps = [later - before for before, later in pairwise(world.began)]
    assert min(gaps) >= 3
    assert max(gaps) <= 4


async def test_text_in_the_making_leaves_the_last_places_of_a_minute_to_others() -> None:
    world = World()
    await world.many(GROUP, 17)
    assert world.pacing.wait(GROUP, urgent=True) == 1
    assert world.pacing.wait(GROUP, urgent=False) > 40


async def test_no_chat_waits_for_another() -> None:
    world = World()
    await world.many(GROUP, A_MINUTE)
    assert world.pacing.wait(GROUP, urgent=True) == 41
    assert world.pacing.wait(OTHER, urgent=True) == 0
    assert world.pacing.wait(ALONE, urgent=False) == 0


async def test_a_chat_that_is_told_to_wait_waits_alone_and_exactly() -> None:
    world = World()
    world.pacing.close(GROUP, 12)
    assert world.pacing.closed(GROUP)
    assert not world.pacing.closed(OTHER)
    assert world.pacing.wait(OTHER, urgent=True) == 0
    assert await world.many(GROUP, 1) == [12]
    assert not world.pacing.closed(GROUP)


async def test_a_long_wait_is_not_waited_for_here() -> None:
    world = World()
    world.pacing.close(GROUP, 13_938)
    with pytest.raises(SlowDown) as caught:
        await world.asks(GROUP)
    assert caught.value.retry_after == 13_938
    with pytest.raises(SlowDown):
        async with world.pacing.draft(GROUP):
            pass


async def test_when_several_chats_are_told_at_once_all_of_them_wait() -> None:
    world = World()
    for chat in (1, 2):
        world.pacing.close(chat, 20)
    assert world.pacing.wait(ALONE, urgent=True) == 0
    world.pacing.close(3, 8)
    assert world.pacing.wait(ALONE, urgent=True) == 8
    assert world.pacing.closed(OTHER)
    await world.clock.advance(8)
    assert world.pacing.wait(ALONE, urgent=True) == 0


async def test_chats_that_are_closed_for_hours_close_the_others_for_seconds() -> None:
    world = World()
    for chat in (1, 2, 3):
        world.pacing.close(chat, 13_938)
    assert world.pacing.wait(OTHER, urgent=True) == 10
    assert world.pacing.wait(1, urgent=True) == 13_938
    await world.clock.advance(10)
    assert await world.many(OTHER, 1) == [10]


async def test_chats_that_are_told_one_after_the_other_close_nobody_else() -> None:
    world = World()
    for chat in range(1, 6):
        world.pacing.close(chat, 20)
        await world.clock.advance(0.6)
    assert world.pacing.wait(ALONE, urgent=True) == 0


async def test_all_chats_together_stay_below_thirty_a_second() -> None:
    world = World()
    work = asyncio.gather(*(world.asks(chat) for chat in range(1, 101)))
    await world.clock.advance(10)
    await work
    assert len(world.began) == 100
    for first, later in zip(world.began, world.began[A_SECOND:], strict=False):
        assert later - first >= 1


async def test_several_who_ask_in_one_chat_take_turns() -> None:
    world = World()
    work = asyncio.gather(*(world.asks(ALONE) for _ in range(5)))
    await world.clock.advance(10)
    await work
    assert world.began == [0, 1, 2, 3, 4]


async def test_what_somebody_waits_for_goes_in_the_order_in_which_it_came() -> None:
    world, order = World(Oversleeping()), []

    async def asks(number: int) -> None:
        await world.asks(GROUP)
        order.append(number)

    work = asyncio.gather(*(asks(number) for number in range(5)))
    await world.clock.advance(10)
    await work
    assert order == [0, 1, 2, 3, 4]


async def test_a_draft_stands_in_no_messages_way() -> None:
    world = World()
    async with world.pacing.draft(ALONE):
        pass
    assert world.pacing.wait(ALONE, urgent=True) == 0
    await world.many(ALONE, 1)

    async def draft() -> None:
        async with world.pacing.draft(ALONE):
            world.began.append(world.clock.monotonic())

    await world.clock.until(draft())
    await world.clock.until(draft())
    assert world.began == [0, 1, 2]


async def test_chats_with_nothing_to_remember_are_forgotten() -> None:
    world = World()
    for chat in range(1, 5000):
        await world.many(chat, 1)
    assert len(world.pacing) < 4000
    await world.clock.advance(120)
    for chat in range(10_000, 18_000):
        await world.many(chat, 1)
    assert len(world.pacing) < 6000
