"""Moderators say whether Parley answers every message of a room."""

from pathlib import Path

import pytest

from bot.errors import NotAllowed
from tests.rig import ANN, MOD, ROOM, rig


async def test_a_moderator_says_whom_parley_listens_to(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        reply = await parley.command("listen", MOD, to="everyone")
        assert "every message" in reply.text
        assert (await parley.conversation.settings(ROOM, ANN)).value("listen") == "on"

        await parley.command("listen", MOD, to="mentions")
        assert (await parley.conversation.settings(ROOM, ANN)).value("listen") == "off"


async def test_a_member_does_not(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        with pytest.raises(NotAllowed, match="Only moderators"):
            await parley.command("listen", ANN, to="everyone")
