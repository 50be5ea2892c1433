"""Parley on Discord, started as it is, with an AI service: what people there see first of all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.discord.outlet.outlet import LATER
from bot.application import running
from tests.dialogues.stage import settings_of
from tests.hurried import LIMITS, HurriedClock
from tests.listening import until
from tests.platforms.discord import Discord, discord_server
from tests.platforms.discord.world import Message, Right
from tests.platforms.people import DIRECT, WRITING
from tests.wire.answers import Gate, hangs, says
from tests.wire.server import AiServer, serving

LONG = "\n\n".join(f"Paragraph {number}. " + "word " * 150 for number in range(8))


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(LIMITS) as made:
        yield made


@pytest.fixture
async def ai() -> AsyncIterator[AiServer]:
    async with serving() as made:
        yield made


@asynccontextmanager
async def parley(platform: Discord, ai: AiServer, folder: Path) -> AsyncIterator[None]:
    """A process of Parley's, connected on all shards."""
    shards = platform.core.limits.shards
    before = len(platform.gateway.identifies)
    token = SecretStr(platform.token)
    settings = replace(settings_of(folder, ai.url), discord_token=token, discord_api_base=platform.url)
    async with running(settings, clock=HurriedClock()):
        await until(lambda: len(platform.gateway.identifies) == before + shards)
        await platform.gateway.connected()
        yield


def shown(platform: Discord, room: str = "general") -> list[Message]:
    """Parley's messages in a room."""
    return [one for one in platform.channel(room).messages.values() if one.author is platform.bot]


