"""Rooms and commands on the page: by keyboard, with typed options."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from bot.messages import Actor, ChannelKey, Person
from tests.browser import house
from tests.rig import Glass, rig

browser = pytest.mark.browser


@browser
async def test_new_divides_the_room_and_dims_what_was(tmp_path: Path) -> None:
    """The old messages stay readable above the line."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("Hello!", 1)

        await ann.enter("/new")

        await expect(ann.page.locator(".division")).to_contain_text("New conversation")
        await expect(ann.questions.first).to_have_class(re.compile(r"\bpast\b"))
        await ann.ask("Hello again!", 2)
        await expect(ann.questions.nth(1)).not_to_have_class(re.compile(r"\bpast\b"))


@browser
async def test_the_palette_completes_and_asks_for_options(tmp_path: Path) -> None:
    """Slash, arrows, Tab and a form with one field per option; an empty needed field is told beside it."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.text.press_sequentially("/imag")
        await expect(ann.page.locator(".palette .option")).to_have_count(1)

        await ann.text.press("Tab")
        await expect(ann.text).to_have_value("/imagine ")
        await ann.text.press("Tab")

        form = ann.page.locator(".command-form")
        await expect(form.locator(".field").first).to_be_visible()
        await form.get_by_role("button", name="Run").click()
        await expect(form.locator(".problem").first).to_contain_text("needed")
        await form.locator("input").first.fill("a red balloon")
        await form.locator("input").first.press("Enter")
        await expect(ann.answers.first.locator(".thumb")).to_be_visible()


@browser
async def test_a_long_option_opens_a_window_with_its_present_value(tmp_path: Path) -> None:
    """`/persona set` shows what holds now, to be edited."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("/persona set You are a lighthouse keeper of few words.")
        await expect(ann.cards).to_have_count(1)

        await ann.enter("/persona set")

        window = ann.page.locator("dialog[open]")
        await expect(window.locator("textarea")).to_have_value("You are a lighthouse keeper of few words.")
        await window.locator("textarea").fill("You are a lighthouse keeper who sings.")
        await window.get_by_role("button", name="Run").click()
        await expect(window).to_have_count(0)
        await expect(ann.page.locator(".hint.persona")).to_contain_text("sings")


@browser
async def test_rooms_are_created_and_switched_by_keyboard(tmp_path: Path) -> None:
    """Each room has its own messages and its own draft."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("Hello, general!", 1)
        await ann.text.fill("a draft for general")
        await ann.page.keyboard.press("Alt+n")
        await ann.page.keyboard.type("Harbour Master")
        await ann.page.keyboard.press("Enter")
        await expect(ann.page.locator("#room-name")).to_have_text("harbour-master")
        await expect(ann.page.locator(".welcome")).to_be_visible()
        await expect(ann.text).to_have_value("")

        await ann.page.keyboard.press("Alt+ArrowUp")

        await expect(ann.page.locator("#room-name")).to_have_text("general")
        await expect(ann.questions).to_have_count(1)
        await expect(ann.text).to_have_value("a draft for general")


async def talked(data: Path, room: str, count: int) -> None:
    """Have so much said in a room before the program starts: its paces are for people."""
    guest = Actor(Person("web:guest", "Guest"))
    async with rig(data, outlets={"web": Glass()}) as past:
        for number in range(count):
            past.one.says("And why?\n\n" * 5)
            await past.ask(f"Line {number}.", guest, ChannelKey("web", "parley", "home", room))


async def in_small_pages(route: Route) -> None:
    """A room of 110 messages has as many pages as one of 600."""
    await route.continue_(url=route.request.url.replace("limit=100", "limit=20"))


SHIFT = """async () => {
    const first = () => document.querySelector(".entry");
    const frame = () => new Promise(requestAnimationFrame);
    const read = first();
    document.querySelector("#scroller").scrollTop = 0;
    const before = read.getBoundingClientRect().bottom;
    while (first() === read) await frame();
    await frame();
    return Math.abs(read.getBoundingClientRect().bottom - before);
}"""
"""Scroll to the top, wait for earlier messages: how far the end of what stood there has moved.

Its beginning may move: a head folds into the message above, a question that came in is quoted no more.
"""


@browser
async def test_earlier_messages_come_when_one_scrolls_up_to_them(tmp_path: Path) -> None:
    """A long room opens at its end; what one reads stays in place when earlier messages come in above it."""
    await talked(tmp_path / "data", "long", 55)  # the last page is no full one
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.page.route("**/messages?*", in_small_pages)
        await ann.page.evaluate("() => { location.hash = 'long'; }")
        entries = ann.page.locator(".entry")
        await expect(entries.last).to_be_in_viewport()
        assert await entries.count() < 110

        while await ann.page.locator(".earlier").count():
            assert await ann.page.evaluate(SHIFT) < 10  # less than half a line

        await expect(entries).to_have_count(110)
        await expect(entries.first).to_contain_text("Line 0.")
        shown = await entries.evaluate_all("nodes => nodes.map((node) => Number(node.dataset.id))")
        assert shown == sorted(set(shown))


@browser
async def test_a_persona_set_in_one_tab_shows_in_the_head_of_the_other(tmp_path: Path) -> None:
    """Nobody has to look at the other tab for it."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("Hello!", 1)
        other = await home.second_tab(ann)
        await expect(other.page.locator(".hint.persona")).not_to_contain_text("pirate", ignore_case=True)
        await ann.page.bring_to_front()

        await ann.enter("/persona preset pirate")

        await expect(other.page.locator(".hint.persona")).to_contain_text("pirate", ignore_case=True)


@browser
async def test_a_question_that_was_a_command_says_which(tmp_path: Path) -> None:
    """A picture's prompt is no sentence that somebody said."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("/imagine a red balloon", 1)
        await ann.ask("A red balloon!", 2)

        await expect(ann.questions.nth(0).locator(".command")).to_be_visible()
        await expect(ann.questions.nth(0).locator(".command")).to_have_text("/imagine")
        await expect(ann.questions.nth(1).locator(".command")).to_be_hidden()
