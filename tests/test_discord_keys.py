"""Which room something on Discord happened in, and what somebody is there: ids decide, names never do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import NotFound
from bot.messages import Actor, Address, ChannelKey, Incoming, Standing
from tests.discord_talk import QUICK, Talk, talking
from tests.platforms.discord import Discord, Member, Right, discord_server
from tests.platforms.discord.library import app_commands, discord
from tests.platforms.people import DIRECT


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def known(talk: Talk, who: Member, room: str = "general") -> Actor:
    """What somebody is who speaks in a room."""
    before = len(talk.accepted)
    await who.says("hello", mention=True, room=room)
    while len(talk.accepted) == before:
        await talk.platform.core.news.until(lambda: len(talk.accepted) > before, lambda: None)
    return talk.accepted[-1].actor


async def test_who_manages_the_channel_moderates_it_and_its_threads(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo, mod = platform.member("ann"), platform.member("bo"), platform.moderator("mod")
    platform.room("garden")
    platform.overwrites("garden", bo, allow=Right.MANAGE_CHANNELS)
    platform.overwrites("garden", mod, deny=Right.MANAGE_CHANNELS)
    async with talking(platform, tmp_path) as talk:
        shed = await ann.opens_thread("shed", room="garden")
        found = {
            (who.name, room): (await known(talk, who, room)).standing
            for who in (ann, bo, mod)
            for room in ("general", "garden", shed)
        }
    member, moderator = Standing.MEMBER, Standing.MODERATOR
    assert [found[name, "general"] for name in ("ann", "bo", "mod")] == [member, member, moderator]
    assert [found[name, "garden"] for name in ("ann", "bo", "mod")] == [member, moderator, member]
    assert [found[name, "shed"] for name in ("ann", "bo", "mod")] == [member, moderator, member]


async def test_an_operator_is_one_by_id_and_nobody_by_name(platform: Discord, tmp_path: Path) -> None:
    ann, fake = platform.member("ann"), platform.member(f"discord:{platform.member('ann').id}")
    async with talking(platform, tmp_path, operators=frozenset({f"discord:{ann.id}"})) as talk:
        assert (await known(talk, ann)).standing is Standing.OPERATOR
        assert (await known(talk, fake)).standing is Standing.MEMBER


async def test_alone_with_parley_a_person_decides(platform: Discord, tmp_path: Path) -> None:
    async with talking(platform, tmp_path) as talk:
        ann = await known(talk, platform.member("ann"), DIRECT)
        assert ann.standing is Standing.MODERATOR
        assert (ann.person.id, ann.person.name) == (f"discord:{platform.member('ann').id}", "Ann")


async def test_every_channel_thread_and_direct_message_is_a_room_of_its_own(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    platform.room("other")
    platform.room("help", forum=True)
    async with talking(platform, tmp_path) as talk:
        rooms = ["general", "other", await ann.opens_thread("aside"), DIRECT]
        post = await ann.opens_thread("post", room="help", text=f"<@{platform.bot.id}> hello")
        for who in (ann, bo):
            for room in (*rooms, post):
                await known(talk, who, room)
        keys = [said.key for said in talk.accepted]
        home, account = str(platform.home.id), talk.keys.account
        aside, general = platform.channel("aside"), platform.channel("general")
        assert len(set(keys)) == 6
        assert ChannelKey("discord", account, home, str(general.id), str(aside.id)) in keys
        assert {key.space for key in keys} == {home, "dm"}
        assert all(ChannelKey.parse(str(key)) == key for key in keys)


async def test_what_discord_says_of_whoever_gives_a_command_decides(
    platform: Discord, tmp_path: Path
) -> None:
    ann, bo, mod = platform.member("ann"), platform.member("bo"), platform.moderator("mod")
    platform.overwrites("general", bo, allow=Right.MANAGE_CHANNELS)
    platform.elsewhere("friends", ann, bo)
    found: dict[str, tuple[Standing, ChannelKey | None]] = {}
    async with talking(platform, tmp_path) as talk:
        thread = await ann.opens_thread("aside")

        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
        async def here(asked: "discord.Interaction[discord.Client]") -> None:
            where = talk.keys.room(asked.channel)
            found[f"{asked.user.name} {len(found)}"] = talk.keys.user(asked).standing, where
            await asked.response.send_message("noted")

        tree = app_commands.CommandTree(talk.client)
        tree.command(name="here", description="Here")(here)
        await tree.sync()
        for who, room in ((ann, "general"), (bo, "general"), (mod, thread), (ann, DIRECT), (bo, "friends")):
            await who.runs("/here", room=room)
    member, moderator = Standing.MEMBER, Standing.MODERATOR
    assert [standing for standing, _ in found.values()] == [member, moderator, moderator, moderator, member]
    keys = [key for _, key in found.values() if key]
    assert keys[:3] == [talk.key(), talk.key(), talk.key("aside")]
    assert [key.space for key in keys[3:]] == ["dm", "dm"]
    assert keys[3].channel != keys[4].channel


async def test_a_channel_that_only_rest_knows_is_the_same_room(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        thread = platform.channel(await ann.opens_thread("aside"))
        general = platform.channel("general")
        for channel in (thread, general):
            told = await talk.client.http.get_channel(channel.id)
            known = talk.client.get_channel(channel.id)
            assert talk.keys.told(told, platform.home.id) == talk.keys.room(known)
        partial = talk.client.get_partial_messageable(thread.id, guild_id=platform.home.id)
        assert talk.keys.room(partial) is None


async def test_a_private_room_is_its_persons_alone(platform: Discord, tmp_path: Path) -> None:
    ann, mod = platform.member("ann"), platform.moderator("mod")
    async with talking(platform, tmp_path) as talk:
        hers, his = await known(talk, ann), await known(talk, mod)
        channel = talk.client.get_channel(platform.channel("general").id)
        alone = talk.keys.room(channel, person=ann.id)
        assert alone
        assert alone.scope == talk.key().scope
        await talk.parley.conversation.accept(Incoming(hers, "in private", Address(alone)))
        with pytest.raises(NotFound):
            await talk.parley.conversation.entries(alone, his)
