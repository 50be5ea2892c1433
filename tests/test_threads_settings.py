"""What is taken back in a thread is its channel's again, and the answer says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.tools import Toolbox, tool
from bot.tools.builtin.calculate import calculate
from tests.rig import MOD, ROOM, rig

THREAD = replace(ROOM, thread="7")


async def test_a_thread_listens_less_than_its_channel(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("listen", MOD, to="everyone")
        await parley.command("listen", MOD, THREAD, to="mentions")
        values = [(await parley.conversation.settings(key, MOD)).value("listen") for key in (ROOM, THREAD)]
        assert values == ["on", "off"]


@pytest.mark.parametrize(
    ("path", "options", "back", "here", "there"),
    [
        (
            "persona/set",
            {"text": "You sing."},
            "persona/clear",
            "who I am in the channel",
            "just Parley again",
        ),
        ("model/set", {"model": "one/m"}, "model/clear", "as in the channel", "as the operator set it up"),
        ("tools/forbid", {"name": "calculate"}, "tools/reset", "what I may in the channel", "all my tools"),
    ],
)
async def test_a_threads_own_choice_gives_way_to_the_channels(
    tmp_path: Path, path: str, options: dict[str, Any], back: str, here: str, there: str
) -> None:
    async with rig(tmp_path, tools=Toolbox([tool(calculate)])) as parley:
        for key in (ROOM, THREAD):
            await parley.command(path, MOD, key, **options)
        assert here in (await parley.command(back, MOD, THREAD)).text
        assert there in (await parley.command(back, MOD)).text
        assert there in (await parley.command(back, MOD, THREAD)).text
