"""People rate answers and say whether a model may learn from them: no other one is written out."""

from pathlib import Path

from bot.conversation.privacy.statement import TUNING, YES
from bot.records import Told
from bot.store import told
from tests.dialogues.stage import Stage
from tests.wire.answers import says

FJORD = "A fjord is a long, narrow arm of the sea between steep cliffs."


async def lets_it_hear(stage: Stage) -> None:
    """On Telegram, where only administrators of a group are told of its signs."""
    if make := getattr(stage.mod, "makes_bot", None):
        await make("administrator")


def learned(folder: Path) -> Told:
    """What may be learned from, in the only room."""
    (room,) = told(folder, (TUNING, YES))
    return room


async def test_what_people_put_on_an_answer_counts_until_they_take_it_away(
    stage: Stage, tmp_path: Path
) -> None:
    await lets_it_hear(stage)
    stage.ai.will(says(FJORD), says("Second."), says("Third."))
    await stage.ann.runs("/privacy tuning", allow="yes")
    await stage.ann.sees("may be used for tuning")
    await stage.ann.says("What is a fjord?", mention=True)
    await stage.ann.sees_final("narrow arm")
    answer = await stage.bo.sees_final("narrow arm")

    await stage.bo.reacts("👍", on=answer)
    await stage.mod.reacts("👎", on=answer)
    await stage.ann.reacts("👍", on=answer)
    await stage.bo.says("Next, please.", mention=True)
    await stage.bo.sees_final("Second.")
    room = learned(tmp_path)
    assert [(one.question, one.answer, one.rated, one.net) for one in room.spoken] == [
        ("What is a fjord?", FJORD, 3, 1),
        ("Next, please.", "Second.", 0, 0),
    ]
    (ann,) = room.consenting
    assert room.spoken[0].asker == ann

    await stage.mod.reacts(on=answer)
    await stage.bo.runs("/rate", it="bad")
    await stage.bo.sees("my last answer here was bad")
    await stage.ann.runs("/privacy tuning", allow="no")
    await stage.ann.sees("no file that is written from now on")
    await stage.bo.says("One more.", mention=True)
    await stage.bo.sees_final("Third.")
    room = learned(tmp_path)
    assert [(one.rated, one.net) for one in room.spoken] == [(2, 2), (1, -1), (0, 0)]
    assert room.consenting == frozenset()
