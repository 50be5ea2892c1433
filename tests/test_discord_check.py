"""`parley check` says whether Discord takes the token, and where the bot is invited."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from bot import report
from bot.settings import DiscordOptions, Settings
from tests.platforms.discord import Discord, Intent, Right, discord_server, fails
from tests.platforms.discord.library import discord as library


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server() as made:
        yield made


def settings(platform: Discord, folder: Path, *, token: str = "", content: bool = False) -> Settings:
    return Settings(
        discord_token=SecretStr(token or platform.token),
        discord_api_base=platform.url,
        discord=DiscordOptions(message_content=content),
        data=folder,
    )


async def checked(of: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    """The exit code, and what is told of Discord."""
    code = await report.check(of, as_json=True)
    (told,) = json.loads(capsys.readouterr().out)["platforms"]
    return code, told


async def test_a_token_that_is_taken_shows_the_way_in(
    platform: Discord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await report.check(settings(platform, tmp_path))
    told = capsys.readouterr().out
    link = next(line.strip() for line in told.splitlines() if "oauth2/authorize" in line)
    query = parse_qs(urlsplit(link).query)

    assert code == 0
    assert "Discord: takes the token; the bot is called Parley." in told
    assert query["client_id"] == [str(platform.bot.id)]
    assert query["scope"] == ["bot applications.commands"]
    assert library.Permissions(int(query["permissions"][0])) == library.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        attach_files=True,
        read_message_history=True,
    )


async def test_the_link_asks_for_nothing_that_a_member_may_not_do(
    platform: Discord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = await checked(settings(platform, tmp_path), capsys)
    asked = Right(int(parse_qs(urlsplit(told["invite"]).query)["permissions"][0]))

    assert asked & ~platform.home.everyone == Right(0)


async def test_a_token_that_is_refused_is_told_and_not_shown(
    platform: Discord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = await checked(settings(platform, tmp_path, token="a.wrong.token-of-some-length"), capsys)

    assert code == 69
    assert told["problem"].startswith("does not accept DISCORD_TOKEN")
    assert told["invite"] == told["name"] == ""
    assert "wrong" not in json.dumps(told)


async def test_a_discord_that_is_down_is_told(
    platform: Discord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.will("GET", "/oauth2/applications/@me", fails(503))

    assert (await checked(settings(platform, tmp_path), capsys))[1]["problem"] == "is busy: try again later"


async def test_an_intent_that_is_not_switched_on_is_told_before_the_start(
    platform: Discord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    off, told = await checked(settings(platform, tmp_path, content=True), capsys)
    platform.grants(Intent.CONTENT)
    on, well = await checked(settings(platform, tmp_path, content=True), capsys)

    assert (off, on) == (69, 0)
    assert "Message Content Intent" in told["problem"]
    assert well["problem"] == ""


async def test_without_a_token_nobody_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report.check(Settings(data=tmp_path), as_json=True)

    assert json.loads(capsys.readouterr().out)["platforms"] == []
