"""Pictures go to a model that sees; one that does not is told what another one saw."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import ProviderDown
from bot.messages import Need, Usage
from bot.records import Order
from bot.runs import RunKind, RunStatus
from bot.settings import Account, ModelEntry, Settings
from tests.rig import ANN, MOD, PNG, ROOM, Rig, Saying, Scripted, rig

LOOKED = "*(`eyes/m` looked at the picture)*"
BLIND = "*(no model here sees pictures)*"


def blind_and_seeing(folder: Path, *, eyes: bool = True) -> Settings:
    """`mind` talks and does not see, `eyes` sees and answers when asked."""
    accounts = {
        name: Account(name, "openai", "http://127.0.0.1:9", free=True, default_model="m")
        for name in ("mind", "eyes")
    }
    return Settings(
        data=folder,
        accounts=accounts,
        models={"mind/m": ModelEntry(vision=False), "eyes/m": ModelEntry(vision=eyes)},
        routes={Need.CHAT: ("mind/m",)} | ({Need.VISION: ("eyes/m",)} if eyes else {}),
    )


async def shown(parley: Rig, text: str = "what is it?", kind: RunKind = RunKind.CHAT) -> int:
    ref = await parley.pictures.keep(PNG)
    return await parley.say(text, order=Order(kind), pictures=(ref,))


async def test_a_model_that_does_not_see_answers_from_what_another_one_saw(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
        scripts["eyes"].says("One red ", "pixel.", usage=Usage(90, 5))
        scripts["mind"].says("It is red.")
        run = await shown(parley)

        assert await parley.answer(run) == f"It is red.\n\n{LOOKED}"
        (look,) = scripts["eyes"].asked
        assert look.turns[-1].text == "what is it?"
        assert len(look.turns[-1].pictures) == 1
        (asked,) = scripts["mind"].asked
        assert asked.turns[-1].pictures == ()
        assert "One red pixel." in asked.turns[-1].text
        calls = (await parley.store.run(run)).calls
        assert [(call.model, call.outcome, call.usage.total_tokens) for call in calls] == [
            ("eyes/m", "ok", 95),
            ("mind/m", "ok", 110),
        ]


async def test_what_was_seen_once_is_remembered_in_the_conversation(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
        scripts["eyes"].says("One red pixel.")
        await parley.answer(await shown(parley))
        await parley.ask("which colour was it?")

        assert len(scripts["eyes"].asked) == 1
        assert any("One red pixel." in turn.text for turn in scripts["mind"].asked[1].turns)


def test_what_was_seen_goes_with_a_message_that_is_deleted(tmp_path: Path) -> None:
    async def story() -> None:
        scripts = {"mind": Scripted(), "eyes": Scripted()}
        async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
            scripts["eyes"].says("A canary called Zebedee.")
            run = await shown(parley)
            await parley.answer(run)
            question = (await parley.store.run(run)).run.question_id
            await parley.conversation.delete(question, ANN, ROOM)

    asyncio.run(story())
    with closing(sqlite3.connect(tmp_path / "parley.db")) as raw:
        assert raw.execute("SELECT sight FROM messages WHERE role = 'user'").fetchall() == [("",)]


async def test_a_description_comes_from_the_model_that_sees_itself(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
        scripts["eyes"].says("One red pixel.")
        run = await shown(parley, "Describe this picture.", RunKind.DESCRIBE)

        assert await parley.answer(run) == f"One red pixel.\n\n{LOOKED}"
        assert scripts["mind"].asked == []


async def test_a_model_that_sees_needs_nobody_elses_eyes(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
        await parley.command("model/set", MOD, model="eyes/m")
        scripts["eyes"].says("One red pixel.")

        assert await parley.answer(await shown(parley)) == "One red pixel."
        assert scripts["mind"].asked == []


async def test_nobody_answers_about_a_picture_that_nobody_could_see(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path), scripts=scripts) as parley:
        scripts["eyes"].sayings += [Saying((), error=ProviderDown("gone"), end=None)] * 3
        run = await shown(parley)

        assert "cannot be reached" in await parley.answer(run)
        assert (await parley.store.run(run)).run.status is RunStatus.FAILED
        assert scripts["mind"].asked == []


async def test_without_any_model_that_sees_the_words_are_answered_with_a_note(tmp_path: Path) -> None:
    scripts = {"mind": Scripted(), "eyes": Scripted()}
    async with rig(tmp_path, settings=blind_and_seeing(tmp_path, eyes=False), scripts=scripts) as parley:
        scripts["mind"].says("I can't see it.")

        assert await parley.answer(await shown(parley)) == f"I can't see it.\n\n{BLIND}"
        assert "cannot see" in scripts["mind"].asked[0].turns[-1].text
