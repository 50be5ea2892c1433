"""Two thumbs stand under every answer, and say what one thinks of it."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import house

browser = pytest.mark.browser


def thumb(answer: Locator, name: str) -> Locator:
    return answer.get_by_role("button", name=name)


@browser
async def test_a_thumb_is_pressed_changed_and_let_go_and_is_known_again(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.act_as("Member", "ann")
        answer = await ann.ask("What is a fjord?", 1)
        good, bad = thumb(answer, "Good answer"), thumb(answer, "Bad answer")
        await answer.hover()
        await expect(good).to_have_attribute("aria-pressed", "false")
        await good.click()
        await expect(good).to_have_attribute("aria-pressed", "true")
        await expect(good).to_be_focused()
        await bad.click()
        await expect(bad).to_have_attribute("aria-pressed", "true")
        await expect(good).to_have_attribute("aria-pressed", "false")

        again = (await home.second_tab(ann)).answers.first
        await expect(thumb(again, "Bad answer")).to_have_attribute("aria-pressed", "true")
        await ann.page.bring_to_front()  # a tab behind another draws but once a second
        await good.click()  # each tab sees what is pressed and let go in another
        await expect(thumb(again, "Good answer")).to_have_attribute("aria-pressed", "true")
        await good.click()
        await expect(thumb(again, "Good answer")).to_have_attribute("aria-pressed", "false")
        await bad.click()
        await expect(thumb(again, "Bad answer")).to_have_attribute("aria-pressed", "true")
        await ann.act_as("Member", "bo")
        await expect(thumb(ann.answers.first, "Bad answer")).to_have_attribute("aria-pressed", "false")
        await ann.act_as("Member", "ann")
        await ann.answers.first.hover()
        await thumb(ann.answers.first, "Bad answer").click()
        await expect(thumb(ann.answers.first, "Bad answer")).to_have_attribute("aria-pressed", "false")
