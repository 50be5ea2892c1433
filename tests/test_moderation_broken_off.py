"""What was painted before an answer broke off is shown only where the room's rules allow it."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ProviderDown
from bot.messages import Need, PictureRef, ToolCall
from bot.settings import Account, ModelEntry
from bot.tools import Here, Shown, Toolbox, tool
from tests.rig import PNG, Scripted, rig, settings_for
from tests.test_moderation import Judge


@pytest.mark.parametrize(("bad", "shown"), [("picture", 0), ("nothing", 1)])
async def test_a_picture_of_an_answer_that_failed_is_judged_before_it_is_shown(
    tmp_path: Path, bad: str, shown: int
) -> None:
    kept: list[PictureRef] = []

    async def paint(here: Here) -> Shown:
        """Paint something."""
        return Shown("painted", tuple(kept))

    settings, name = settings_for(tmp_path, ["one"]), "law/omni-moderation-latest"
    settings = replace(
        settings,
        accounts={**settings.accounts, "law": Account("law", "openai", "http://127.0.0.1:9", free=True)},
        models={**settings.models, name: ModelEntry(vision=True)},
        routes={**settings.routes, Need.MODERATION: (name,)},
    )
    scripts = {"one": Scripted(), "law": Judge(bad=(bad,))}
    async with rig(tmp_path, settings=settings, scripts=scripts, tools=Toolbox([tool(paint)])) as at:  # type: ignore[arg-type]  # the judge only judges
        kept.append(await at.pictures.keep(PNG))
        await at.command("moderation/policy", mode="filter")
        at.one.asks_for(ToolCall("c1", "paint", "{}"))
        for _ in range(3):
            at.one.fails(ProviderDown("gone"))
        entry = await at.ended(await at.say("Paint"))
        assert len(entry.pictures) == shown
