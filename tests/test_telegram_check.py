"""`parley check` says whether Telegram takes the token, how the bot is found, and what it is not told."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from telegram import Bot

from bot import report
from bot.settings import Settings
from tests.platforms.people import DIRECT
from tests.platforms.telegram import Telegram, serving
from tests.platforms.telegram.faults import page, refuses, resets, sends

HOOK = "http://127.0.0.1:9/webhooks/telegram"


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with serving(pace=None) as telegram:
        yield telegram


def settings(telegram: Telegram, folder: Path, *, token: str = "", hook: str = "") -> Settings:
    return Settings(
        telegram_token=SecretStr(token or telegram.token),
        telegram_api_base=telegram.url,
        telegram_webhook_url=hook,
        telegram_webhook_secret=SecretStr("s" * 32) if hook else None,
        data=folder,
    )


async def checked(of: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """The exit code, and what is told of Telegram."""
    code = await report.check(of, as_json=True)
    (told,) = json.loads(capsys.readouterr().out)["platforms"]
    return code, told


async def test_a_token_that_is_taken_shows_how_the_bot_is_found(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await report.check(settings(telegram, tmp_path))
    told = capsys.readouterr().out

    assert code == 0
    assert "Telegram: takes the token; the bot is called @parley_bot." in told
    assert "  To invite it into a group, open\n  https://t.me/parley_bot?startgroup=parley\n" in told
    assert "  In groups it is told commands, mentions and replies alone." in told
    about = told.partition("Telegram:")[2].partition("chat:")[0]
    assert all(len(line) < 80 for line in about.splitlines())


async def test_privacy_is_told_while_it_is_on(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, private = await checked(settings(telegram, tmp_path), capsys)
    telegram.privacy = False
    _, told_all = await checked(settings(telegram, tmp_path), capsys)

    assert "/setprivacy" in private["notes"][0]
    assert told_all["notes"] == []


@pytest.mark.parametrize("token", ["123456789:a-wrong-one", "nonsense"])
async def test_a_token_that_is_refused_is_told_and_not_shown(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str], token: str
) -> None:
    code, told = await checked(settings(telegram, tmp_path, token=token), capsys)

    assert code == 69
    assert told["problem"].startswith("does not accept TELEGRAM_TOKEN")
    assert told["invite"] == told["name"] == ""
    assert token not in json.dumps(told)


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (page(502), "cannot be reached"),
        (resets(), "cannot be reached"),
        (sends(b"[]"), "answers, but not as Telegram does"),
        (sends(b'{"ok": true, "result": 7}'), "answers, but not as Telegram does"),
        (sends(b"<html>"), "answers, but not as its kind does"),
        (refuses(429, "Too Many Requests"), "is busy: try again later"),
    ],
)
async def test_a_telegram_that_is_down_is_told(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str], fault: Any, problem: str
) -> None:
    telegram.always("getMe", fault)
    code, told = await checked(settings(telegram, tmp_path), capsys)

    assert (code, told["problem"]) == (69, problem)


async def test_a_webhook_of_somebody_else_is_told_and_left_to_the_start(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        await bot.set_webhook(HOOK)
        code, told = await checked(settings(telegram, tmp_path), capsys)

        assert code == 0
        assert "A webhook is set" in told["notes"][0]
        assert (await bot.get_webhook_info()).url == HOOK


async def test_a_webhook_that_is_not_reached_is_told(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hooked = settings(telegram, tmp_path, hook=HOOK)
    _, before = await checked(hooked, capsys)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as bot:
        await bot.set_webhook(HOOK, secret_token="s" * 32)
        await telegram.member("ann").says("hello", room=DIRECT)
        await telegram.clock.until(lambda: telegram.deliverer.webhook and telegram.deliverer.webhook.attempts)
        code, told = await checked(hooked, capsys)

    assert "that is done when Parley starts" in before["notes"][0]
    assert code == 69
    assert told["problem"].startswith("cannot call TELEGRAM_WEBHOOK_URL")


async def test_who_looks_takes_no_news(
    telegram: Telegram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await telegram.member("ann").says("hello", room=DIRECT)
    await checked(replace(settings(telegram, tmp_path), telegram_webhook_url=HOOK), capsys)

    assert telegram.asked("getUpdates") == []
    assert {call.method for call in telegram.requests} == {"getMe", "getWebhookInfo"}
    assert len(telegram.updates.waiting) == 1
