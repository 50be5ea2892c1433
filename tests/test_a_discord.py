"""The Discord that tests stand on, shown with the library as it is: talking, and what people do."""

from collections.abc import AsyncIterator

import pytest

from tests.platforms.discord import Discord, Intent, Limits, discord_server
from tests.platforms.discord.library import Listener, connected, discord
from tests.platforms.people import DIRECT

QUICK = Limits(identify_every=0.0)


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def test_the_library_connects_and_hears_what_mentions_it(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        await ann.says("hello", mention=True)
        heard = await bot.heard.get()

    assert (heard.clean_content, heard.author.name) == ("@Parley hello", "ann")


async def test_without_the_intent_other_messages_come_empty(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        said = await ann.says("a secret")
        await ann.says("and you?", mention=True, reply_to=said)
        await ann.says("alone", room=DIRECT)
        heard = [await bot.heard.get() for _ in range(3)]

    assert [one.content for one in heard] == ["", f"<@{platform.bot.id}> and you?", "alone"]
    assert heard[1].reference
    assert isinstance(heard[1].reference.resolved, discord.Message)
    assert heard[1].reference.resolved.content == ""


async def test_with_the_intent_everything_is_heard(platform: Discord) -> None:
    platform.grants(Intent.CONTENT)
    ann, bot = platform.member("ann"), Listener(content=True)
    async with connected(bot, platform):
        await ann.says("a secret")
        assert (await bot.heard.get()).content == "a secret"


async def test_an_answer_is_seen_edited_and_gone(platform: Discord) -> None:
    ann, bot = platform.member("ann"), Listener()
    async with connected(bot, platform):
        await ann.says("hello", mention=True)
        answer = await (await bot.heard.get()).reply("Well")
        assert (await ann.sees("Well")).author == "Parley"
        await answer.edit(content="Well met")
        shown = await ann.sees("Well met")
        assert shown.edited
        await answer.delete()
        await ann.sees_gone(shown)
    assert platform.sights.pings == []
    assert platform.transcript.unguarded() == []
