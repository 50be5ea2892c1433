"""Files of messages on Discord: fetched with a cap, from Discord alone, at addresses that expire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from adapters.discord.asking.rest import Rest
from adapters.discord.talk.files import DiscordFiles, expired
from adapters.discord.talk.reading import pointed
from bot.clock import SystemClock
from bot.errors import Gone, SlowDown, TooLarge, Unreachable
from bot.messages import Address, Attachment, ChannelKey, Quote
from tests.discord_talk import QUICK, Talk, talking
from tests.platforms.discord import Discord, discord_server, fails, limited
from tests.platforms.discord.library import discord
from tests.platforms.people import DIRECT
from tests.rig import PNG

HERE = Address(ChannelKey("discord", "1", "2", "3"))
MESSAGES = "/channels/*/messages/*"
CODE = ("main.py", b"print('hi')\n", "text/x-python; charset=utf-8")


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def test_pictures_and_code_reach_the_model(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("what is this?", pictures=[PNG], files=[CODE], mention=True)
        await ann.sees_final("answer 1")
        question = talk.asked[0][-1]
        assert question.text == "what is this?\n\n`main.py`:\n```\nprint('hi')\n```"
        assert len(question.pictures) == 1
        assert platform.transcript.of("GET", MESSAGES) == []


async def test_what_is_neither_is_refused_by_its_name(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path):
        await ann.says("look", files=[("film.mp4", b"\0\0\0\x18ftypmp42", "video/mp4")], mention=True)
        await ann.sees("film.mp4")


def kept_in(folder: Path) -> bytes:
    """Everything that is on the disk."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_no_address_of_a_file_is_stored(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path):
        await ann.says("look", pictures=[PNG], mention=True)
        await ann.sees_final("answer 1")
    stored = kept_in(tmp_path)
    assert b"look" in stored
    assert b"/attachments/" not in stored
    assert b"hm=" not in stored


@pytest.mark.parametrize("room", ["general", DIRECT])
async def test_an_address_that_has_expired_is_asked_for_anew(
    platform: Discord, tmp_path: Path, room: str
) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        platform.core.rendering.url_lives = 0.0
        await ann.says("look", pictures=[PNG], mention=True, room=room)
        platform.core.rendering.url_lives = 60.0
        await ann.sees_final("answer 1", room=room)
        assert len(talk.asked[0][-1].pictures) == 1
        assert len(platform.transcript.of("GET", MESSAGES)) == 1
        assert len(platform.files.asked) == 1


@asynccontextmanager
async def sent(platform: Discord, folder: Path) -> AsyncIterator[tuple[Talk, Attachment]]:
    """A picture that somebody has sent, and Parley heard of."""
    ann = platform.member("ann")
    async with talking(platform, folder) as talk:
        await ann.says("look", pictures=[PNG], mention=True)
        await ann.sees_final("answer 1")
        yield talk, talk.accepted[0].attachments[0]


@asynccontextmanager
async def fresh(platform: Discord) -> AsyncIterator[DiscordFiles]:
    """As after a restart: no address is at hand."""
    clock = SystemClock()
    rest = Rest(platform.token, platform.url, clock)
    yield DiscordFiles(rest, platform.url, clock)
    await rest.aclose()


async def test_after_a_restart_the_message_is_asked_for_again(platform: Discord, tmp_path: Path) -> None:
    async with sent(platform, tmp_path) as (_, picture), fresh(platform) as files:
        assert await files.fetch(picture, HERE, 1000) == PNG
        assert await files.fetch(picture, HERE, 1000) == PNG
        assert len(platform.transcript.of("GET", MESSAGES)) == 1


async def test_what_is_gone_is_gone_and_what_may_come_back_is_not(platform: Discord, tmp_path: Path) -> None:
    async with sent(platform, tmp_path) as (_, picture), fresh(platform) as files:
        platform.will("GET", MESSAGES, fails(503))
        with pytest.raises(Unreachable):
            await files.fetch(picture, HERE, 1000)
        channel, message, file = picture.id.split("/")
        for name in (f"{channel}/{message}/1", f"{channel}/1/{file}", f"1/{message}/{file}", "file", "../.."):
            with pytest.raises(Gone):
                await files.fetch(Attachment(name, "p.png"), HERE, 1000)
        assert await files.fetch(picture, HERE, 1000) == PNG


async def test_a_short_wait_is_waited_and_a_long_one_is_not(platform: Discord, tmp_path: Path) -> None:
    async with sent(platform, tmp_path) as (_, picture), fresh(platform) as files:
        platform.will("GET", MESSAGES, limited(0.05))
        assert await files.fetch(picture, HERE, 1000) == PNG
    async with fresh(platform) as files:
        platform.will("GET", MESSAGES, limited(60.0))
        with pytest.raises(SlowDown):
            await files.fetch(picture, HERE, 1000)


