"""What is said about roles holds for messages that are read back, too: Discord is asked who has them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.conversation.gate.access import allowing, blocking
from bot.governance.access import Mode, Rules
from bot.messages import Actor, Person, Standing
from tests.discord_talk import QUICK, Talk, talking
from tests.platforms.discord import Discord, Member, Right, discord_server, fails
from tests.platforms.discord.library import discord
from tests.platforms.discord.world import Role

MOD = Actor(Person("discord:1", "mod"), Standing.MODERATOR)
ROLE = 77


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


def with_role(platform: Discord, who: Member) -> None:
    """They have a role on the server that gives no rights."""
    guild = platform.channel("general").guild
    assert guild
    guild.roles[ROLE] = Role(ROLE, "quiet", Right(0))
    guild.members[who.account.id] = {ROLE}


async def read_back(talk: Talk, *said: str) -> list[str]:
    """Take in messages as Discord's REST tells of them: the words of those that were taken on."""
    channel = talk.client.get_channel(talk.platform.channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    for one in said:
        message = await channel.fetch_message(int(one))
        assert not isinstance(message.author, discord.Member)
        talk.client.inbound.heard(message)
    await talk.client.inbound.lines.drain(5.0)
    return [entry.text for entry in await talk.parley.store.entries(talk.key()) if entry.role == "user"]


@pytest.mark.parametrize(("blocked", "answered"), [(True, "bo's"), (False, "ann's")])
async def test_a_role_is_blocked_or_alone_allowed_when_a_message_is_read_back(
    platform: Discord, tmp_path: Path, blocked: bool, answered: str
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    with_role(platform, ann)
    said = [(await one.says(f"{one.name}'s", mention=True)).id for one in (ann, bo)]
    async with talking(platform, tmp_path) as talk:
        access, key, subject = talk.parley.conversation.access, talk.key(), f"role:discord:{ROLE}"
        if blocked:
            await access.change(MOD, key, key.scopes()[0], blocking(subject, None))
        else:
            await access.change(MOD, key, key.scopes()[0], allowing(subject))
            await access.change(MOD, key, key.scopes()[1], lambda rules, now: Rules(Mode.ONLY))
        assert await read_back(talk, *said) == [answered]


async def test_nobody_is_asked_for_roles_that_do_not_matter_and_nobody_answered_whose_are_unknown(
    platform: Discord, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    with_role(platform, ann)
    one, two = [(await ann.says(word, mention=True)).id for word in ("one", "two")]
    async with talking(platform, tmp_path) as talk:
        assert await read_back(talk, one) == ["one"]
        assert platform.transcript.of("GET", "/guilds/*/members/*") == []
        access, key = talk.parley.conversation.access, talk.key()
        await access.change(MOD, key, key.scopes()[0], blocking("role:discord:5", None))
        platform.will("GET", "/guilds/*/members/*", fails(403, code=50001))
        assert await read_back(talk, two) == ["one"]
        assert await read_back(talk, two) == ["one", "two"]
