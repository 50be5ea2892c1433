"""Who is heard on Discord, where, and what the model is shown of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_talk import QUICK, talking
from tests.platforms.discord import Discord, discord_server
from tests.platforms.people import DIRECT


@pytest.fixture
async def platform() -> AsyncIterator[Discord]:
    async with discord_server(QUICK) as made:
        yield made


async def test_a_mention_is_answered_and_taken_out_of_the_text(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("What is a fjord?", mention=True)
        await ann.sees_final("answer 1")
        assert talk.last == "What is a fjord?"


async def test_a_direct_message_is_answered_without_a_mention(platform: Discord, tmp_path: Path) -> None:
    ann = platform.member("ann")
    async with talking(platform, tmp_path) as talk:
        await ann.says("hello", room=DIRECT)
        await ann.sees_final("answer 1", room=DIRECT)
        assert talk.last == "hello"
