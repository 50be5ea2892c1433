"""Questions and their answers."""

from tests.dialogues.stage import Stage
from tests.wire.answers import says


async def test_a_question_is_answered_for_everybody_to_see(stage: Stage) -> None:
    stage.ai.will(says("A fjord is", " a narrow inlet."))
    await stage.ann.says("What is a fjord?", mention=True)
    answer = await stage.ann.sees_final("a narrow inlet")

    assert (answer.author, answer.text) == ("Parley", "A fjord is a narrow inlet.")
    assert answer.buttons == ("Regenerate", "Delete")
    assert (await stage.bo.sees_final("a narrow inlet")).id == answer.id
    assert stage.words[-1] == ("user", "What is a fjord?")


async def test_what_was_said_before_is_remembered(stage: Stage) -> None:
    stage.ai.will(says("Hello Ann."), says("You are Ann."))
    await stage.ann.says("I am Ann.", mention=True)
    await stage.ann.sees_final("Hello Ann.")
    await stage.ann.says("Who am I?", mention=True)
    await stage.ann.sees_final("You are Ann.")

    spoken = [turn for turn in stage.words if turn[0] != "system"]
    assert spoken == [("user", "I am Ann."), ("assistant", "Hello Ann."), ("user", "Who am I?")]


async def test_a_long_answer_takes_several_messages_and_each_keeps_its_code_whole(stage: Stage) -> None:
    lines = [f"    total += value[{number}]  # and so on, one after another" for number in range(100)]
    code = "\n".join(["```python", "def add(value):", *lines, "```"])
    stage.ai.will(says("Like this:\n\n", code, "\n\nThat is all."))
    await stage.ann.says("Add them all up.", mention=True)
    await stage.ann.sees_final("That is all.")

    shown = [one.text for one in stage.answers()]
    assert len(shown) > 1
    marks = {text.count("```") for text in shown}
    assert marks in ({2}, {0}), "each has a block of its own, where a platform writes code with marks"
    written = "\n".join(shown)
    assert [line for line in lines if line not in written] == []


async def test_an_answer_calls_nobody_whatever_it_says(stage: Stage) -> None:
    stage.ai.will(says("Dear @every", "one, dear @here, dear <@&1> and <@2>: ", "good morning."))
    await stage.ann.says("Greet us all.", mention=True)
    await stage.ann.sees_final("good morning.")

    assert list(stage.place.called()) == []