async def test_a_message_that_was_deleted_meanwhile_shows_no_file(platform: Discord, tmp_path: Path) -> None:
    async with sent(platform, tmp_path) as (_, picture), fresh(platform) as files:
        ann = platform.member("ann")
        await ann.deletes(next(one for one in ann.screen() if one.author == "ann"))
        with pytest.raises(Gone):
            await files.fetch(picture, HERE, 1000)


async def test_more_than_may_be_is_not_fetched_whatever_discord_says(
    platform: Discord, tmp_path: Path
) -> None:
    async with sent(platform, tmp_path) as (talk, picture):
        with pytest.raises(TooLarge, match=r"`big.png` has 11.0 MiB; a file may have 10 MiB\."):
            await talk.files.fetch(Attachment("1/2/3", "big.png", "", 11 * 1024**2), HERE, 10 * 1024**2)
        before = len(platform.files.asked)
        with pytest.raises(Gone):
            await talk.files.fetch(Attachment(picture.id, "small.png", "", 1), HERE, len(PNG) - 1)
        assert len(platform.files.asked) <= before + 2


async def test_pictures_of_the_message_replied_to_are_shown_and_the_rest_is_named(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    async with talking(platform, tmp_path, content=True) as talk:
        film = ("film.mp4", b"\0\0", "video/mp4")
        said = await bo.says("my holiday", pictures=[PNG], files=[film])
        await ann.says("where is that?", mention=True, reply_to=said)
        await ann.sees_final("answer 1")
        assert len(talk.asked[0][-1].pictures) == 1
        assert talk.last == (
            '(In reply to Bo, who wrote: my holiday\n(A file named "film.mp4" was sent here, '
            "which you cannot read.))\nwhere is that?"
        )


async def test_a_target_that_is_pointed_at_gives_its_words_and_files(
    platform: Discord, tmp_path: Path
) -> None:
    bo = platform.member("bo")
    async with talking(platform, tmp_path, content=True) as talk:
        said = await bo.says("my holiday", pictures=[PNG], files=[CODE])
        channel = talk.client.get_channel(platform.channel("general").id)
        assert isinstance(channel, discord.TextChannel)
        found = pointed(await channel.fetch_message(int(said.id)))
        assert found.quote == Quote("Bo", "my holiday")
        assert [one.name for one in found.attachments] == ["picture0.png", "main.py"]
        async with fresh(platform) as files:
            assert await files.fetch(found.attachments[1], HERE, 1000) == CODE[1]


@asynccontextmanager
async def standing_in(*elsewhere: str) -> AsyncIterator[tuple[URL, list[web.Request], DiscordFiles]]:
    """A server of one's own in Discord's place; `/away/0` leads to the first of `elsewhere`."""
    seen: list[web.Request] = []

    async def meet(request: web.Request) -> web.Response:
        seen.append(request)
        if request.path.startswith("/away/"):
            raise web.HTTPFound(elsewhere[int(request.path[6:])])
        return web.Response(body=PNG)

    app = web.Application()
    app.router.add_get("/{path:.*}", meet)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = URL(f"http://127.0.0.1:{runner.addresses[0][1]}")
    clock = SystemClock()
    rest = Rest("secret", str(base / "api/v10"), clock)
    try:
        yield base, seen, DiscordFiles(rest, str(base / "api/v10"), clock)
    finally:
        await rest.aclose()
        await runner.cleanup()


async def test_no_token_is_sent_where_files_are() -> None:
    async with standing_in() as (base, seen, files):
        assert await files.read(str(base / "cdn/p.png"), 1000) == PNG
        assert {name.lower() for name in seen[0].headers} == {
            "host",
            "connection",
            "user-agent",
            "accept",
            "accept-encoding",
        }


async def test_files_come_from_discord_alone_redirects_included() -> None:
    async with standing_in() as (other, asked, _):
        here = URL("http://127.0.0.1:1")
        away = (str(other / "p.png"), "http://169.254.169.254/latest", "https://evil.example/p.png")
        async with standing_in(*away) as (base, _, files):
            addresses = [str(base / "away" / str(number)) for number in range(3)]
            addresses += [*away, str(here), "file:///etc/passwd", f"http://a:b@127.0.0.1:{base.port}/p.png"]
            addresses += ["http://cdn.discordapp.com/p.png", "https://cdn.discordapp.com.evil.example/p.png"]
            for address in addresses:
                with pytest.raises(Gone):
                    await files.read(address, 1000)
        assert asked == []


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_an_address_says_when_it_ends(end: int, now: int) -> None:
    assert expired(f"https://cdn.discordapp.com/attachments/1/2/p.png?ex={end:x}&is=1&hm=2&", now) == (
        end <= now
    )


def test_an_address_that_says_nonsense_has_expired_and_one_without_an_end_has_not() -> None:
    assert expired("https://cdn.discordapp.com/p.png?ex=soon", 0.0)
    assert not expired("https://cdn.discordapp.com/p.png", 2e9)
