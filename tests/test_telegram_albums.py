"""Albums on Telegram: pictures that come one by one are one turn."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram import Message

from adapters.telegram.talk.albums import FULL, WAIT, Albums
from bot.application import running
from tests.clock import VirtualClock
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.rig import PNG
from tests.telegram_commands import staged
from tests.telegram_talk import Ears, listening


def member(number: int, group: str = "g", chat: int = 1) -> Message:
    return Message.de_json(
        {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "media_group_id": group},
        None,
    )


class World:
    """Albums, a clock, and what was handed on."""

    def __init__(self, gate: asyncio.Event | None = None) -> None:
        self.clock = VirtualClock()
        self.heard: list[list[int]] = []
        self.albums = Albums(self.hear, self.clock)
        self.gate = gate
        self.tasks: list[asyncio.Task[None]] = []

    async def hear(self, messages: Sequence[Message]) -> None:
        self.heard.append([message.message_id for message in messages])
        if self.gate:
            await self.gate.wait()

    def comes(self, *members: Message) -> None:
        self.tasks += [asyncio.create_task(self.albums.add(one)) for one in members]


async def test_an_album_is_handed_on_a_second_after_its_last_picture_in_order() -> None:
    world = World()
    world.comes(member(3))
    await world.clock.advance(0.9 * WAIT)
    world.comes(member(1))
    await world.clock.advance(0.9 * WAIT)
    world.comes(member(2))
    await world.clock.advance(0.9 * WAIT)
    assert world.heard == []
    await world.clock.advance(0.2 * WAIT)
    assert world.heard == [[1, 2, 3]]
    assert all(task.done() for task in world.tasks)
    assert len(world.albums) == 0


async def test_albums_of_different_chats_and_groups_are_not_mixed() -> None:
    world = World()
    world.comes(member(1), member(2, "h"), member(3, chat=2), member(4))
    await world.clock.advance(WAIT)
    assert sorted(world.heard) == [[1, 4], [2], [3]]


async def test_a_full_album_waits_for_nothing() -> None:
    world = World()
    world.comes(*(member(number) for number in range(FULL)))
    await world.clock.advance(WAIT)
    assert world.heard == [list(range(FULL))]


async def test_the_same_picture_twice_is_one() -> None:
    world = World()
    world.comes(member(1), member(1))
    await world.clock.advance(WAIT)
    assert world.heard == [[1]]


async def test_nobody_is_done_before_the_album_has_been_dealt_with() -> None:
    world = World(gate := asyncio.Event())
    world.comes(member(1), member(2))
    await world.clock.advance(WAIT)
    assert world.heard == [[1, 2]]
    assert not any(task.done() for task in world.tasks)
    gate.set()
    await asyncio.gather(*world.tasks)


async def test_what_comes_after_that_is_an_album_of_its_own() -> None:
    world = World()
    world.comes(member(1))
    await world.clock.advance(WAIT)
    world.comes(member(2))
    await world.clock.advance(WAIT)
    assert world.heard == [[1], [2]]


@pytest.mark.parametrize("who", [0, 1])
async def test_an_album_that_was_interrupted_is_dealt_with_by_nobody_or_by_the_others(who: int) -> None:
    world = World()
    world.comes(member(1), member(2))
    await world.clock.settle()
    world.tasks[who].cancel()
    await world.clock.advance(2 * WAIT)
    assert world.tasks[who].cancelled()
    assert world.heard == ([] if who == 0 else [[1, 2]])
    if who == 0:
        assert world.tasks[1].cancelled()
    else:
        assert world.tasks[0].exception() is None
    assert len(world.albums) == 0


async def test_an_album_that_fails_is_done_for_nobody() -> None:
    async def fail(_: Sequence[Message]) -> None:
        raise ValueError("a defect")

    clock = VirtualClock()
    albums = Albums(fail, clock)
    tasks = [asyncio.create_task(albums.add(member(number))) for number in (1, 2)]
    await clock.advance(WAIT)
    assert isinstance(tasks[0].exception(), ValueError)
    assert tasks[1].cancelled()
    assert len(albums) == 0


async def test_what_has_come_of_a_chats_albums_can_be_waited_for() -> None:
    world = World(asyncio.Event())
    world.comes(member(1), member(2, chat=2))
    settled = asyncio.create_task(world.albums.settled(1))
    await world.clock.advance(WAIT)
    assert world.heard == [[1], [2]]
    assert not settled.done()
    assert world.gate
    world.gate.set()
    await settled
    await world.albums.settled(1)


# Through the door.


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


async def test_an_album_is_one_turn_with_its_caption_and_all_pictures(
    telegram: Telegram, tmp_path: Path
) -> None:
    telegram.privacy = False
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.says("Which is older?", mention=True, pictures=[PNG, PNG, PNG])
        await hears(ears)
        await ears.shows("answer 1")
        assert ears.last == "Which is older?"
        assert len(ears.asked[0][-1].pictures) == 3
        assert len(ears.accepted) == 1


async def test_a_caption_on_any_picture_means_all_of_them(telegram: Telegram, tmp_path: Path) -> None:
    telegram.privacy = False
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.says("@parley_bot look", pictures=[PNG, PNG])
        telegram.updates.reorder()
        await hears(ears)
        await ears.shows("answer 1")
        assert len(ears.accepted[0].attachments) == 2


async def test_what_comes_late_is_dropped_with_a_line_in_the_log(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.says("Which is older?", room=DIRECT, pictures=[PNG, PNG, PNG])
        first, second, third = await ears.fetches()
        assert first.message
        assert second.message
        assert third.message
        with capture_logs() as logged:
            await ears.talk.heard([first.message, second.message])
            await ears.talk.heard([third.message])
        await ears.shows("answer 1", DIRECT, ann)
        assert [one["event"] for one in logged] == ["what was accepted before came again"]
        assert len(ears.asked) == 1


async def test_an_album_of_which_a_restart_saw_a_part_is_gathered_again(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    await ann.says("Which is older?", room=DIRECT, pictures=[PNG, PNG, PNG])
    async with listening(telegram, tmp_path, album=60.0) as ears:
        first, second, third = await ears.fetches()
        assert first.message
        waiting = asyncio.create_task(ears.albums.add(first.message))
        await asyncio.sleep(0)
        waiting.cancel()
    async with listening(telegram, tmp_path) as ears:
        for update in (first, second, third):
            assert update.message
            ears.beside.add(ears.albums.add(update.message))
        await ears.beside.rests()
        await ears.shows("answer 1", DIRECT, ann)
        assert len(ears.accepted[0].attachments) == 3


async def test_an_album_sent_before_its_group_moved_is_of_the_supergroups_conversation(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path) as stage:
        stage.telegram.privacy = False
        stage.telegram.group("club", basic=True)
        await stage.ann.says("What are these?", mention=True, room="club", pictures=[PNG, PNG])
        stage.telegram.migrate("club", stage.ann.user)
        async with running(stage.settings):
            await stage.ann.sees_final("Hello", room="club")
            await stage.ann.says("Are you sure?", mention=True, room="club")
            await stage.telegram.was_asked("sendMessage", 2)
        assert [turn["role"] for turn in stage.asked[-1]["messages"]] == [
            "system",
            "user",
            "assistant",
            "user",
        ]


async def hears(ears: Ears) -> None:
    """Everything is heard, and albums are whole."""
    await ears.hears()
    await ears.beside.rests()
