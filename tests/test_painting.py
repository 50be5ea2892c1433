"""Pictures are painted as they were ordered, and painted again in another way."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.answer.painting import caption, larger
from bot.errors import BadOption, NotAllowed
from bot.messages import (
    Actor,
    ModelFacts,
    Need,
    Person,
    PictureOptions,
    PictureRef,
    RunOptions,
    Standing,
    Verb,
)
from bot.records import Order
from bot.runs import RunKind
from bot.settings import Settings
from tests.rig import ANN, BO, ROOM, Rig, Scripted, rig, settings_for

PAINTER = ModelFacts("one/m", frozenset({Need.IMAGE}), takes=frozenset({"size", "seed"}), largest=2048)


def painting(folder: Path, *takes: str) -> Settings:
    """A model that takes these options."""
    settings = settings_for(folder, ("one",))
    entry = replace(settings.models["one/m"], takes=frozenset(takes), largest=64)
    return replace(settings, models={"one/m": entry})


async def painted(parley: Rig, **options: int) -> int:
    """Order a picture and wait for it: its run."""
    reply = await parley.command("imagine", ANN, ROOM, prompt="a red dot", **options)
    assert reply.run_id is not None
    await parley.ended(reply.run_id)
    return reply.run_id


async def verbs(parley: Rig, run_id: int) -> list[Verb]:
    answer = (await parley.store.run(run_id)).run.answer_id
    (entry,) = await parley.conversation.entries(ROOM, ANN, only=(answer or 0,))
    return [action.verb for action in entry.actions]


async def test_pictures_that_did_not_come_are_missed_in_words(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "count")) as parley:
        whole = await parley.ended(await painted(parley, count=3))
        parley.one.paints = 1
        part = await parley.ended(await painted(parley, count=3))

        assert (whole.notice, part.notice) == ("", "*(1 of 3 pictures: the AI service made no more)*")


async def test_a_painter_that_was_asked_for_by_name_does_not_change_silently(tmp_path: Path) -> None:
    scripts = {"one": Scripted(), "two": Scripted()}
    settings = settings_for(tmp_path, ("one", "two"))
    settings = replace(settings, routes={**settings.routes, Need.IMAGE: ("one/m", "two/m")})
    async with rig(tmp_path, settings=settings, scripts=scripts) as parley:
        scripts["two"].refuses = True
        reply = await parley.command("imagine", ANN, ROOM, prompt="a red dot", model="two/m")
        shown = await parley.ended(reply.run_id or 0)

        assert shown.notice == "*(`two/m` could not answer: this is `one/m`)*"


async def test_every_picture_of_a_model_with_seeds_has_one_of_its_own(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "seed")) as parley:
        first = await parley.ended(await painted(parley))
        await painted(parley)

        seeds = [request.options.seed for request in parley.one.drawn]
        assert None not in seeds
        assert len(set(seeds)) == 2
        assert f"seed {seeds[0]}" in first.text


async def test_a_model_is_asked_only_for_what_it_takes(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "count")) as parley:
        shown = await parley.ended(await painted(parley, count=3))

        assert parley.one.drawn[0].options == PictureOptions(count=3)
        assert len(shown.pictures) == 3
        assert "seed" not in shown.text


async def test_vary_paints_the_same_words_with_another_seed_beside_the_first(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "seed", "steps")) as parley:
        run = await painted(parley, seed=7, steps=4)
        varied = await parley.conversation.vary(run, BO, ROOM)
        await parley.ended(varied.run_id)

        one, two = parley.one.drawn
        assert (one.prompt, one.options.steps) == (two.prompt, two.options.steps)
        assert (one.options.seed, two.options.seed != 7) == (7, True)
        assert varied.message_id != (await parley.store.run(run)).run.question_id
        assert (await parley.store.run(varied.run_id)).run.actor == BO


async def test_enlarge_paints_the_same_seed_at_twice_the_size(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "seed", "size")) as parley:
        run = await painted(parley)
        larger = await parley.conversation.enlarge(run, ANN, ROOM)
        await parley.ended(larger.run_id)

        one, two = parley.one.drawn
        assert (two.options.seed, two.options.size) == (one.options.seed, (2, 2))


async def test_buttons_offer_what_the_model_can_do(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "seed", "size")) as parley:
        assert await verbs(parley, await painted(parley)) == [
            Verb.REGENERATE,
            Verb.VARY,
            Verb.ENLARGE,
            Verb.DELETE,
        ]
        shown = next(iter(parley.glass.screen[ROOM].values()))
        assert Verb.ENLARGE in [action.verb for action in shown.actions]
    async with rig(tmp_path / "other", settings=painting(tmp_path / "other")) as parley:
        run = await painted(parley)
        assert await verbs(parley, run) == [Verb.REGENERATE, Verb.VARY, Verb.DELETE]
        with pytest.raises(BadOption, match="larger"):
            await parley.conversation.enlarge(run, ANN, ROOM)


async def test_an_answer_in_words_is_not_painted_again(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        run = await parley.say("hello")
        await parley.answer(run)
        with pytest.raises(BadOption, match="Only pictures"):
            await parley.conversation.vary(run, ANN, ROOM)
        with pytest.raises(BadOption):
            await parley.conversation.enlarge(run, ANN, ROOM)


async def test_who_may_not_paint_may_not_vary(tmp_path: Path) -> None:
    blocked = Actor(Person("screen:eve", "Eve"), Standing.BLOCKED)
    async with rig(tmp_path) as parley:
        run = await painted(parley)
        with pytest.raises(NotAllowed):
            await parley.conversation.vary(run, blocked, ROOM)


def test_a_picture_grows_as_far_as_its_model_goes() -> None:
    def sized(side: int) -> tuple[PictureRef, ...]:
        return (PictureRef("a" * 64, "image/png", side, side // 2),)

    assert larger(PAINTER, sized(1024)) == (2048, 1024)
    assert larger(PAINTER, sized(1025)) is None
    assert larger(replace(PAINTER, largest=0), sized(1024)) == (2048, 1024)
    assert larger(replace(PAINTER, takes=None), sized(64)) is None
    assert larger(None, sized(64)) is None
    assert larger(PAINTER, ()) is None


def test_a_caption_says_what_the_picture_was_made_of() -> None:
    options = PictureOptions(size=(512, 768))

    assert (
        caption("a\n*red* dot", "one/m", options, 7, 1.26)
        == "**a ∗red∗ dot**\none/m · 512×768 · seed 7 · 1.3 s"
    )
    assert caption("x", "one/m", PictureOptions(), None, 1) == "**x**\none/m · 1.0 s"


@pytest.mark.parametrize("prompt", ["wall " * 99, "x" * 299 + " y", "a\\"])
def test_nothing_at_a_prompts_end_keeps_it_from_being_bold(prompt: str) -> None:
    bold = caption(prompt, "one/m", PictureOptions(), None, 1).partition("\n")[0]
    assert bold.endswith("**")
    assert bold[-3] not in " \\"


async def test_a_service_that_paints_without_end_fills_one_post_and_no_more(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path, "count")) as parley:
        order = Order(RunKind.IMAGINE, RunOptions(picture=PictureOptions(count=50)))
        run = await parley.say("a red dot", order=order)
        shown = await parley.ended(run)

        assert len(shown.pictures) == 10
        (call,) = (await parley.store.run(run)).calls
        assert (call.outcome, call.pictures) == ("ok", 10)
