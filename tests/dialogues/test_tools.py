"""What models have done while they answer, and what they have to ask for."""

import json
from pathlib import Path

import pytest

from tests.dialogues.stage import PLATFORMS, Stage, staged
from tests.rig import PNG
from tests.wire.answers import says
from tests.wire.openai import asks

SUM = ("c1", "calculate", ['{"formula": "6 ', '* 7"}'])
PAGE = ("c1", "fetch_page", ['{"address": "https://nobody.invalid/', '?all"}'])

LAUNCH = ("c3", "launch", ["{}"])
RESULT = '<tool_result>{"name": "calculate", "result": "42"}</tool_result>'


def results(stage: Stage) -> list[str]:
    """What the AI service was told of its tools."""
    return [turn["content"] for turn in stage.asked[-1]["messages"] if turn["role"] == "tool"]


async def test_a_model_calculates_and_says_that_it_did(stage: Stage) -> None:
    stage.ai.will(asks("Let me see.", SUM), says("It is 42."))
    await stage.ann.says("What is six times seven?", mention=True)
    answer = await stage.ann.sees_final("It is 42.")

    assert "Let me see." in answer.text
    assert "calculate" in answer.text
    assert results(stage) == ["42"]
    assert len(stage.answers()) == 1


async def test_what_a_model_gets_wrong_is_told_to_it_beside_what_it_gets_right(stage: Stage) -> None:
    stage.ai.will(asks("", SUM, ("c2", "calculate", ['{"formula"', ": ]"]), LAUNCH), says("It is 42."))
    await stage.ann.says("What is six times seven?", mention=True)
    answer = await stage.ann.sees_final("It is 42.")

    right, garbled, nothing = results(stage)
    assert right == "42"
    assert garbled.startswith("The arguments do not fit.")
    assert "there is no such tool" in nothing
    assert "launch" not in answer.text


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_model_that_has_no_form_for_tools_asks_for_them_in_words(
    platform: str, tmp_path: Path
) -> None:
    call = '<tool_call>{"name": "calculate", "arguments": {"formula": "6 * 7"}}</tool_call>'
    async with staged(platform, tmp_path, options={"tools": "prompted"}) as stage:
        await stage.mod.runs("/tools allow", name="calculate")
        await stage.mod.sees("calculate")
        stage.ai.will(says("Let me see. <tool", call[5:20], call[20:]), says("It is 42."))
        await stage.ann.says("What is six times seven?", mention=True)
        answer = await stage.ann.sees_final("It is 42.")

        assert "tools" not in stage.asked[-1]
        assert stage.words[-1] == ("user", RESULT)
        assert "Let me see." in answer.text
        assert "tool_call" not in answer.text


async def test_a_room_without_a_tool_does_not_offer_it(stage: Stage) -> None:
    await stage.mod.runs("/tools forbid", name="calculate")
    await stage.mod.sees("do without")
    stage.ai.will(says("Forty-two."))
    await stage.ann.says("What is six times seven?", mention=True)
    await stage.ann.sees_final("Forty-two.")
    assert "calculate" not in json.dumps(stage.asked[-1].get("tools", []))

    await stage.ann.runs("/tools allow", name="calculate")
    await stage.ann.sees("Only moderators can choose the tools")


async def test_a_persona_brings_its_own_tools_and_style(stage: Stage) -> None:
    await stage.mod.runs("/persona set", text="You are a clerk.", style="factual", tools="calculate, now")
    await stage.mod.sees("I follow the new persona. It brings along:")
    await stage.mod.runs("/tools forbid", name="now")
    await stage.mod.sees("do without")
    stage.ai.will(says("Forty-two."))
    await stage.ann.says("What is six times seven?", mention=True)
    await stage.ann.sees_final("Forty-two.")

    assert stage.words[0][1].endswith("\n\nYou are a clerk.")
    assert [tool["function"]["name"] for tool in stage.asked[-1]["tools"]] == ["calculate"]


async def test_after_a_picture_words_leave_only_when_who_asked_allows_it(stage: Stage) -> None:
    stage.ai.will(asks("", PAGE), says("Then not."))
    await stage.ann.says("What does this say?", mention=True, pictures=[PNG])
    question = await stage.ann.sees("May I?")
    assert set(question.buttons) == {"Allow", "Don't"}
    await stage.bo.presses("Allow", question)
    await stage.bo.sees("Only who asked me can decide that")
    await stage.ann.presses("Don't", question)
    await stage.ann.sees_final("Then not.")

    assert "did not allow" in results(stage)[0]
    assert len(stage.answers()) == 1
