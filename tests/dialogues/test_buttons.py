"""What people do to an answer."""

from tests.dialogues.stage import Stage
from tests.listening import until
from tests.platforms.people import WRITING
from tests.wire.answers import Gate, says


async def test_an_answer_is_stopped_and_keeps_what_was_written(stage: Stage) -> None:
    stage.ai.will(says("Once upon a time", Gate(), " there was an end."))
    await stage.ann.says("Tell me a story.", mention=True)
    writing = await stage.ann.sees("Once upon a time")
    assert set(writing.buttons) == WRITING
    await stage.ann.presses("Stop", writing)
    stopped = await stage.ann.sees_final("Once upon a time")

    await stage.ai.hung_up()
    assert stopped.id == writing.id
    assert "there was an end" not in stopped.text


async def test_an_answer_is_written_anew_in_its_place(stage: Stage) -> None:
    stage.ai.will(says("Heads."), says("Tails."))
    await stage.ann.says("Toss a coin.", mention=True)
    first = await stage.ann.sees_final("Heads.")
    await stage.ann.presses("Regenerate", first)
    second = await stage.ann.sees_final("Tails.")

    assert second.id == first.id
    assert [one.text for one in stage.answers()] == ["Tails."]
    assert "Heads." not in str(stage.asked[-1])


async def test_an_answer_is_deleted_by_who_asked(stage: Stage) -> None:
    stage.ai.will(says("A secret."), says("Nothing."))
    await stage.ann.says("Tell me a secret.", mention=True)
    answer = await stage.ann.sees_final("A secret.")
    await stage.ann.presses("Delete", answer)
    await until(lambda: stage.answers() == [])
    await stage.ann.says("What did you say?", mention=True)
    await stage.ann.sees_final("Nothing.")

    assert [one.text for one in stage.answers()] == ["Nothing."]
    assert "A secret." not in str(stage.asked[-1])
