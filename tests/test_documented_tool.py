"""The tool that README and CONTRIBUTING show is one that works, as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.messages import Actor, ChannelKey, Person, ToolCall
from bot.tools import Here, Toolbox

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
async def test_the_ten_lines_make_a_tool(page: str) -> None:
    block = re.search(r'```python\n("""A die.*?)```', (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert block
    assert len([line for line in block[1].splitlines() if line.strip()]) <= 10
    made: dict[str, Any] = {}
    exec(block[1], made)  # noqa: S102  # it is our own page

    dice = made["THROW_DICE"]
    here = Here(ChannelKey("web", "local", "home", "general"), Actor(Person("web:ann", "Ann")), 1)
    (result,) = await Toolbox([dice]).run([ToolCall("1", "throw_dice", '{"sides": 1}')], [dice], here)
    assert (result.text, result.failed) == ("It shows 1.", False)
    assert dice.told('{"sides": 20}') == "throwing a die with 20 sides"
