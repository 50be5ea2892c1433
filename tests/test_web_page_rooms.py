"""Rooms and commands on the page: by keyboard, with typed options."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import house

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
