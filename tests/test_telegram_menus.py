"""Menus on Telegram: sub-commands, options and choices by buttons, for who gave the command."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.telegram.commands.menus import PAGE, Pick, mark, of_choices, picked
from bot.application import running
from bot.commands import Choice
from tests.platforms.people import DIRECT, NotOffered, Shown
from tests.telegram_commands import Stage, staged, there
from tests.wire.answers import says


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with there(tmp_path) as made:
        yield made


async def menu(stage: Stage, wanted: str, room: str = "general") -> Shown:
    """Wait for a menu with this button."""
    found: list[Shown] = []

    def there() -> bool:
        found[:] = [one for one in stage.ann.screen(room) if wanted in one.buttons]
        return bool(found)

    async with asyncio.timeout(60):
        await stage.telegram.clock.until(there)
    return found[-1]


async def test_a_bare_command_of_a_group_offers_its_commands(stage: Stage) -> None:
    await stage.mod.runs("/persona")
    shown = await menu(stage, "preset")
    assert shown.text == "Who I am in this room:\n/persona"
    assert shown.buttons[:3] == ("show", "set", "preset")
    assert shown.buttons[-1] == "Close"


async def test_a_preset_is_chosen_by_buttons_alone_and_the_menu_says_what_came_of_it(stage: Stage) -> None:
    await stage.mod.runs("/persona")
    first = await menu(stage, "preset")
    await stage.mod.presses("preset", first)
    await stage.mod.sees("/persona preset name=")
    presets = next(one for one in stage.mod.screen() if one.id == first.id)
    await stage.mod.presses(presets.buttons[0], presets)
    done = await stage.mod.sees("From now on I am the")
    assert (done.id, done.buttons) == (first.id, ())


async def test_what_does_not_fit_on_one_page_is_on_the_next(stage: Stage) -> None:
    await stage.mod.runs("/persona preset")
    first = await menu(stage, "2 ›")
    await stage.mod.presses("2 ›", first)
    await stage.telegram.was_asked("editMessageText")
    second = next(one for one in stage.mod.screen() if one.id == first.id)
    assert not set(second.buttons) & set(first.buttons[:PAGE])
    await stage.mod.presses(second.buttons[0], second)
    assert (await stage.mod.sees("From now on I am the")).id == first.id


async def test_a_style_that_says_nothing_is_chosen_from_what_there_is(stage: Stage) -> None:
    await stage.mod.runs("/style set")
    shown = await menu(stage, "factual")
    assert "Choose a purpose" in shown.text
    await stage.mod.presses("factual", shown)
    await stage.mod.sees("From now on I answer in this style")


async def test_a_model_is_chosen_and_asked_from_then_on(stage: Stage) -> None:
    stage.ai.will(says("Hello."))
    await stage.mod.runs("/model set")
    shown = await menu(stage, "Type it…")
    model = next(button for button in shown.buttons if "talks" in button)
    await stage.mod.presses(model, shown)
    await stage.mod.sees("From now on lab/talks answers here.")
    await stage.ann.says("Hello?", mention=True)
    await stage.ann.sees_final("Hello.")


async def test_what_a_bare_question_may_have_is_offered_beside_it(stage: Stage) -> None:
    stage.ai.will(says("Quick and good."))
    await stage.ann.runs("/chat")
    shown = await menu(stage, "Type it…")
    assert shown.text == "What would you like to say?\n/chat"
    assert shown.buttons == ("Type it…", "model", "style", "persona", "instructions", "Close")
    await stage.ann.presses("style", shown)
    choices = await menu(stage, "factual")
    await stage.ann.presses("factual", choices)
    carried = await menu(stage, "Type it…")
    assert carried.text.endswith('/chat style="factual"')
    await stage.ann.presses("Type it…", carried)
    await stage.ann.fills(message="How do I sort?")
    await stage.ann.sees_final("Quick and good.")
    assert "How do I sort?" in str(stage.asked[-1]["messages"])
    assert not any("Type it…" in one.buttons for one in stage.ann.screen())


async def test_a_persona_is_made_by_buttons_but_for_its_words(stage: Stage) -> None:
    await stage.mod.runs("/persona set")
    shown = await menu(stage, "Type it…")
    assert shown.text == "Who I should be:\n/persona set"
    assert shown.buttons == ("Type it…", "model", "style", "tools", "reason", "Close")
    await stage.mod.presses("style", shown)
    await stage.mod.presses("factual", await menu(stage, "factual"))
    await stage.mod.presses("tools", await menu(stage, "tools"))
    await stage.mod.presses("now", await menu(stage, "now"))
    more = await menu(stage, "✓ now")
    assert more.text.endswith('/persona set style="factual" tools="now,"')
    await stage.mod.presses("+ calculate", more)
    await stage.mod.presses("✓ now, calculate", await menu(stage, "✓ now, calculate"))
    await stage.mod.presses("Type it…", await menu(stage, "model"))
    await stage.mod.fills(text="You are kind.")
    done = await stage.mod.sees("I follow the new persona")
    assert "style factual, tools calculate, now" in done.text


async def test_a_persona_without_tools_is_chosen_at_once(stage: Stage) -> None:
    await stage.mod.runs("/persona set")
    await stage.mod.presses("tools", await menu(stage, "tools"))
    await stage.mod.presses("2 ›", await menu(stage, "2 ›"))
    await stage.mod.presses("none", await menu(stage, "none"))
    assert (await menu(stage, "model")).text.endswith('/persona set tools="none"')


async def test_a_member_who_chooses_what_only_moderators_may_is_told_so_in_a_window(stage: Stage) -> None:
    await stage.ann.runs("/persona")
    shown = await menu(stage, "clear")
    await stage.ann.presses("clear", shown)
    refused = await stage.ann.sees("Only moderators")
    assert refused.private
    assert stage.telegram.asked("answerCallbackQuery")[-1].params["show_alert"] is True


async def test_nobody_chooses_in_somebody_elses_menu(stage: Stage) -> None:
    await stage.mod.runs("/listen")
    shown = await menu(stage, "everyone")
    await stage.ann.presses("everyone", shown)
    assert (await stage.ann.sees("Somebody else gave this command")).private
    await stage.mod.presses("everyone", shown)
    await stage.mod.sees("From now on I answer every message")


async def test_a_menu_is_closed(stage: Stage) -> None:
    await stage.ann.runs("/persona", room=DIRECT)
    await stage.ann.presses("Close", await menu(stage, "Close", DIRECT))
    await stage.telegram.was_asked("deleteMessage")
    assert stage.said(DIRECT) == []


async def test_a_menu_works_after_a_restart(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with running(stage.settings):
            await stage.mod.runs("/listen")
            shown = await menu(stage, "everyone")
        async with running(stage.settings):
            await stage.mod.presses("everyone", shown)
            await stage.mod.sees("From now on I answer every message")


async def test_the_pages_of_a_list_are_turned_by_who_asked_for_it_after_a_restart_too(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with running(stage.settings):
            await stage.mod.runs("/persona gallery")
            shown = await menu(stage, "tutor")
        async with running(stage.settings):
            await stage.ann.presses("tutor", shown)
            assert (await stage.ann.sees("Somebody else gave this command")).private
            await stage.mod.presses("tutor", shown)
            tutor = await stage.mod.sees("You are a patient tutor")
            await stage.ann.presses("Be it in this room", tutor)
            assert (await stage.ann.sees("Only moderators")).private
            await stage.mod.presses("Be it in this room", tutor)
            await stage.ann.sees("From now on I am the tutor")


async def test_a_choice_that_is_gone_is_said_to_be(stage: Stage) -> None:
    await stage.mod.runs("/listen")
    shown = await menu(stage, "everyone")
    body = stage.telegram.chat().messages[int(shown.id.rpartition(":")[2])].body
    body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = f"m:c:{'0' * 16}"
    await stage.mod.presses("everyone", shown)
    await stage.mod.sees("This can't be chosen any more.")


async def test_a_command_that_says_enough_shows_no_menu(stage: Stage) -> None:
    stage.ai.will(says("Hello."))
    await stage.ann.runs("/chat", message="Hello?")
    await stage.ann.sees_final("Hello.")
    with pytest.raises(NotOffered):
        await stage.ann.presses("Type it…", (await stage.ann.sees("Hello.")))


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=60, unique=True))
def test_every_choice_is_on_one_page_and_its_button_is_small_and_its_own(values: list[str]) -> None:
    choices = [Choice(value, value) for value in values]
    pages = range(-(-len(choices) // PAGE))
    shown = [
        button
        for page in pages
        for row in of_choices("Which?", "/x", choices, page, closed=True).markup.inline_keyboard  # type: ignore[union-attr]  # a menu's
        for button in row
    ]
    data = [str(button.callback_data) for button in shown]
    chosen = [found for one in data if (found := picked(one)) and found.pick is Pick.CHOICE]
    assert max(len(one.encode()) for one in data) <= 64
    assert [one.what for one in chosen] == [mark(choice) for choice in choices]
    assert len({one.what for one in chosen}) == len(values)


@given(st.text())
def test_whatever_a_button_says_is_a_pick_or_nothing(data: str) -> None:
    picked(data)
    picked(f"m:{data}")


async def test_a_choice_that_is_pressed_twice_is_made_once(stage: Stage) -> None:
    stage.ai.will(says("One."), says("Two."))
    await stage.ann.says("/chat@parley_bot style= Count.")
    shown = await menu(stage, "factual")
    await asyncio.gather(stage.ann.presses("factual", shown), stage.ann.presses("factual", shown))
    await stage.ann.sees_final("One.")
    await stage.ann.says("Go on.", mention=True)
    await stage.ann.sees_final("Two.")
    assert "Go on." in str(stage.asked[-1]["messages"][-1])
    assert len(stage.asked) == 2


async def test_every_model_there_is_can_be_chosen_and_a_part_of_its_name_finds_it(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.ai.models = [{"id": f"vendor/{number:03}-{'x' * 70}"} for number in range(200)]
        async with running(stage.settings):
            await stage.mod.runs("/model set")
            shown = await menu(stage, "2 ›")
            await stage.mod.presses("‹ 26", shown)
            await menu(stage, "‹ 25")
            await stage.mod.runs("/model set", model="vendor/19")
            found = await stage.mod.sees("There is no model")
            await stage.mod.presses(found.buttons[3], found)
            await stage.mod.sees(f"From now on lab/vendor/193-{'x' * 70} answers here.")


async def test_what_came_of_a_choice_is_said_although_the_menu_is_gone(stage: Stage) -> None:
    await stage.mod.runs("/persona")
    shown = await menu(stage, "show")
    pressing = asyncio.create_task(stage.mod.presses("show", shown))
    await asyncio.sleep(0)
    await stage.mod.deletes(shown)
    await pressing
    await stage.mod.sees("This room has no persona of its own")
