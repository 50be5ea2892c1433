"""Who answers in a room, in which manner, and what is said when it is somebody else."""

from dataclasses import replace
from pathlib import Path

from bot.errors import ProviderRefused
from bot.governance.authorize import Act
from bot.messages import RunOptions, Style
from bot.records import Order
from bot.runs import RunKind, RunStatus
from tests.rig import ANN, MOD, ROOM, Saying, Scripted, rig, settings_for


async def test_a_model_that_vanished_is_replaced_along_the_route_with_a_note(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.conversation.change(ROOM, Act.SET_MODEL, "model", "two/m", MOD)

        assert await parley.ask("hello") == (
            "answer 1\n\n*(`two/m` is not offered any more: `one/m` answers)*"
        )


async def test_a_model_that_was_asked_for_by_name_does_not_change_silently(tmp_path: Path) -> None:
    scripts = {"one": Scripted(), "two": Scripted()}
    async with rig(tmp_path, models=("one", "two"), scripts=scripts) as parley:
        scripts["two"].sayings.append(Saying((), error=ProviderRefused("no")))
        run = await parley.say("hello", order=Order(RunKind.CHAT, RunOptions(model="two/m")))

        assert await parley.answer(run) == "answer 1\n\n*(`two/m` could not answer: this is `one/m`)*"


async def test_a_room_hears_when_its_own_model_did_not_answer(tmp_path: Path) -> None:
    scripts = {"one": Scripted(), "two": Scripted()}
    async with rig(tmp_path, models=("one", "two"), scripts=scripts) as parley:
        await parley.conversation.change(ROOM, Act.SET_MODEL, "model", "two/m", MOD)
        scripts["two"].fails(ProviderRefused("no"))

        assert await parley.ask("hello") == "answer 1\n\n*(`two/m` could not answer: this is `one/m`)*"
        assert await parley.ask("and now?") == "answer 2"


async def test_what_stands_in_along_the_operators_route_is_not_told(tmp_path: Path) -> None:
    scripts = {"one": Scripted(), "two": Scripted()}
    async with rig(tmp_path, models=("one", "two"), scripts=scripts) as parley:
        scripts["one"].fails(ProviderRefused("no"))

        assert await parley.ask("hello") == "answer 1"


async def test_a_purpose_chosen_for_one_message_sets_its_values(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.answer(await parley.say("hi", order=Order(RunKind.CHAT, RunOptions(style="factual"))))
        await parley.ask("and now?")

        assert [request.style for request in parley.one.asked] == [Style(0.15, 0.7, 0.0, 0.0), Style()]


async def test_a_model_is_asked_without_the_values_that_it_does_not_take(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("one",))
    entry = replace(settings.models["one/m"], takes=frozenset({"top_p"}))
    async with rig(tmp_path, settings=replace(settings, models={"one/m": entry})) as parley:
        await parley.answer(await parley.say("hi", order=Order(RunKind.CHAT, RunOptions(style="factual"))))

        assert parley.one.asked[0].style == Style(top_p=0.7)


async def test_a_picture_that_is_refused_says_so(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.refuses = True
        reply = await parley.command("imagine", ANN, prompt="a dot")
        assert reply.run_id is not None
        shown = await parley.ended(reply.run_id)

        assert (shown.run_status, shown.pictures) == (RunStatus.FAILED, ())
        assert "did not accept this request" in shown.notice
