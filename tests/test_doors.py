"""Buttons and commands of pictures, at every door: who may, where, and what becomes of a second knock."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotAllowed, NotFound, UserError
from bot.messages import Actor, ChannelKey, Person, RunOptions, Standing
from bot.records import Order
from bot.runs import RunKind
from bot.settings import Settings
from tests.rig import ANN, BO, MOD, ROOM, Rig, rig, settings_for

ELSEWHERE = replace(ROOM, channel="elsewhere")
FOREIGN = ChannelKey("web", "parley", "home", "general")
PRIVATE = replace(ROOM, person="screen:ann")
STRANGER = Actor(Person("web:ann", "Ann"), Standing.MODERATOR)
BLOCKED = Actor(Person("screen:eve", "Eve"), Standing.BLOCKED)
BOT = Actor(Person("screen:robot", "Robot", bot=True), Standing.MODERATOR)


def painting(folder: Path) -> Settings:
    settings = settings_for(folder, ("one",))
    entry = replace(settings.models["one/m"], takes=frozenset({"seed", "size"}), largest=64)
    return replace(settings, models={"one/m": entry})


async def painted(parley: Rig, key: ChannelKey = ROOM) -> int:
    reply = await parley.command("imagine", ANN, key, prompt="a red dot")
    assert reply.run_id is not None
    await parley.ended(reply.run_id)
    return reply.run_id


@pytest.mark.parametrize("button", ["vary", "enlarge"])
async def test_no_picture_is_painted_again_for_who_may_not_or_from_elsewhere(
    tmp_path: Path, button: str
) -> None:
    async with rig(tmp_path, settings=painting(tmp_path)) as parley:
        public, private = await painted(parley), await painted(parley, PRIVATE)
        press = getattr(parley.conversation, button)
        for run, actor, key in (
            (public, BLOCKED, ROOM),
            (public, BOT, ROOM),
            (public, STRANGER, ROOM),
            (public, STRANGER, FOREIGN),
            (public, ANN, ELSEWHERE),
            (private, ANN, ROOM),
            (private, BO, PRIVATE),
            (private, MOD, PRIVATE),
            (10_000, ANN, ROOM),
        ):
            with pytest.raises((NotAllowed, NotFound)):
                await press(run, actor, key)
        assert len(parley.one.drawn) == 2


@pytest.mark.parametrize("button", ["vary", "enlarge"])
async def test_a_picture_whose_words_were_deleted_cannot_be_painted_again(
    tmp_path: Path, button: str
) -> None:
    async with rig(tmp_path, settings=painting(tmp_path)) as parley:
        run = await painted(parley)
        question = (await parley.store.run(run)).run.question_id
        await parley.conversation.delete(question, ANN, ROOM)
        with pytest.raises(NotFound):
            await getattr(parley.conversation, button)(run, ANN, ROOM)
        assert len(parley.one.drawn) == 1


async def test_a_picture_that_was_deleted_cannot_be_enlarged(tmp_path: Path) -> None:
    async with rig(tmp_path, settings=painting(tmp_path)) as parley:
        run = await painted(parley)
        answer = (await parley.store.run(run)).run.answer_id or 0
        await parley.conversation.delete(answer, ANN, ROOM)
        with pytest.raises(NotFound):
            await parley.conversation.enlarge(run, ANN, ROOM)


@pytest.mark.parametrize("button", ["vary", "enlarge"])
async def test_a_button_pressed_twice_by_one_event_paints_once(tmp_path: Path, button: str) -> None:
    async with rig(tmp_path, settings=painting(tmp_path)) as parley:
        run = await painted(parley)
        press = getattr(parley.conversation, button)
        pressed = await asyncio.gather(*(press(run, ANN, ROOM, "e1") for _ in range(10)))
        (made,) = {accepted.run_id for accepted in pressed}
        await parley.ended(made)

        assert sum(not accepted.duplicate for accepted in pressed) == 1
        assert len(parley.one.drawn) == 2


@pytest.mark.parametrize("button", ["vary", "enlarge"])
async def test_an_event_that_began_an_answer_does_not_begin_it_again_as_a_picture(
    tmp_path: Path, button: str
) -> None:
    async with rig(tmp_path, settings=painting(tmp_path)) as parley:
        picture = await painted(parley)
        gate = asyncio.Event()
        parley.one.says("slow", gate=gate)
        run = await parley.say("hello", event_id="e1")
        await parley.one.speaking.wait()
        again = await getattr(parley.conversation, button)(picture, BO, ROOM, "e1")
        for _ in range(5):
            await parley.ask("others go on meanwhile", key=ELSEWHERE)
        gate.set()
        await parley.answer(run)

        assert (again.duplicate, again.run_id) == (True, run)
        assert [request.turns[-1].text for request in parley.one.asked].count("hello") == 1
        assert (await parley.store.run(run)).run.attempts == 1


async def test_a_persona_for_one_answer_is_not_repeated_for_who_may_not_set_it_any_more(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as parley:
        order = Order(RunKind.CHAT, RunOptions(persona="You are a pirate."))
        run = await parley.say("hello", MOD, order=order)
        await parley.answer(run)
        with pytest.raises(NotAllowed, match="persona"):
            await parley.conversation.repeat(run, RunKind.CHAT, Actor(MOD.person), ROOM)
        again = await parley.conversation.repeat(run, RunKind.CHAT, MOD, ROOM)
        await parley.ended(again.run_id)


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("usage", {}),
        ("usage", {"of": "channel"}),
        ("style/show", {}),
        ("style/set", {"purpose": "factual"}),
        ("style/clear", {}),
        ("model/list", {}),
        ("model/show", {}),
        ("model/set", {"model": "one/m"}),
        ("imagine", {"prompt": "a dot"}),
        ("chat", {"message": "hi", "style": "factual"}),
    ],
)
async def test_commands_are_refused_to_who_is_blocked_is_a_bot_or_is_of_elsewhere(
    tmp_path: Path, path: str, options: dict[str, object]
) -> None:
    async with rig(tmp_path) as parley:
        for actor, key in ((BLOCKED, ROOM), (BOT, ROOM), (STRANGER, ROOM), (BO, PRIVATE), (MOD, PRIVATE)):
            with pytest.raises(UserError) as refused:
                await parley.command(path, actor, key, **options)
            assert isinstance(refused.value, NotAllowed | NotFound), (actor, key)
        assert await parley.store.room(ROOM) is None


@pytest.mark.parametrize("actor", [BLOCKED, BOT])
async def test_nothing_is_completed_or_offered_to_who_may_not_use_it(tmp_path: Path, actor: Actor) -> None:
    async with rig(tmp_path) as parley:
        commands = parley.commands
        with pytest.raises(NotAllowed):
            await commands.complete("imagine", "model", "", actor, ROOM)
        with pytest.raises(NotAllowed):
            commands.params("imagine", actor, ROOM, {})
        with pytest.raises(NotAllowed):
            await commands.current("persona/set", "text", actor, ROOM)
        with pytest.raises(NotAllowed):
            await commands.complete("model/set", "model", "", ANN, ROOM)
