"""A picture in the middle of an answer, and a picture looked at again: paid for, and of this room alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.conversation.turn.picturing import Picturing
from bot.errors import NotAllowed, ProviderDown, TooLarge
from bot.messages import ChannelKey, EndReason, Need, PictureRef, Price, Standing, ToolCall
from bot.records import Order, Round
from bot.routes import Routes
from bot.runs import RunKind, RunStatus
from bot.settings import ModelEntry, Settings, SpendLimits
from bot.tools import Here, Toolbox, tool
from bot.tools.builtin.imagine import imagining
from bot.tools.builtin.look_at import looking
from tests.rig import ANN, PNG, ROOM, Rig, Scripted, rig, settings_for

ELSEWHERE = ChannelKey("screen", "parley", "home", "elsewhere")


def imagine(number: int = 1, prompt: str = "a red wall", **more: str) -> ToolCall:
    return ToolCall(f"c{number}", "imagine", json.dumps({"prompt": prompt, **more}))


def look_at(picture: int, question: str = "Which colour?") -> ToolCall:
    return ToolCall("c9", "look_at", json.dumps({"picture": picture, "question": question}))


@asynccontextmanager
async def studio(
    folder: Path, settings: Settings | None = None, scripts: dict[str, Scripted] | None = None
) -> AsyncIterator[Rig]:
    """A service whose models may paint and look, put together as the application does it."""
    settings = settings or settings_for(folder, ["one"])
    scripts, clock = scripts or {name: Scripted() for name in settings.accounts}, SystemClock()
    late: asyncio.Future[Picturing] = asyncio.get_running_loop().create_future()

    class Hands:
        async def paint(self, *given: object) -> PictureRef:
            return await (await late).paint(*given)  # type: ignore[arg-type]

        async def look(self, *given: object) -> str:
            return await (await late).look(*given)  # type: ignore[arg-type]

    async def jot_down(here: Here) -> str:
        """Jot something down."""
        return "jotted down"

    tools = Toolbox([tool(jot_down, touches=True), imagining(Hands()), looking(Hands())])
    routes = Routes(settings, scripts.__getitem__, clock, jitter=lambda: 0.0)
    async with rig(folder, settings=settings, scripts=scripts, routes=routes, tools=tools) as at:
        late.set_result(Picturing(at.store, routes, at.pictures, clock, settings))
        yield at


async def test_a_picture_is_painted_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        at.one.asks_for(imagine(negative="birds"), text="Gladly.")
        at.one.says("There it is.")
        run = await at.say("Paint a wall, please")
        entry = await at.ended(run)
        assert (entry.text, entry.notice) == ("Gladly.\n\nThere it is.", "*(used: `imagine`)*")
        assert [len(post.pictures) for post in at.glass.screen[ROOM].values()] == [1]
        assert len(entry.pictures) == 1
        assert at.one.drawn[0].prompt == "a red wall"
        (result,) = at.one.asked[-1].turns[-1].results
        assert (result.failed, "sees it below your answer" in result.text) == (False, True)
        calls = (await at.store.run(run)).calls
        assert [(call.outcome, call.pictures) for call in calls] == [("ok", 0), ("ok", 1), ("ok", 0)]


def priced(folder: Path, limits: SpendLimits, price: Price) -> Settings:
    """A model that talks for nothing, and one that paints at a price."""
    settings = settings_for(folder, ["one", "two"], limits)
    accounts = {**settings.accounts, "two": replace(settings.accounts["two"], free=False)}
    models = {**settings.models, "two/m": ModelEntry(vision=True, context_length=8000, price=price)}
    routes = {Need.CHAT: ("one/m",), Need.VISION: ("one/m",), Need.IMAGE: ("two/m",)}
    return replace(settings, accounts=accounts, models=models, routes=routes)


async def test_a_budget_that_is_spent_paints_nothing_and_the_model_is_told_so(tmp_path: Path) -> None:
    limits = SpendLimits(per_person_day=Decimal("0.05"), per_channel_day=Decimal(9))
    settings = priced(tmp_path, limits, Price(picture=Decimal("0.04")))
    async with studio(tmp_path, settings) as at:
        at.one.asks_for(imagine(1), imagine(2))
        at.one.says("One of two.")
        run = await at.say("Paint two")
        entry = await at.ended(run)
        results = at.one.asked[-1].turns[-1].results
        assert sorted(one.failed for one in results) == [False, True]
        assert any("limit for today is used up" in one.text for one in results)
        assert len(entry.pictures) == len(at.models["two"].drawn) == 1
        calls = (await at.store.run(run)).calls
        assert [call.cost for call in calls if call.model == "two/m"] == [Decimal("0.04")]


async def test_another_painter_stands_in_and_both_calls_are_accounted_for(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ["one", "two"])
    settings = replace(settings, routes={**settings.routes, Need.IMAGE: ("two/m", "one/m")})
    async with studio(tmp_path, settings) as at:
        at.models["two"].refuses = True
        at.one.asks_for(imagine())
        run = await at.say("Paint")
        assert len((await at.ended(run)).pictures) == 1
        calls = (await at.store.run(run)).calls
        assert [(call.model, call.outcome) for call in calls][1:3] == [("two/m", "refused"), ("one/m", "ok")]


async def test_stop_ends_the_painting_at_once_and_settles_it(tmp_path: Path) -> None:
    painting, never = asyncio.Event(), asyncio.Event()

    class Slow(Scripted):
        async def draw(self, request):  # type: ignore[no-untyped-def]
            painting.set()
            await never.wait()
            yield

    scripts: dict[str, Scripted] = {"one": Slow()}
    async with studio(tmp_path, scripts=scripts) as at:
        at.one.asks_for(imagine(), text="Gladly.")
        run = await at.say("Paint")
        await painting.wait()
        await at.conversation.cancel(run, ANN, ROOM)
        assert "*(stopped)*" in await at.answer(run)
        assert [call.outcome for call in (await at.store.run(run)).calls] == ["ok", "cancelled"]


class Half(Scripted):
    """Paints one picture at once, and is never done with the slow one."""

    async def draw(self, request):  # type: ignore[no-untyped-def]
        if request.prompt == "slow":
            await asyncio.Event().wait()
        async for part in super().draw(request):
            yield part


async def test_a_picture_that_was_painted_before_its_round_was_stopped_stays(tmp_path: Path) -> None:
    async with studio(tmp_path, scripts={"one": Half()}) as at:
        at.one.asks_for(imagine(1, "slow"), imagine(2, "quick"), text="Gladly.")
        run = await at.say("Paint two")
        await painted_one(at, run)
        await at.conversation.cancel(run, ANN, ROOM)
        entry = await at.ended(run)
        assert (entry.text, entry.run_status, len(entry.pictures)) == ("Gladly.", RunStatus.CANCELLED, 1)
        assert [len(post.pictures) for post in at.glass.screen[ROOM].values()] == [1]


async def painted_one(at: Rig, run: int) -> None:
    """Wait until one picture of a run's first round is painted."""
    while True:
        steps = (await at.store.run(run)).steps
        painted = steps[0].detail.get("painted", {}) if steps else {}
        if isinstance(painted, dict) and any(painted.values()):
            return
        await asyncio.sleep(0.001)


