"""What moderators let a room know: files that answers rest on, and name."""

import re

from tests.dialogues.stage import Stage
from tests.documents import pdf
from tests.platforms.people import NotOffered
from tests.wire.answers import says

MANUAL = ("manual.pdf", pdf("How to begin.", "The red lever opens the sluice gate."), "application/pdf")


async def test_an_answer_names_the_file_and_the_page_that_it_rests_on(stage: Stage) -> None:
    stage.ai.will(says("Pull the red lever [1], not the blue one [7]."), says("No idea."))
    await stage.mod.runs("/knowledge add", picture=MANUAL)
    await stage.mod.sees("now: 2 pages")
    await stage.ann.says("Which lever opens the sluice gate?", mention=True)
    answer = await stage.ann.sees_final("Pull the red lever [1], not the blue one [7].")

    assert "[1] manual.pdf, page 2" in plain(answer.text)
    assert "[7]" not in plain(answer.text).partition("[7].")[2]
    assert "⟦source 1: manual.pdf, page 2⟧\nThe red lever opens the sluice gate." in stage.words[-1][1]
    assert "cite its number" in stage.words[0][1]

    await stage.mod.runs("/knowledge remove", file=await number_of(stage))
    await stage.mod.sees("here no more")
    await stage.ann.says("So which lever opens the sluice gate?", mention=True)
    await stage.ann.sees_final("No idea.")
    assert "⟦source" not in "".join(words for _, words in stage.words)


async def test_only_moderators_say_what_a_room_knows(stage: Stage) -> None:
    try:
        await stage.ann.runs("/knowledge add", picture=MANUAL)
    except NotOffered:
        return
    await stage.ann.sees("Only moderators")
    assert stage.asked == []


async def number_of(stage: Stage) -> str:
    """The number of the only file that the room knows."""
    await stage.mod.runs("/knowledge list")
    listed = await stage.mod.sees("What I know here")
    found = re.search(r"(\d+): manual.pdf: 2 pages", plain(listed.text))
    assert found, listed.text
    return found[1]


def plain(text: str) -> str:
    """Without what platforms draw, and where links lead."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text.replace("`", "").replace("**", ""))
