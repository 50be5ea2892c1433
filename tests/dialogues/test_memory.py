"""What people ask to be remembered, and how they look after it."""

from tests.dialogues.stage import Stage
from tests.wire.answers import says
from tests.wire.openai import asks

TEA = ("c1", "remember", ['{"text": "Ann likes ', 'green tea"}'])


async def test_what_a_person_asks_to_remember_is_known_when_they_ask_again(stage: Stage) -> None:
    stage.ai.will(asks("", TEA), says("I will."), says("Green tea."), says("I do not know."))
    await stage.ann.says("Remember that I like green tea.", mention=True)
    await stage.ann.sees_final("I will.")
    await stage.mod.runs("/new")
    await stage.mod.sees("A new conversation")
    await stage.ann.says("What do I like?", mention=True)
    await stage.ann.sees_final("Green tea.")
    role, told = stage.words[0]
    assert role == "system"
    assert "\n1. Ann likes green tea\n" in told

    await stage.bo.says("And what does she like?", mention=True)
    await stage.bo.sees_final("I do not know.")
    assert "1. Ann likes" not in str(stage.asked[-1])


async def test_a_person_lists_corrects_and_drops_what_is_remembered_of_them(stage: Stage) -> None:
    await stage.ann.runs("/memory add", text="I like tea")
    await stage.ann.sees("as number 1: I like tea")
    await stage.ann.runs("/memory change", number="1", text="I like coffee")
    await stage.ann.sees("Number 1 is from now on: I like coffee")
    assert any("I like coffee" in one for one in await stage.ann.completes("/memory forget", "number", "cof"))
    await stage.ann.runs("/memory show")
    await stage.ann.sees("What you asked me to remember in this room")
    await stage.ann.runs("/memory forget", number="1")
    await stage.ann.sees("Number 1 is forgotten")
    await stage.ann.runs("/memory show")
    await stage.ann.sees("nothing of yours")


async def test_a_moderator_sees_nothing_of_what_is_remembered_of_others(stage: Stage) -> None:
    await stage.ann.runs("/memory add", text="I like tea")
    await stage.ann.sees("as number 1")
    await stage.mod.runs("/memory show")
    await stage.mod.sees("nothing of yours")
    await stage.mod.runs("/memory forget", number="all")
    await stage.mod.sees("I have forgotten all that you asked")
    await stage.ann.runs("/memory show")
    shown = await stage.ann.sees("What you asked me to remember")

    assert "I like tea" in shown.text
