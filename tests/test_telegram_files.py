"""Files of messages on Telegram: fetched when their turn has come, and never with the token in sight."""

import json
import logging
import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from telegram import Bot

from adapters.telegram.talk.files import LARGEST, PATIENCE, TelegramFiles
from bot.clock import SystemClock
from bot.errors import BadOption, BotError, Gone, SlowDown, TooLarge, Unreachable
from bot.messages import Address, Attachment, ChannelKey
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import (
    Fault,
    not_found,
    page,
    refuses,
    resets,
    sends,
    too_many,
    unauthorized,
)
from tests.rig import PNG
from tests.telegram_talk import connected, listening

HERE = Address(ChannelKey("telegram", "1", "private", "5"))
MIB = 1024**2


class Impatient(SystemClock):
    """Waits are noted, not waited for."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram, tmp_path: Path) -> AsyncIterator[Bot]:
    async with connected(telegram, tmp_path) as bot:
        yield bot


@pytest.fixture
def clock() -> Impatient:
    return Impatient()


@pytest.fixture
def files(telegram: Telegram, bot: Bot, clock: Impatient) -> TelegramFiles:
    return TelegramFiles(bot, telegram.url, clock)


def kept(telegram: Telegram, data: bytes, *, known: bool = True) -> Attachment:
    """A file that somebody has sent; `known`: Telegram says how large it is."""
    stored = telegram.files.keep(data, "documents", ".txt")
    return Attachment(stored.id, "a.txt", "text/plain", len(data) if known else 0)


async def test_a_file_is_fetched_with_its_bytes(telegram: Telegram, files: TelegramFiles) -> None:
    assert await files.fetch(kept(telegram, b"hello"), HERE, 5) == b"hello"


async def test_an_address_is_asked_for_each_time(telegram: Telegram, files: TelegramFiles) -> None:
    file = kept(telegram, b"hello")
    await files.fetch(file, HERE, 5)
    await files.fetch(file, HERE, 5)
    assert len(telegram.asked("getFile")) == 2


async def test_what_is_known_to_be_too_large_is_not_even_asked_for(
    telegram: Telegram, files: TelegramFiles
) -> None:
    with pytest.raises(TooLarge, match=r"`a\.txt` has 2\.0 MiB; a file may have 1 MiB\."):
        await files.fetch(kept(telegram, bytes(2 * MIB)), HERE, MIB)
    with pytest.raises(TooLarge, match="a file may have 20 MiB"):
        await files.fetch(Attachment("x", "a.txt", "", LARGEST + 1), HERE, 99 * MIB)
    assert telegram.asked("getFile") == []


async def test_what_turns_out_to_be_too_large_is_not_read_to_its_end(
    telegram: Telegram, files: TelegramFiles
) -> None:
    with pytest.raises(Gone):
        await files.fetch(kept(telegram, bytes(2 * MIB), known=False), HERE, MIB)


async def test_what_telegram_hands_to_no_bot_is_too_large(telegram: Telegram, files: TelegramFiles) -> None:
    with pytest.raises(TooLarge, match=r"`a\.txt` has more; a file may have 20 MiB\."):
        await files.fetch(kept(telegram, bytes(LARGEST + 1), known=False), HERE, 99 * MIB)


async def test_a_little_patience_is_had_and_a_lot_is_not(
    telegram: Telegram, files: TelegramFiles, clock: Impatient
) -> None:
    file = kept(telegram, b"hello")
    telegram.will("getFile", too_many(3))
    assert await files.fetch(file, HERE, 5) == b"hello"
    assert clock.waited == [3.0]
    telegram.will("getFile", too_many(int(PATIENCE) + 1))
    with pytest.raises(SlowDown):
        await files.fetch(file, HERE, 5)
    assert clock.waited == [3.0]


@pytest.mark.parametrize(
    ("method", "fault", "kind"),
    [
        ("getFile", page(502), Unreachable),
        ("getFile", resets(), Unreachable),
        ("getFile", unauthorized(), Unreachable),
        (
            "getFile",
            refuses(400, "Bad Request: wrong file_id or the file is temporarily unavailable"),
            BotError,
        ),
        ("file", page(502), Unreachable),
        ("file", resets(), Unreachable),
        ("file", not_found(), Gone),
    ],
)
async def test_what_fails_is_told_without_the_token(
    telegram: Telegram,
    files: TelegramFiles,
    caplog: pytest.LogCaptureFixture,
    method: str,
    fault: Fault,
    kind: type[BotError],
) -> None:
    caplog.set_level(logging.WARNING)  # libraries never say more: `bot.log`
    telegram.always(method, fault)
    with capture_logs() as logged, pytest.raises(kind) as raised:
        await files.fetch(kept(telegram, b"hello"), HERE, 5)
    told = "".join(traceback.format_exception(raised.value)) + str(logged) + caplog.text
    assert telegram.token not in told


@pytest.mark.parametrize("path", ["/var/lib/telegram-bot-api/1/file", "/etc/hostname"])
async def test_a_server_that_keeps_files_to_itself_is_told_of_and_no_file_here_is_read(
    telegram: Telegram, files: TelegramFiles, path: str
) -> None:
    found = {"ok": True, "result": {"file_id": "x", "file_unique_id": "x", "file_path": path}}
    telegram.will("getFile", sends(json.dumps(found).encode()))
    with pytest.raises(BadOption, match="this bot's Telegram server keeps files to itself"):
        await files.fetch(Attachment("x", "a.txt"), HERE, 5)
    assert telegram.asked("file") == []


async def test_an_answer_without_an_address_is_no_file(telegram: Telegram, files: TelegramFiles) -> None:
    found = {"ok": True, "result": {"file_id": "x", "file_unique_id": "x"}}
    telegram.will("getFile", sends(json.dumps(found).encode()))
    with pytest.raises(BadOption):
        await files.fetch(Attachment("x", "a.txt"), HERE, 5)


async def test_a_picture_and_a_text_are_seen_by_the_model(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.sends_file(PNG, "a.png", "image/png", text="What is this?", room=DIRECT)
        await ears.hears()
        await ears.shows("answer 1", DIRECT, ann)
        await ann.sends_file(b"print(1)", "a.py", "text/x-python", text="And this?", room=DIRECT)
        await ears.hears()
        await ears.shows("answer 2", DIRECT, ann)
        assert len(ears.asked[0][-1].pictures) == 1
        assert "print(1)" in ears.last


async def test_who_sends_what_cannot_be_read_is_told_so_by_name(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with listening(telegram, tmp_path) as ears:
        await ann.sends_file(b"\0\1\2", "a.bin", "application/zip", room=DIRECT)
        await ears.hears()
        await ears.shows("`a.bin`", DIRECT, ann)
        assert ears.asked == []


async def test_a_replied_picture_is_looked_at(telegram: Telegram, tmp_path: Path) -> None:
    ann, ben = telegram.member("ann"), telegram.member("ben")
    async with listening(telegram, tmp_path) as ears:
        lake = await ben.says("A lake", pictures=[PNG])
        await ann.says("Where is it?", mention=True, reply_to=lake)
        await ears.hears()
        await ears.shows("answer 1")
        assert "A lake" in ears.last
        assert len(ears.asked[0][-1].pictures) == 1
