"""What was said long ago comes back when somebody asks for it."""

from pathlib import Path

import pytest

from tests.dialogues.stage import PLATFORMS, Stage, staged
from tests.wire.answers import says

FACT = "The spare key hangs behind the green shed."
CHATTER = "Nobody said anything today that one would want to keep in mind for long. " * 25


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_an_old_fact_is_before_the_model_when_it_has_left_the_window(
    platform: str, tmp_path: Path
) -> None:
    async with staged(platform, tmp_path, context=5_000) as stage:
        for number, said in enumerate([FACT, *[CHATTER] * 3, "Where do the spare keys hang?"]):
            stage.ai.always = says(f"Reply {number}.", usage=None)
            await stage.ann.says(said, mention=True)
            await stage.ann.sees_final(f"Reply {number}.")
        shown = told(stage, "Where do the spare keys hang?")
        assert FACT not in "".join(text for _, text in shown[1:])
        (line,) = [line for line in shown[0][1].splitlines() if FACT in line]
        assert "ann" in line.partition("⟧")[0].lower()


def told(stage: Stage, question: str) -> list[tuple[str, str]]:
    """What the service was shown for a question: role and text."""
    asked = next(each for each in stage.asked if question in str(each["messages"][-1]))
    return [(turn["role"], str(turn["content"])) for turn in asked["messages"]]
