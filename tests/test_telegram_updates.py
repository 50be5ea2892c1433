"""What Telegram told is dealt with in the order of each chat, once, and no chat holds up another."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from telegram import Update
from telegram.error import NetworkError

from bot.errors import NotFound, StorageError
from bot.records import Received
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.rig import PNG
from tests.telegram_ears import ACCOUNT, ears, polling


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        telegram.privacy = False
        yield telegram


async def test_a_chat_is_dealt_with_in_order_and_holds_up_no_other(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann, bo = telegram.member("ann"), telegram.member("bo")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        gate = heard.gates["first"] = asyncio.Event()
        await ann.says("first", room=DIRECT)
        await ann.says("second", room=DIRECT)
        await bo.says("meanwhile", room=DIRECT)
        assert await heard.texts(1) == ["meanwhile"]
        gate.set()
        assert await heard.texts(2) == ["first", "second"]


async def test_a_topic_holds_up_no_other(telegram: Telegram, tmp_path: Path) -> None:
    telegram.group("club", topics=("help", "play"))
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        gate = heard.gates["first"] = asyncio.Event()
        await ann.says("first", room="club/help")
        await ann.says("elsewhere", room="club/play")
        await ann.says("in general", room="club")
        assert sorted(await heard.texts(2)) == ["elsewhere", "in general"]
        gate.set()
        assert await heard.texts(1) == ["first"]


async def test_an_album_waits_beside_its_chat(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        gate = heard.gates["these"] = asyncio.Event()
        await ann.says("these", pictures=[PNG, PNG], room=DIRECT)
        await ann.says("and this", room=DIRECT)
        assert "and this" in await heard.texts(2)
        gate.set()
        await heard.forgotten()


async def test_what_is_dealt_with_is_forgotten_at_once(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        gate = heard.gates["second"] = asyncio.Event()
        for text in ("first", "second"):
            await ann.says(text, room=DIRECT)
        assert await heard.texts(1) == ["first"]
        while len(left := await heard.inbox.undealt("telegram", ACCOUNT)) != 1:
            await asyncio.sleep(0)
        assert "second" in left[0].body
        gate.set()
        await heard.forgotten()


@pytest.mark.parametrize("error", [NotFound("gone"), NetworkError("no answer"), KeyError("a defect")])
async def test_what_fails_is_kept_aside_and_ends_nothing(
    telegram: Telegram, tmp_path: Path, error: Exception
) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard:
        deal = heard.deal

        async def failing(update: Update) -> None:
            if update.message and update.message.text == "bad":
                raise error
            await deal(update)

        heard.updates._deal = failing
        async with polling(heard):
            await ann.says("bad", room=DIRECT)
            await ann.says("good", room=DIRECT)
            assert await heard.texts(1) == ["good"]
            await heard.forgotten()
    async with ears(telegram, tmp_path) as again, polling(again):
        await ann.says("later", room=DIRECT)
        assert await again.texts(1) == ["later"]


@pytest.mark.parametrize(
    "odd",
    [
        {"chat": {"id": [1], "type": "private"}},
        {"chat": {"id": "abc", "type": "private"}},
        {"chat": {"id": True, "type": "private"}},
        {"from": {"id": 1.5, "is_bot": False, "first_name": "x"}},
        {"sender_chat": {"id": "abc", "type": "channel"}},
        {"message_id": "7"},
        {"message_thread_id": "7", "is_topic_message": True},
        {"migrate_to_chat_id": "7"},
    ],
)
async def test_ids_that_are_no_numbers_make_no_room_and_stop_no_poll(
    telegram: Telegram, tmp_path: Path, odd: dict[str, Any]
) -> None:
    user = {"id": 7, "is_bot": False, "first_name": "x"}
    usual = {"message_id": 7, "date": 1, "chat": {"id": 7, "type": "private"}, "from": user, "text": "odd"}
    telegram.updates.add_raw(message=usual | odd)
    await telegram.member("ann").says("hello", room=DIRECT)
    async with ears(telegram, tmp_path) as heard, polling(heard):
        assert await heard.texts(1) == ["hello"]
        await heard.forgotten()
        assert len(heard.seen) == 1


async def test_what_is_done_and_could_not_be_marked_is_marked_with_the_next(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    async with ears(telegram, tmp_path) as heard, polling(heard):
        heard.inbox.unmarked = 1
        await ann.says("first", room=DIRECT)
        await ann.says("second", room=DIRECT)
        assert await heard.texts(2) == ["first", "second"]
        await heard.forgotten()


async def test_who_fails_while_what_was_left_is_read_is_not_overlooked(
    telegram: Telegram, tmp_path: Path
) -> None:
    async with ears(telegram, tmp_path, failures=1, after=True) as heard:
        read, undealt = asyncio.Event(), heard.inbox.undealt

        async def slowly(platform: str, account: str) -> Sequence[Received]:
            found = await undealt(platform, account)
            await read.wait()
            return found

        heard.inbox.undealt = slowly  # type: ignore[method-assign]
        resuming = asyncio.create_task(heard.updates.resume())
        while heard.updates._unsure:
            await asyncio.sleep(0)
        user = {"id": 7, "is_bot": False, "first_name": "x"}
        said = {
            "message_id": 7,
            "date": 1,
            "chat": {"id": 7, "type": "private"},
            "from": user,
            "text": "left",
        }
        told = {9: json.dumps({"update_id": 9, "message": said})}
        with pytest.raises(StorageError):
            await heard.updates.heard(told)
        read.set()
        await resuming
        await heard.updates.heard(told)
        assert await heard.texts(1) == ["left"]
