"""Moderators see how an answer was made, wherever they are."""

from tests.dialogues.stage import Stage
from tests.wire.answers import says
from tests.wire.openai import asks

SUM = ("c1", "calculate", ['{"formula": "6 ', '* 7"}'])


async def test_a_moderator_lists_the_answers_and_looks_at_one(stage: Stage) -> None:
    stage.ai.will(asks("", SUM), says("It is 42."))
    await stage.ann.says("What is six times seven?", mention=True)
    await stage.ann.sees_final("It is 42.")

    await stage.mod.runs("/runs")
    listed = await stage.mod.sees("The latest answers in this room")
    assert "calculate" in listed.text
    assert "six times seven" not in listed.text

    await stage.mod.runs("/runs", number=1)
    told = await stage.mod.sees("The answer was written.")
    assert "6 * 7" in told.text
    assert "42" in told.text
