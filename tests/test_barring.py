"""Who moderates a channel keeps people out of it, and of nothing else; the server is its own moderators'."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import KeptOut
from bot.messages import Verb
from tests.rig import ANN, MOD, ROOM
from tests.test_moderation import MODS, alert, moderated

OF_CHANNEL = replace(MOD, channel_only=True)
OTHER = replace(ROOM, channel="other")
THREAD = replace(ROOM, thread="7")


async def test_a_channels_moderator_blocks_in_the_channel_alone(tmp_path: Path) -> None:
    async with moderated(tmp_path) as at:
        await at.ask("a badger")
        await at.conversation.moderation.decide(Verb.BLOCK, await alert(at), OF_CHANNEL, MODS)
        for key in (ROOM, THREAD):
            with pytest.raises(KeptOut, match="A moderator has blocked you here"):
                await at.say("hello", ANN, key)
        await at.ask("hello", ANN, OTHER)
        assert "`ann` has to wait" in (await at.command("access/show", OF_CHANNEL)).text
        assert "has to wait" not in (await at.command("access/show", key=OTHER)).text
        told = (await at.command("access/clear", OF_CHANNEL, who="ann")).text
        assert "On the whole server" not in told
        await at.ask("hello")


async def test_whom_the_server_keeps_out_no_channels_moderator_lets_in(tmp_path: Path) -> None:
    async with moderated(tmp_path) as at:
        await at.ask("a badger")
        await at.conversation.moderation.decide(Verb.BLOCK, await alert(at), MOD, MODS)
        told = (await at.command("access/clear", OF_CHANNEL, who="ann")).text
        assert "On the whole server it stays" in told
        for key in (ROOM, OTHER):
            with pytest.raises(KeptOut):
                await at.say("hello", ANN, key)
        await at.command("access/clear", who="ann")
        await at.ask("hello")
