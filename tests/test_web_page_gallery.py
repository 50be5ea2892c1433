"""Ready-made personas as cards: for everybody to look at, for moderators to use."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.governance.personas import PRESETS
from tests.browser import house

browser = pytest.mark.browser


@browser
async def test_a_moderator_picks_a_card_with_the_keyboard(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("/persona gallery")
        gallery = ann.page.get_by_role("dialog", name="Ready-made personas")
        await expect(gallery.locator(".gallery > li")).to_have_count(len(PRESETS))
        card = gallery.locator("li", has_text="translator")
        await expect(card).to_contain_text("Brings the style factual, no tools")
        await card.get_by_role("button", name="Use in this room").focus()
        await ann.page.keyboard.press("Enter")
        await expect(gallery).to_have_count(0)
        await expect(ann.cards.last).to_contain_text("From now on I am the translator")
        await expect(ann.page.locator(".hint.persona")).to_contain_text("translator")

        await ann.enter("/persona gallery name=tutor")
        shown = ann.cards.last
        await expect(shown).to_contain_text("You are a patient tutor")
        await shown.get_by_role("button", name="‹ All of them").click()
        await expect(shown).to_contain_text("Whom I can be in this room")
        await expect(ann.cards).to_have_count(2)
        await shown.get_by_role("button", name="chef").click()
        await shown.get_by_role("button", name="Be it in this room").click()
        await expect(ann.cards.last).to_contain_text("From now on I am the chef")


@browser
async def test_a_member_looks_at_the_cards_on_a_phone_at_night(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ann = await home.visitor(width=360, dark=True)
        await ann.act_as("Member", "ann")
        await ann.page.locator(".hint.persona").click()
        gallery = ann.page.get_by_role("dialog", name="Ready-made personas")
        await expect(gallery).to_contain_text("Moderators can let this room be one of them.")
        await expect(gallery.get_by_role("button", name="Use in this room")).to_have_count(0)
        fits = "dialog => dialog.scrollWidth <= dialog.clientWidth"
        assert await gallery.evaluate(fits)
        await ann.page.keyboard.press("Escape")
        await expect(gallery).to_have_count(0)
