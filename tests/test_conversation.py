"""From a message to its answer: what people may rely on in a room."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import CutOff, NotAllowed, NotFound, ProviderBusy, ProviderDown, ProviderRefused, QueueFull
from bot.messages import Actor, Address, ChannelKey, EndReason, Incoming, Person, RunOptions, Standing, Verb
from bot.records import Order
from bot.runs import RunKind, RunStatus
from tests.rig import ANN, BO, MOD, PNG, ROOM, Glass, Scripted, rig, settings_for

OTHER = ChannelKey("screen", "parley", "home", "other")


async def test_an_answer_is_shown_and_kept(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("Hello ", "Ann!")

        assert await parley.ask("hello") == "Hello Ann!"
        assert parley.glass.texts() == ["Hello Ann!"]


async def test_a_rooms_persona_comes_from_its_moderator_and_holds_from_the_next_run_on(
    tmp_path: Path,
) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("a", "b", gate=gate)
        running = await parley.say("first")
        await parley.glass.shows("a")
        await parley.command("persona/set", text="You are a pirate.")
        gate.set()
        await parley.answer(running)
        await parley.ask("second")

        assert [asked.turns[0].text == "You are a pirate." for asked in parley.one.asked] == [False, True]
        with pytest.raises(NotAllowed):
            await parley.command("persona/set", ANN, text="You are mine.")


async def test_rooms_share_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("the secret is plum")
        await parley.command("persona/set", text="You are a plum.")
        await parley.ask("what is it?", BO, OTHER)

        assert all("plum" not in turn.text for turn in parley.one.asked[-1].turns)


async def test_messages_behind_an_answer_wait_in_order(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("thinking", gate=gate)
        runs = [await parley.say(f"question {number}") for number in range(4)]
        await parley.glass.shows("thinking")
        assert [await parley.store.place(run) for run in runs] == [0, 1, 2, 3]
        assert len(parley.one.asked) == 1
        gate.set()
        for run in runs:
            await parley.answer(run)

        assert [asked.turns[-1].text for asked in parley.one.asked] == [f"question {n}" for n in range(4)]
        assert len(parley.one.asked[-1].turns) == 1 + 3 * 2 + 1


async def test_a_room_that_waits_holds_up_no_other(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("slow", gate=gate)
        slow = await parley.say("slow please")
        await parley.glass.shows("slow")

        assert await parley.ask("quick please", key=OTHER) == "answer 2"
        gate.set()
        await parley.answer(slow)


async def test_stop_keeps_what_was_written_and_says_so(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("Once upon", " a time", gate=asyncio.Event())
        run = await parley.say("tell me a story")
        await parley.glass.shows("Once upon")

        assert await parley.conversation.cancel(run, ANN, ROOM) is RunStatus.CANCELLING
        assert await parley.answer(run) == "Once upon\n\n*(stopped)*"
        assert (await parley.store.run(run)).run.status is RunStatus.CANCELLED
        assert parley.one.closed == 1


async def test_only_its_person_or_a_moderator_stops_an_answer(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("Once", gate=asyncio.Event())
        run = await parley.say("tell me a story")
        await parley.glass.shows("Once")

        with pytest.raises(NotAllowed):
            await parley.conversation.cancel(run, BO, ROOM)
        await parley.command("stop", MOD)
        await parley.answer(run)


async def test_what_waits_can_be_taken_back(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("first", gate=gate)
        first, second = await parley.say("one"), await parley.say("two")
        await parley.glass.shows("first")

        assert await parley.conversation.cancel(second, ANN, ROOM) is RunStatus.CANCELLED
        gate.set()
        await parley.answer(first)
        await parley.ask("three")
        assert [asked.turns[-1].text for asked in parley.one.asked] == ["one", "three"]


async def test_a_full_queue_is_said_and_costs_nothing(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("first", gate=asyncio.Event())
        await parley.say("one")
        await parley.glass.shows("first")
        for number in range(20):
            await parley.say(f"waiting {number}")

        with pytest.raises(QueueFull):
            await parley.say("one too many")


async def test_the_same_event_is_answered_once(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        first = await parley.say("hello", event_id="e1")
        again = await parley.say("hello", event_id="e1")
        await parley.answer(first)

        assert first == again
        assert len(parley.one.asked) == 1


async def test_before_the_first_word_another_model_takes_over_quietly(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two")) as parley:
        parley.one.fails(ProviderBusy("429", retry_after=3600))
        parley.models["two"].says("I stand in.")

        run = await parley.say("hello")
        assert await parley.answer(run) == "I stand in."
        record = await parley.store.run(run)
        assert record.run.model == "two/m"
        assert [call.outcome for call in record.calls] == ["busy", "ok"]


async def test_after_the_first_word_what_was_shown_is_replaced(tmp_path: Path) -> None:
    async with rig(tmp_path, models=("one", "two")) as parley:
        parley.one.fails(ProviderDown("reset"), "I was abou")
        parley.models["two"].says("A whole answer.")

        assert await parley.ask("hello") == "A whole answer."
        assert parley.glass.texts() == ["A whole answer."]


async def test_when_all_fail_the_failure_is_visible_and_says_nothing_of_the_service(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.fails(ProviderBusy("429 with a secret body", retry_after=3600))

        run = await parley.say("hello")
        assert await parley.answer(run) == ProviderBusy.reply
        record = await parley.store.run(run)
        assert record.run.status is RunStatus.FAILED
        assert "secret" not in repr(record)


async def test_half_an_answer_is_kept_and_marked(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("Half of", cut=True)

        run = await parley.say("hello")
        assert await parley.answer(run) == "Half of\n\n*(cut off: the AI service stopped in the middle)*"
        assert (await parley.store.run(run)).run.status is RunStatus.INCOMPLETE
        assert CutOff.reply


async def test_a_silent_refusal_is_not_silence(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says(reason=EndReason.REFUSAL)

        run = await parley.say("hello")
        assert await parley.answer(run) == ProviderRefused.reply
        assert parley.glass.texts() == [ProviderRefused.reply]
        assert (await parley.store.run(run)).run.status is RunStatus.FAILED


async def test_a_defect_of_ours_is_an_apology_with_a_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as parley:
        monkeypatch.setattr(Scripted, "chat", lambda self, request: 1 / 0)

        said = await parley.ask("hello")
        assert said.startswith("Something went wrong on my side (")
        assert "division" not in said


async def test_a_defect_before_the_first_call_is_told_and_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path) as parley:
        with monkeypatch.context() as broken:
            broken.setattr("bot.conversation.turn.planning.compose", lambda *_: 1 / 0)
            said = await asyncio.wait_for(parley.ask("hello"), 60)

        assert said.startswith("Something went wrong on my side (")
        assert await parley.ask("and now?") == "answer 1"


async def test_continue_goes_on_where_the_limit_stopped_it(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("One, two,", reason=EndReason.LENGTH)
        run = await parley.say("count")
        await parley.answer(run)
        shown = next(iter(parley.glass.screen[ROOM].values()))
        assert [action.verb for action in shown.actions] == [Verb.CONTINUE, Verb.REGENERATE, Verb.DELETE]

        parley.one.says(" three.")
        more = await parley.conversation.repeat(run, RunKind.CONTINUE, ANN, ROOM)
        assert await parley.answer(more.run_id) == "One, two, three."
        assert parley.glass.texts() == ["One, two, three."]


async def test_regenerate_replaces_the_answer_in_its_place(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("A long first answer")
        run = await parley.say("hello")
        first = await parley.ended(run)
        parley.one.says("Better.")
        again = await parley.conversation.repeat(run, RunKind.CHAT, ANN, ROOM)
        second = await parley.ended(again.run_id)

        assert (first.id, second.text) == (second.id, "Better.")
        assert parley.glass.texts() == ["Better."]
        assert parley.one.asked[1].turns == parley.one.asked[0].turns


async def test_a_regenerate_that_fails_leaves_the_answer_standing(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        parley.one.says("Good enough.")
        run = await parley.say("hello")
        await parley.answer(run)
        parley.one.fails(ProviderBusy("429", retry_after=3600))
        again = await parley.conversation.repeat(run, RunKind.CHAT, ANN, ROOM)

        assert await parley.answer(again.run_id) == f"Good enough.\n\n{ProviderBusy.reply}"
        assert parley.glass.texts() == [f"Good enough.\n\n{ProviderBusy.reply}"]


async def test_a_deleted_question_leaves_the_window_and_the_screen(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("forget plums")
        question, answer = await parley.conversation.entries(ROOM, ANN)
        with pytest.raises(NotAllowed):
            await parley.conversation.delete(question.id, BO, ROOM)
        await parley.conversation.delete(question.id, ANN, ROOM)

        assert await parley.conversation.entries(ROOM, ANN) == []
        assert parley.glass.texts() == []
        await parley.ask("what did I say?")
        assert len(parley.one.asked[-1].turns) == 2
        with pytest.raises(NotFound):
            await parley.conversation.delete(answer.id, ANN, ROOM)


async def test_a_new_conversation_forgets_what_was_said_and_keeps_the_persona(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.command("persona/preset", name="pirate")
        await parley.ask("I like plums")
        await parley.command("new")
        await parley.ask("what do I like?")

        turns = parley.one.asked[-1].turns
        assert "pirate" in turns[0].text
        assert len(turns) == 2


async def test_the_model_is_told_who_speaks_once_there_are_several(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        await parley.ask("I am here", ANN)
        await parley.ask("me too", BO)

        assert [turn.text for turn in parley.one.asked[1].turns if turn.role == "user"] == [
            "⟦Ann⟧ I am here",
            "⟦Bo⟧ me too",
        ]


async def test_a_picture_is_made_beside_the_conversation(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, ("one",))
    takes = replace(settings.models["one/m"], takes=frozenset({"seed"}))
    async with rig(tmp_path, settings=replace(settings, models={"one/m": takes})) as parley:
        gate = asyncio.Event()
        parley.one.says("writing", gate=gate)
        talk = await parley.say("hello")
        await parley.glass.shows("writing")
        reply = await parley.command("imagine", ANN, prompt="a *red* dot", seed=7)
        assert reply.run_id is not None
        picture = await parley.ended(reply.run_id)

        assert picture.text.startswith("**a ∗red∗ dot**\none/m · ")
        assert "· seed 7 ·" in picture.text
        assert (picture.pictures[0].width, picture.pictures[0].media_type) == (1, "image/png")
        assert parley.one.drawn[0].options.seed == 7
        gate.set()
        await parley.answer(talk)


async def test_a_picture_that_is_shown_reaches_the_model(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        ref = await parley.pictures.keep(PNG)
        await parley.answer(await parley.say("what is it?", pictures=(ref,)))

        assert parley.one.asked[0].turns[-1].pictures == (await parley.pictures.load(ref),)


async def test_after_a_kill_the_answer_is_written_again_in_the_same_place(tmp_path: Path) -> None:
    glass = Glass()
    async with rig(tmp_path, glass=glass) as killed:
        killed.one.says("half of it", gate=asyncio.Event())
        run = await killed.say("hello")
        waiting = await killed.say("and then?")
        await glass.shows("half of it")
    script = Scripted()
    script.says("All of it.")
    async with rig(tmp_path, glass=glass, scripts={"one": script}) as parley:
        assert await parley.answer(run) == "All of it."
        assert await parley.answer(waiting) == "answer 2"
        assert glass.texts() == ["All of it.", "answer 2"]
        assert (await parley.store.run(run)).run.attempts == 2


async def test_a_run_that_is_killed_every_time_fails_visibly_after_three_attempts(tmp_path: Path) -> None:
    for _ in range(3):
        script = Scripted()
        script.says("half", gate=asyncio.Event())
        async with rig(tmp_path, scripts={"one": script}) as killed:
            if not await killed.store.entries(ROOM):
                await killed.say("hello")
            await killed.glass.shows("half")
    async with rig(tmp_path) as parley:
        run = await parley.store.latest_run(ROOM)
        assert run is not None
        assert "interrupted too often" in await parley.answer(run.id)
        assert parley.one.asked == []


async def test_a_persona_for_one_answer_changes_nothing_else(tmp_path: Path) -> None:
    async with rig(tmp_path) as parley:
        order = Order(options=RunOptions(persona="You are a poet."))
        await parley.answer(await parley.say("hello", MOD, order=order))
        await parley.ask("again")

        assert [asked.turns[0].text == "You are a poet." for asked in parley.one.asked] == [True, False]


async def test_a_standing_is_none_on_another_platform(tmp_path: Path) -> None:
    """Who runs a room of one platform can neither see nor stop what goes on on another."""
    async with rig(tmp_path) as parley:
        gate = asyncio.Event()
        parley.one.says("thinking", gate=gate)
        run = await parley.say("hello")
        await parley.glass.shows("thinking")
        stranger = Actor(Person("web:mod", "Mod"), Standing.MODERATOR)
        for attempt in (
            parley.conversation.cancel(run, stranger),
            parley.conversation.run(run, stranger),
            parley.conversation.entries(ROOM, stranger),
            parley.conversation.forget(ROOM, stranger),
            parley.conversation.accept(Incoming(stranger, "hi", Address(ROOM))),
        ):
            with pytest.raises(NotFound):
                await attempt
        gate.set()
        assert "thinking" in await parley.answer(run)
