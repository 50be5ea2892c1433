"""What was painted before an answer broke off is shown only where the room's rules allow it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import ProviderDown
from bot.messages import Need, PictureRef, TextsRequest, ToolCall, Verdict
from bot.runs import RunStatus
from bot.settings import Account, ModelEntry
from bot.tools import Here, Shown, Toolbox, tool
from tests.rig import ANN, PNG, ROOM, Scripted, rig, settings_for
from tests.test_moderation import Judge, moderated
from tests.test_telegram_pictures import png

OTHER_PNG = png(2, 1)


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


@pytest.mark.parametrize(("mode", "shown"), [("filter", 0), ("report", 1)])
async def test_nobody_is_shown_unjudged_what_was_painted_before_a_question_that_is_not_answered(
    tmp_path: Path, mode: str, shown: int
) -> None:
    kept: list[PictureRef] = []

    async def paint(here: Here) -> Shown:
        """Paint something."""
        return Shown("painted", tuple(kept))

    async def send(here: Here) -> str:
        """Send it away."""
        return "sent"

    tools = [tool(paint), tool(send, asks=True)]
    async with moderated(tmp_path, mode=mode, judge=Judge(bad=("picture",)), tools=tools) as at:
        kept.append(await at.pictures.keep(PNG))
        at.one.asks_for(ToolCall("c1", "paint", "{}"))
        at.one.asks_for(ToolCall("c2", "send", "{}"))
        run = await at.say("Paint it and send it")
        while (await at.store.run(run)).run.status is not RunStatus.REQUIRES_ACTION:
            await at.glass.changed.wait()
        await at.conversation.cancel(run, ANN, ROOM)
        assert len((await at.ended(run)).pictures) == shown


class Torn:
    """Finds fault with the first picture, thinks of the second until a stop, then finds it fair."""

    def __init__(self) -> None:
        self.asked = 0
        self.thinks = asyncio.Event()

    async def moderate(self, request: TextsRequest) -> Sequence[Verdict]:
        if not request.pictures:
            return [Verdict(flagged=False, scores={}) for _ in request.texts]
        self.asked += 1
        if self.asked == 2:
            self.thinks.set()
            await asyncio.Event().wait()
        return [Verdict(self.asked == 1, {"violence": 0.9 if self.asked == 1 else 0.0})]


async def test_what_is_held_back_stays_so_when_a_stop_comes_before_the_rest_is_judged(
    tmp_path: Path,
) -> None:
    kept: list[PictureRef] = []

    async def paint(here: Here) -> Shown:
        """Paint something."""
        return Shown("painted", tuple(kept))

    judge = Torn()
    async with moderated(tmp_path, judge=judge, tools=[tool(paint)]) as at:
        kept.extend([await at.pictures.keep(one) for one in (PNG, OTHER_PNG)])
        at.one.asks_for(ToolCall("c1", "paint", "{}"))
        at.one.says("Two of them.")
        run = await at.say("Paint")
        await judge.thinks.wait()
        await at.conversation.cancel(run, ANN, ROOM)
        assert [one.sha256 for one in (await at.ended(run)).pictures] == [kept[1].sha256]
