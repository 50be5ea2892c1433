"""/help tells of every command, in messages that every platform takes."""

from pathlib import Path

import pytest

from adapters.discord.commands.mentions import Mentions
from bot.commands import COMMANDS
from bot.commands.help import AREAS
from bot.delivery.clusters import units
from bot.errors import BadOption
from tests.rig import ANN, rig

ONE_MESSAGE = 2000
MENTIONS = Mentions()
MENTIONS.learn(
    [{"name": one.path.partition("/")[0], "id": "1234567890123456789", "type": 1} for one in COMMANDS]
)


async def test_every_command_is_in_one_area_that_fits_into_a_message(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        overview = await parley.command("help", ANN)
        assert units(MENTIONS.pressable(overview.text)) <= ONE_MESSAGE
        assert [offer.label for offer in overview.offers] == list(AREAS)
        told = []
        for offer in overview.offers:
            area = await parley.command("help", ANN, command=offer.options["command"])
            assert units(MENTIONS.pressable(area.text)) <= ONE_MESSAGE
            told += [line for line in area.text.splitlines() if line.startswith("- ")]
        assert sorted(told) == sorted(f"- `{one.typed}` – {one.description}" for one in COMMANDS)
        with pytest.raises(BadOption, match="no command"):
            await parley.command("help", ANN, command="nothing")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`/persona set` keeps it.", "</persona set:1234567890123456789> keeps it."),
        ("`/chat`", "</chat:1234567890123456789>"),
        ("`/persona` and `/persona set text:x` and `/nothing`", None),
        ("```\n`/chat`\n```", None),
    ],
)
def test_commands_can_be_pressed_where_discord_knows_them(text: str, shown: str | None) -> None:
    assert MENTIONS.pressable(text) == (shown or text)
    assert Mentions().pressable(text) == text