async def test_only_the_first_message_of_a_long_answer_is_a_reply(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    ai.will(says(LONG, " The end."))
    async with parley(platform, ai, tmp_path):
        await ann.says("Tell me everything.", mention=True)
        await ann.sees_final("The end.")

    first, *others = shown(platform)
    assert first.reference
    assert [bool(one.reference) for one in others] == [False] * 3


async def test_people_see_that_an_answer_is_being_written(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann, thinking = platform.member("ann"), Gate()
    ai.will(hangs(thinking, says("Well.")))
    async with parley(platform, ai, tmp_path):
        await ann.says("Think hard.", mention=True)
        await platform.transcript.asked("POST", "/channels/*/typing")
        thinking.open()
        await ann.sees_final("Well.")


async def test_a_private_answer_is_private_from_first_to_last(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann, bo, half = platform.member("ann"), platform.member("bo"), Gate()
    ai.will(says("A canary", half, " sings."), says("It flies."), says(LONG, " It is gone."))
    async with parley(platform, ai, tmp_path):
        await ann.runs("/chat", message="What does it do?", private=True)
        writing = await ann.sees("A canary")
        assert set(writing.buttons) == WRITING
        half.open()
        first = await ann.sees_final("sings.")
        await ann.presses("Regenerate", first)
        again = await ann.sees_final("It flies.")
    async with parley(platform, ai, tmp_path):
        await ann.presses("Regenerate", again)
        last = await ann.sees_final("It is gone.")
        seen = ann.screen()
        assert bo.screen() == []
        await ann.presses("Delete", last)
        await ann.sees_gone(last)

    assert again.id == first.id == seen[0].id
    assert [one.private for one in seen] == [True] * 4
    assert [one for one in (*ann.screen(), *ann.screen(DIRECT), *bo.screen()) if one.text] == []


async def test_buttons_work_after_a_restart_and_only_for_whom_they_may(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    ai.will(says("Once upon", finish="length"), says(" a time."))
    async with parley(platform, ai, tmp_path):
        await ann.says("Tell me a story.", mention=True)
        first = await ann.sees_final("Once upon")
    async with parley(platform, ai, tmp_path):
        await ann.presses("Continue", first)
        whole = await ann.sees_final("Once upon a time.")
        await bo.presses("Delete", whole)
        refused = await bo.sees("Only moderators")
        await ann.presses("Delete", whole)
        await ann.sees_gone(whole)

    assert first.buttons == ("Continue", "Regenerate", "Delete")
    assert refused.private
    assert refused.author == "Parley"


async def test_a_post_in_a_forum_is_a_conversation_of_its_own(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    platform.room("forum", forum=True)
    ann = platform.member("ann")
    ai.will(says("An inlet."), says("Eleven hundred."))
    async with parley(platform, ai, tmp_path):
        post = await ann.opens_thread("Fjords", room="forum", text=f"<@{platform.bot.id}> What is a fjord?")
        await ann.sees_final("An inlet.", room=post)
        await ann.runs("/chat", room=post, message="How many are there?")
        await ann.sees_final("Eleven hundred.", room=post)

    said = [turn["content"] for turn in ai.requests[-1].body["messages"] if turn["role"] != "system"]
    assert said == ["What is a fjord?", "An inlet.", "How many are there?"]


async def test_direct_messages_take_commands_and_buttons(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    ai.will(says("Heads."), says("Tails."))
    async with parley(platform, ai, tmp_path):
        await ann.runs("/chat", room=DIRECT, message="Toss a coin.")
        first = await ann.sees_final("Heads.", room=DIRECT)
        await ann.presses("Regenerate", first)
        second = await ann.sees_final("Tails.", room=DIRECT)

    assert second.id == first.id


async def test_who_has_it_installed_is_answered_where_the_bot_is_not(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann, bo = platform.member("ann"), platform.member("bo")
    platform.elsewhere("friends", ann, bo)
    ai.will(says("Heads."), says("Tails."), says(LONG * 3, " The end."))
    async with parley(platform, ai, tmp_path):
        await ann.runs("/chat", room="friends", message="Toss a coin.")
        first = await bo.sees_final("Heads.", room="friends")
        await ann.presses("Regenerate", first)
        await bo.sees_final("Tails.", room="friends")
        await ann.runs("/chat", room="friends", message="Tell me everything.")
        await ann.sees("The end.", room=DIRECT)

    assert len(shown(platform, "friends")) == 7  # the interaction takes five after the first
    assert bo.screen(DIRECT) == []


async def test_two_shards_are_one_parley(ai: AiServer, tmp_path: Path) -> None:
    async with discord_server(replace(LIMITS, shards=2)) as platform:
        rooms = [f"room {number}" for number in range(2)]
        for number, room in enumerate(rooms):
            platform.room(room, server=platform.server(f"server {number}", on=(number, 2)))
        ann = platform.member("ann")
        ai.will(*(says(f"answer {number}") for number in range(5)))
        async with parley(platform, ai, tmp_path):
            for number, room in enumerate([*rooms, DIRECT]):
                await ann.says("Hello.", room=room, mention=True)
                await ann.sees_final(f"answer {number}", room=room)
            for number, room in enumerate(rooms, start=3):
                await ann.runs("/chat", room=room, message="Hello again.")
                await ann.sees_final(f"answer {number}", room=room)


async def test_who_asks_where_parley_may_not_write_is_answered_alone(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann = platform.member("ann")
    platform.overwrites("general", None, deny=Right.SEND)
    ai.will(says("An inlet."))
    async with parley(platform, ai, tmp_path):
        await ann.says("What is a fjord?", mention=True)
        await ann.sees("An inlet.", room=DIRECT)

    assert shown(platform) == []


async def test_who_waits_while_parley_is_restarted_is_told_so_and_answered(
    platform: Discord, ai: AiServer, tmp_path: Path
) -> None:
    ann, thinking = platform.member("ann"), Gate()
    ai.will(hangs(thinking), says("An inlet."))
    async with parley(platform, ai, tmp_path):
        await ann.runs("/chat", message="What is a fjord?")
        await thinking.reached()
    told = ann.screen()[-1]
    async with parley(platform, ai, tmp_path):
        await ann.sees_final("An inlet.")

    assert told.text == LATER
    assert platform.unanswered() == []
