"""A room waits for itself, never for another."""

import asyncio
from collections import defaultdict

from bot.conversation.queues.mailboxes import Mailboxes
from bot.messages import ChannelKey


def room(name: str) -> ChannelKey:
    return ChannelKey("web", "parley", "home", name)


class Queues:
    """Rooms with numbered work; a room may be told to hang."""

    def __init__(self) -> None:
        self.waiting: defaultdict[ChannelKey, list[int]] = defaultdict(list)
        self.done: list[tuple[str, int]] = []
        self.at_work: set[ChannelKey] = set()
        self.hang = asyncio.Event()
        self.hanging: set[str] = set()
        self.boxes = Mailboxes(self.take)

    def put(self, name: str, number: int) -> None:
        self.waiting[room(name)].append(number)
        self.boxes.ring(room(name))

    async def take(self, key: ChannelKey) -> bool:
        assert key not in self.at_work
        self.at_work.add(key)
        await asyncio.sleep(0)
        if key.channel in self.hanging:
            await self.hang.wait()
        self.at_work.discard(key)
        if not self.waiting[key]:
            return False
        self.done.append((key.channel, self.waiting[key].pop(0)))
        return True


async def until_empty(boxes: Mailboxes) -> None:
    while len(boxes):
        await asyncio.sleep(0)


async def test_each_room_is_served_in_order_and_one_at_a_time() -> None:
    queues = Queues()
    for number in range(5):
        queues.put("a", number)
        queues.put("b", number)

    await until_empty(queues.boxes)

    for name in "ab":
        assert [number for at, number in queues.done if at == name] == [0, 1, 2, 3, 4]


async def test_a_room_that_hangs_holds_up_no_other() -> None:
    queues = Queues()
    queues.hanging.add("slow")
    queues.put("slow", 1)
    queues.put("quick", 2)

    while not queues.done:
        await asyncio.sleep(0)
    assert queues.done == [("quick", 2)]

    queues.hang.set()
    await until_empty(queues.boxes)
    assert ("slow", 1) in queues.done


async def test_who_rings_at_the_last_moment_is_heard() -> None:
    queues = Queues()
    queues.put("a", 1)
    while len(queues.boxes):
        if queues.done and len(queues.done) < 50:
            queues.put("a", len(queues.done) + 1)
        await asyncio.sleep(0)

    assert not queues.waiting[room("a")]


async def test_mailboxes_free_themselves() -> None:
    queues = Queues()
    for number in range(1000):
        queues.put(f"room{number}", number)

    await until_empty(queues.boxes)

    assert len(queues.done) == 1000
    assert len(queues.boxes) == 0


async def test_draining_stops_what_does_not_end_in_time() -> None:
    queues = Queues()
    queues.hanging.add("slow")
    queues.put("slow", 1)
    await asyncio.sleep(0)

    await queues.boxes.drain(0.01)

    assert len(queues.boxes) == 0
    assert queues.waiting[room("slow")] == [1]
