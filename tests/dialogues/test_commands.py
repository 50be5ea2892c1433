"""Commands in a conversation: who may give them, and what they change."""

from tests.dialogues.stage import Stage
from tests.wire.answers import says

PIRATE = "You are a pirate who answers in rhyme."


async def test_a_moderator_gives_a_persona_and_it_is_followed(stage: Stage) -> None:
    stage.ai.will(says("Arr, matey, a party!"))
    await stage.mod.runs("/persona set", text=PIRATE)
    await stage.mod.sees("I follow the new persona")
    await stage.ann.says("What is on tonight?", mention=True)
    await stage.ann.sees_final("Arr, matey")

    role, told = stage.words[0]
    assert role == "system"
    assert PIRATE in told


async def test_a_member_gives_none_and_is_told_so(stage: Stage) -> None:
    stage.ai.will(says("A concert."))
    await stage.ann.runs("/persona set", text=PIRATE)
    refused = await stage.ann.sees("moderator")
    await stage.bo.says("What is on tonight?", mention=True)
    await stage.bo.sees_final("A concert.")

    assert any("moderator" in one.text for one in stage.bo.screen()) is not refused.private
    assert PIRATE not in str(stage.asked[-1])


async def test_everybody_may_see_the_persona(stage: Stage) -> None:
    await stage.mod.runs("/persona set", text=PIRATE)
    await stage.mod.sees("I follow the new persona")
    await stage.ann.runs("/persona show")
    shown = await stage.ann.sees("(set by")

    assert PIRATE in shown.text
    assert "set by mod" in shown.text.lower()


async def test_a_new_conversation_leaves_what_was_said_aside(stage: Stage) -> None:
    stage.ai.will(says("Hello Ann."), says("Whoever you are."))
    await stage.ann.says("I am Ann.", mention=True)
    await stage.ann.sees_final("Hello Ann.")
    await stage.mod.runs("/new")
    await stage.mod.sees("A new conversation")
    await stage.ann.says("Who am I?", mention=True)
    await stage.ann.sees_final("Whoever you are.")

    assert [turn for turn in stage.words if turn[0] != "system"] == [("user", "Who am I?")]


async def test_a_command_is_answered_like_a_message(stage: Stage) -> None:
    stage.ai.will(says("A narrow inlet."))
    await stage.ann.runs("/chat", message="What is a fjord?")
    answer = await stage.bo.sees_final("A narrow inlet.")

    assert answer.buttons == ("Regenerate", "Delete")
    assert stage.words[-1] == ("user", "What is a fjord?")


async def test_the_latest_question_is_answered_again(stage: Stage) -> None:
    stage.ai.will(says("Heads."), says("Tails."))
    await stage.ann.says("Toss a coin.", mention=True)
    await stage.ann.sees_final("Heads.")
    await stage.ann.runs("/retry")
    await stage.ann.sees_final("Tails.")

    assert [one for one in stage.answers() if "Heads." in one.text] == []


async def test_a_model_is_offered_while_its_name_is_typed(stage: Stage) -> None:
    assert any("talks" in name for name in await stage.ann.completes("/chat", "model", "tal"))
    assert await stage.ann.completes("/chat", "model", "nothing like it") == []


async def test_a_persona_is_written_in_a_window_of_its_own(stage: Stage) -> None:
    await stage.mod.runs("/persona set")
    await stage.mod.fills(text=PIRATE)
    await stage.mod.sees("I follow the new persona")
    await stage.mod.runs("/persona show")
    await stage.mod.sees(PIRATE)


async def test_instructions_hold_for_one_answer_and_are_the_word_of_who_asks(stage: Stage) -> None:
    stage.ai.will(says("The fjord, oh ford."), says("A narrow inlet."))
    await stage.ann.runs("/chat", message="What is a fjord?", instructions="Answer in rhyme.")
    await stage.ann.sees_final("The fjord, oh ford.")
    rhymed = stage.words
    await stage.ann.says("And without rhyme?", mention=True)
    await stage.ann.sees_final("A narrow inlet.")

    assert [role for role, text in rhymed if "Answer in rhyme." in text] == ["user"]
    assert rhymed[-1][1].startswith("What is a fjord?")
    assert "Answer in rhyme." not in str(stage.words)