async def test_a_picture_painted_before_the_process_ended_is_not_painted_again(tmp_path: Path) -> None:
    async with studio(tmp_path, scripts={"one": Half()}) as at:
        at.one.asks_for(ToolCall("c0", "jot_down", "{}"), imagine(1, "slow"), imagine(2, "quick"))
        run = await at.say("Paint two")
        await painted_one(at, run)
    async with studio(tmp_path) as at:
        at.one.says("Both.")
        entry = await at.ended(run)
        assert [request.prompt for request in at.one.drawn] == ["slow"]
        assert (entry.text, len(entry.pictures)) == ("Both.", 2)


async def test_a_run_paints_no_more_than_so_many_pictures(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        ref = await at.pictures.keep(PNG)
        run = await at.say("Hi")
        await at.ended(run)
        await at.store.begin_round(run, Round("", (imagine(),)), at=at.conversation.now())
        assert await at.store.begin_picture(run, "1:2", most=1) is None
        with pytest.raises(TooLarge):
            await at.store.begin_picture(run, "1:3", most=1)
        await at.store.end_picture(run, "1:2", ref)
        assert await at.store.begin_picture(run, "1:2", most=1) == ref


async def test_a_picture_stays_when_the_answer_to_it_fails_or_goes_on(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        at.one.asks_for(imagine())
        at.one.says("A long", reason=EndReason.LENGTH)
        run = await at.say("Paint")
        first = await at.ended(run)
        at.one.says(" story.")
        again = await at.conversation.repeat(run, RunKind.CONTINUE, ANN, ROOM)
        entry = await at.ended(again.run_id)
        assert (entry.text, entry.pictures) == ("A long story.", first.pictures)
        at.one.asks_for(imagine())
        for _ in range(3):
            at.one.fails(ProviderDown("gone"))
        broken = await at.ended(await at.say("Paint again"))
        assert (broken.run_status, len(broken.pictures)) == (RunStatus.INCOMPLETE, 1)


async def test_who_may_not_paint_has_no_picture_painted_by_a_model_either(tmp_path: Path) -> None:
    settings, clock = settings_for(tmp_path, ["one"]), SystemClock()
    async with studio(tmp_path, settings) as at:
        routes = Routes(settings, at.models.__getitem__, clock)
        painter = Picturing(at.store, routes, at.pictures, clock, settings)
        here = Here(ROOM, replace(ANN, standing=Standing.BLOCKED), 1, "1:1")
        with pytest.raises(NotAllowed):
            await painter.paint(here, "a red wall", "any", "")
        assert at.one.drawn == []


async def test_painting_is_offered_only_where_somebody_paints(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ["one"])
    async with studio(tmp_path, replace(settings, routes={**settings.routes, Need.IMAGE: ("no/m",)})) as at:
        at.one.asks_for(imagine())
        await at.ask("Paint")
        assert [spec.name for spec in at.one.asked[0].tools] == ["jot_down"]
        assert at.one.asked[1].turns[-1].results[0].failed
        assert at.one.drawn == []
    async with studio(tmp_path / "other") as at:
        await at.ended(await at.say("Once upon", order=Order(RunKind.COMPLETE)))
        await at.ask("Hi")
        assert [[spec.name for spec in one.tools] for one in at.one.asked] == [[], ["jot_down", "imagine"]]


async def shown(at: Rig, key: ChannelKey = ROOM) -> int:
    """Somebody shows a picture: its number."""
    run = await at.say("Look", key=key, pictures=(await at.pictures.keep(PNG),))
    await at.ended(run)
    return (await at.store.run(run)).run.question_id


async def test_a_picture_has_a_number_and_is_looked_at_again_for_a_question(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        number = await shown(at)
        assert at.one.asked[-1].turns[-1].text == "Look"
        at.one.asks_for(look_at(number))
        at.one.says("It is red.")
        at.one.says("Red, then.")
        run = await at.say("Which colour was it?")
        assert (await at.answer(run)).startswith("Red, then.")
        assert at.one.asked[-3].turns[1].text == f"Look\n⟦picture {number}⟧"
        look = at.one.asked[-2]
        assert (look.turns[-1].text, len(look.turns[-1].pictures)) == ("Which colour?", 1)
        (result,) = at.one.asked[-1].turns[-1].results
        assert "It is red." in result.text
        assert "written by strangers" in result.text
        assert [call.outcome for call in (await at.store.run(run)).calls] == ["ok", "ok", "ok"]


async def test_what_parley_painted_itself_has_a_number_too(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        at.one.asks_for(imagine())
        at.one.says("There.")
        answer = await at.ended(await at.say("Paint"))
        await at.ask("Thanks")
        told = at.one.asked[-1].turns
        assert told[-2].text == f"There.\n⟦picture {answer.id}⟧"
        assert "Do not write such marks" in told[0].text


async def test_no_picture_of_another_room_nor_a_deleted_one_is_looked_at(tmp_path: Path) -> None:
    async with studio(tmp_path) as at:
        there, here = await shown(at, ELSEWHERE), await shown(at)
        gone = await shown(at)
        await at.conversation.delete(gone, ANN, ROOM)
        asked = len(at.one.asked)
        for number in (there, gone, 0, 10**12):
            at.one.asks_for(look_at(number))
            at.one.says("No.")
            await at.ask("And that one?")
            (result,) = at.one.asked[-1].turns[-1].results
            assert (result.failed, result.text) == (True, f"There is no picture {number} in this room.")
        assert len(at.one.asked) == asked + 8
        assert list(await at.store.pictures_shown(ROOM, here)) != []
        assert list(await at.store.pictures_shown(ELSEWHERE, here)) == []
