"""A room paints one picture at a time; whoever waits is told, and can take it back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import QueueFull
from bot.messages import Drawn, DrawRequest, End
from bot.runs import RunStatus
from tests.rig import ANN, BO, ROOM, Rig, Scripted, rig

OTHER = replace(ROOM, channel="other")


class Slow(Scripted):
    """A painter who waits to be told, picture by picture."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Semaphore(0)
        self.may = asyncio.Semaphore(0)

    async def draw(self, request: DrawRequest) -> AsyncIterator[Drawn | End]:
        self.begun.release()
        await self.may.acquire()
        async for part in super().draw(request):
            yield part


async def ordered(parley: Rig, key: object = ROOM, who: object = ANN) -> int:
    reply = await parley.command("imagine", who, key, prompt="a dot")  # type: ignore[arg-type]  # one of each
    assert reply.run_id is not None
    return reply.run_id


async def test_a_second_picture_of_a_room_waits_and_another_room_s_does_not(tmp_path: Path) -> None:
    slow = Slow()
    async with rig(tmp_path, scripts={"one": slow}) as parley:
        runs = [await ordered(parley), await ordered(parley, who=BO), await ordered(parley, OTHER)]
        for _ in range(2):
            await slow.begun.acquire()
        assert slow.begun.locked()
        second = (await parley.store.run(runs[1])).run
        assert second.status is RunStatus.QUEUED
        assert await parley.store.place(runs[1]) == 1

        for _ in range(3):
            slow.may.release()
        ended = [await parley.until(run, lambda status: status.ended) for run in runs]
        assert {run.status for run in ended} == {RunStatus.COMPLETED}


async def test_who_waits_for_a_picture_is_told_and_may_take_it_back(tmp_path: Path) -> None:
    slow = Slow()
    async with rig(tmp_path, scripts={"one": slow}) as parley:
        first, second, third = [await ordered(parley) for _ in range(3)]
        await slow.begun.acquire()
        assert (await parley.store.place(second), await parley.store.place(third)) == (1, 2)
        await parley.conversation.cancel(second, ANN, ROOM)
        assert await parley.store.place(third) == 1

        for _ in range(2):
            slow.may.release()
        assert (await parley.until(third, lambda status: status.ended)).status is RunStatus.COMPLETED
        assert (await parley.store.run(first)).run.status is RunStatus.COMPLETED
        assert len(slow.drawn) == 2


async def test_twenty_wait_and_the_next_is_told_so_kindly(tmp_path: Path) -> None:
    slow = Slow()
    async with rig(tmp_path, scripts={"one": slow}) as parley:
        await ordered(parley)
        await slow.begun.acquire()
        for _ in range(20):
            await ordered(parley)
        with pytest.raises(QueueFull, match="Please try again in a while"):
            await ordered(parley)
