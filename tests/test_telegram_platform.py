"""Parley, started as it is, in a Telegram: a token is all that it takes."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.connection.poller import ANOTHER, UNKNOWN_BOT
from bot.application import Parley, running
from bot.settings import Settings, load
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import (
    not_found,
    page,
    refuses,
    resets,
    sends,
    too_many,
    unauthorized,
)
from tests.process import TOKEN, parley
from tests.rig import PNG
from tests.seeded import seeded

WORD = "Xylophonkonzert"
"""Said by people, and by nobody in a log."""


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


def environment(telegram: Telegram, **more: str) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_BASE": telegram.url} | more


def settings(telegram: Telegram, folder: Path, **more: str) -> Settings:
    own = {"PARLEY_DATA": str(seeded(folder)), "PARLEY_LOCAL_SERVERS": "off", "PARLEY_WEB_PORT": "0"}
    return load(environment(telegram, **own) | more)


async def readiness(parley: Parley) -> tuple[int, dict[str, str]]:
    """What `/readyz` says."""
    async with httpx.AsyncClient() as client:
        answered = await client.get(f"{parley.url}/readyz")
    return answered.status_code, answered.json()["reasons"]


async def until_ready(parley: Parley, reasons: dict[str, str]) -> None:
    """Ask until `/readyz` gives these reasons."""
    while (await readiness(parley))[1] != reasons:
        await asyncio.sleep(0.01)


async def test_a_mention_and_a_private_message_are_answered(telegram: Telegram, tmp_path: Path) -> None:
    ann = telegram.member("ann")
    async with running(settings(telegram, tmp_path)) as parley:
        await ann.says("How is the weather?", mention=True)
        await ann.sees_final("How is the weather?")
        await ann.says("Are we alone?", room=DIRECT)
        await ann.sees_final("Are we alone?", room=DIRECT)
        await until_ready(parley, {})
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {parley.token}"}) as client:
            shown = (await client.get(f"{parley.url}/metrics")).text

    silence = re.search(r'^parley_platform_silence_seconds{platform="telegram"} (\S+)$', shown, re.MULTILINE)
    assert silence
    assert 0.0 <= float(silence[1]) < 60.0


async def test_what_was_asked_while_parley_was_down_is_answered_once(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    await ann.says("Anybody there?", room=DIRECT)
    for _ in range(2):
        async with running(settings(telegram, tmp_path)) as parley:
            await ann.sees_final("Anybody there?", room=DIRECT)
            await until_ready(parley, {})

    answers = [one for one in ann.screen(DIRECT) if one.author == "Parley"]
    assert len(answers) == 1


async def test_a_press_a_command_an_edit_and_an_album_reach_who_deals_with_them(
    telegram: Telegram, tmp_path: Path
) -> None:
    ann = telegram.member("ann")
    async with running(settings(telegram, tmp_path)):
        await ann.runs("/help", room=DIRECT)
        await ann.sees("/imagine", room=DIRECT)
        said = await ann.says("What is a brook?", room=DIRECT)
        answer = await ann.sees_final("brook", room=DIRECT)
        await ann.edits(said, "What is a canyon?")
        await ann.sees_final("canyon", room=DIRECT)
        await ann.presses("Delete", answer)
        await telegram.was_asked("answerCallbackQuery")
        await ann.says("What are these?", pictures=[PNG, PNG], room=DIRECT)
        await ann.sees_final("You showed me 2 pictures.", room=DIRECT)


async def test_bots_and_channels_start_nothing(telegram: Telegram, tmp_path: Path) -> None:
    telegram.privacy = False
    ann, bot = telegram.member("ann"), telegram.another_bot("other")
    async with running(settings(telegram, tmp_path)):
        await bot.says("Are you a bot?", mention=True)
        telegram.posts("news", f"@{telegram.bot.username} look")
        await ann.makes_bot("administrator")
        await ann.says("And I?", mention=True)
        await ann.sees_final("And I?")

    assert len([one for one in ann.screen() if one.author == "Parley"]) == 1


async def test_it_starts_while_telegram_is_down(telegram: Telegram, tmp_path: Path) -> None:
    telegram.will("getMe", page(502), resets())
    ann = telegram.member("ann")
    await ann.says("Anybody there?", room=DIRECT)
    async with running(settings(telegram, tmp_path)) as parley:
        assert "telegram" in (await readiness(parley))[1]
        await ann.sees_final("Anybody there?", room=DIRECT)
        await until_ready(parley, {})


@pytest.mark.parametrize("method", ["getMe", "getMyCommands"])
async def test_an_answer_of_an_odd_shape_does_not_end_it(
    telegram: Telegram, tmp_path: Path, method: str
) -> None:
    telegram.will(method, sends(b'{"ok": true, "result": 5}'), sends(b'{"ok": true, "result": [{}]}'))
    ann = telegram.member("ann")
    async with running(settings(telegram, tmp_path)):
        await telegram.was_asked(method, 3)
        await ann.says("Anybody there?", room=DIRECT)
        await ann.sees_final("Anybody there?", room=DIRECT)


async def test_a_refused_token_leaves_the_web_chat_and_is_told(telegram: Telegram, tmp_path: Path) -> None:
    async with running(settings(telegram, tmp_path, TELEGRAM_TOKEN="123:wrong")) as parley:
        await until_ready(parley, {"telegram": UNKNOWN_BOT})
        async with httpx.AsyncClient() as client:
            assert (await client.get(parley.link, follow_redirects=True)).status_code == 200
            assert (await client.get(f"{parley.url}/readyz")).status_code == 503


async def test_a_second_process_with_the_token_is_told(telegram: Telegram, tmp_path: Path) -> None:
    async with (
        running(settings(telegram, tmp_path)) as parley,
        Bot(telegram.token, base_url=f"{telegram.url}/bot") as another,
    ):
        await until_ready(parley, {})
        reasons: dict[str, str] = {}
        while reasons != {"telegram": ANOTHER}:
            with suppress(TelegramError):
                await another.get_updates(timeout=0)
            reasons = (await readiness(parley))[1]


async def test_no_log_and_no_metric_has_the_token_or_what_people_say(
    telegram: Telegram, tmp_path: Path
) -> None:
    """Every way in which Telegram fails, at the talkative level, from the start to the end."""
    faults = [
        unauthorized(), not_found(), page(502), resets(), sends(b"<html>"), sends(WORD.encode(), 500),
        too_many(1), refuses(400, f"Bad Request: can't parse entities: {WORD}"),
        refuses(403, f"Forbidden: {WORD}"), refuses(409, f"Conflict: {WORD}"),
    ]  # fmt: skip
    telegram.will("getMe", faults[0], faults[2])
    telegram.will("getUpdates", faults[0], faults[2])
    for method in ("getMyCommands", "getFile", "getChatMember"):
        telegram.will(method, *faults[:5])
    for method in ("sendMessage", "sendMessageDraft", "editMessageText", "answerCallbackQuery"):
        telegram.will(method, *faults)
    telegram.updates.add_raw(message={"text": WORD, "date": WORD})
    ann, mod = telegram.member("ann"), telegram.administrator("mod")
    env = environment(telegram, PARLEY_LOG_LEVEL="DEBUG")
    async with parley(tmp_path / "data", env, until="/healthz") as program, program.api() as http:
        await ann.says(WORD, room=DIRECT)
        await ann.says(WORD, mention=True)
        await mod.runs("/persona set", text=WORD)
        await ann.says(WORD, pictures=[PNG], room=DIRECT)
        await telegram.was_asked("sendMessage", 6)
        shown = "".join([(await http.get(path)).text for path in ("/metrics", "/readyz")])
        await program.stop()

    log = program.log.read_text("utf-8")
    secret = telegram.token.partition(":")[2]
    assert log.count(TOKEN) == 1
    assert "Telegram cannot be asked" in log
    for said in (secret, WORD):
        assert said not in log
        assert said not in shown
