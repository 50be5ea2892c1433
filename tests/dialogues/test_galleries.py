"""Ready-made personas, looked at and taken by buttons alone; lists whose pages are turned."""

from tests.dialogues.stage import Stage
from tests.dialogues.test_knowledge import plain
from tests.listening import until


async def test_a_persona_is_looked_at_and_taken_from_the_gallery_by_buttons(stage: Stage) -> None:
    await stage.mod.runs("/persona gallery")
    shown = await stage.mod.sees("Whom I can be in this room")
    assert {"tutor", "chef"} <= set(shown.buttons)
    await stage.mod.presses("tutor", shown)
    tutor = await stage.mod.sees("You are a patient tutor")
    assert (tutor.id, tutor.buttons) == (shown.id, ("Be it in this room", "‹ All of them"))
    await stage.mod.presses("‹ All of them", tutor)
    again = await stage.mod.sees("Whom I can be in this room")
    await stage.mod.presses("chef", again)
    await stage.mod.presses("Be it in this room", await stage.mod.sees("You are a cheerful chef"))
    await stage.mod.sees("From now on I am the chef")
    assert "You are a cheerful chef" in (await stage.mod.sees("You are a cheerful chef")).text

    await stage.ann.runs("/persona gallery", name="haiku")
    await stage.ann.presses("Be it in this room", await stage.ann.sees("exactly one haiku"))
    await stage.ann.sees("Only moderators")
    await stage.ann.runs("/persona show")
    assert "cheerful chef" in plain((await stage.ann.sees("(set by")).text)


async def test_a_list_shows_its_other_pages_in_its_place(stage: Stage) -> None:
    words = [f"word{number}x" for number in range(45)]
    await stage.mod.runs("/moderation words", add=", ".join(words))
    await stage.mod.sees("list has 45 lines")
    await stage.mod.runs("/moderation words")
    first = await stage.mod.sees("Not to be said here")
    assert first.buttons == ("2 ›",)
    await stage.mod.presses("2 ›", first)
    second = await stage.mod.sees("Page 2 of 3")
    assert (second.id, second.buttons) == (first.id, ("‹ 1", "3 ›"))
    await stage.mod.presses("3 ›", second)
    third = await stage.mod.sees("Page 3 of 3")
    assert "word44x" in third.text
    await until(lambda: not any("Page 2 of 3" in one.text for one in stage.mod.screen()))
