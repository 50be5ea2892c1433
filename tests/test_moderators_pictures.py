"""The panels that `docs/moderators.md` shows are on the page.

With PARLEY_PICTURES=1 their pictures are taken anew; without, they are there, and small.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Locator, expect

from tests.browser import Visitor, house
from tests.wire.answers import says
from tests.wire.openai import asks
from tests.wire.server import serving

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
TAKEN = os.environ.get("PARLEY_PICTURES") == "1"
"""Read at import: every test's environment is cleaned."""
LARGEST = 60_000
"""Bytes of a picture."""
COLOURS = 64

WIDTH = 760

HOURS: FilePayload = {
    "name": "opening-hours.txt",
    "mimeType": "text/plain",
    "buffer": b"The library is open today from nine to four.",
}
SETTINGS = """
[providers.lab]
kind = "openai"
base_url = "{url}"
default_model = "talks"
free = true
"""
SUM = ("c1", "calculate", ('{"formula": "16 - 9"}',))
CARDS = (
    ("/persona history", "the newest first", "persona-history"),
    ("/persona diff", "from version 1", "persona-diff"),
    ("/knowledge list", "opening-hours.txt", "knowledge"),
    ("/budget set of=person dollars=0.10 per=day", "each person", ""),
    ("/budget show", "day", "budget"),
    ("/usage", "You used", "usage"),
    ("/moderation policy mode=filter", "held back here", ""),
    ("/moderation words add=badger", "1 line", ""),
    ("/moderation show", "oderation", "moderation"),
    ("/access block who=eve for=2h", "is blocked", ""),
    ("/access show", "This server", "access"),
    ("/audit", "Who changed what here", "audit"),
)
"""Commands, words of their cards, and the names of the pictures of those that are shown."""


async def shot(panel: Locator, name: str) -> None:
    """The panel is there; its picture is taken when pictures are wanted, and is there otherwise."""
    await expect(panel).to_be_visible()
    file = PICTURES / f"{name}.png"
    if TAKEN:
        await panel.page.evaluate("document.fonts.ready")
        data = await panel.screenshot(animations="disabled", caret="hide")
        with Image.open(io.BytesIO(data)) as taken:
            few = taken.convert("RGB").quantize(COLOURS)
        file.parent.mkdir(exist_ok=True)
        few.save(file, optimize=True)
    assert file.stat().st_size <= LARGEST


@pytest.mark.browser
async def test_every_panel_that_moderators_are_shown_is_there(tmp_path: Path) -> None:
    async with serving() as ai, house(tmp_path, SETTINGS.format(url=ai.url)) as home:
        ai.will(asks("", SUM), says("We open at nine [1], so there are 7 hours left until four."))
        mod = await home.visitor(width=WIDTH)
        await mod.page.set_viewport_size({"width": WIDTH, "height": 620})
        await mod.act_as("Moderator", "Mo")
        await chosen(mod)
        await said(mod)
        await mod.page.set_viewport_size({"width": WIDTH, "height": 1000})
        await shown(mod)
        await alerted(mod)


async def chosen(mod: Visitor) -> None:
    """The palette, the cards, and the window of the persona."""
    await mod.text.fill("/persona")
    await expect(mod.page.locator(".palette .option").first).to_be_visible()
    await shot(mod.page.locator("body"), "command-palette")
    await mod.text.fill("")
    await mod.enter("/persona gallery")
    gallery = mod.page.get_by_role("dialog", name="Ready-made personas")
    await expect(gallery.locator(".gallery > li").first).to_be_visible()
    await shot(gallery, "gallery")
    await mod.page.keyboard.press("Escape")
    await mod.enter("/persona set You are the librarian of this town.")
    await expect(mod.cards).to_have_count(1)
    await mod.enter("/persona set You are the friendly librarian of this town. You answer briefly.")
    await expect(mod.cards).to_have_count(2)
    await mod.enter("/persona set")
    await shot(mod.page.locator("dialog[open]"), "persona")
    await mod.page.keyboard.press("Escape")


async def said(mod: Visitor) -> None:
    """A file, a question that it answers, and how that was made."""
    await mod.page.locator("input[type=file]").first.set_input_files([HOURS])
    await mod.enter("/knowledge add")
    await expect(mod.answers.last).to_contain_text("now: 1 piece")
    answer = await mod.ask("How long are you open today?", 2)
    await expect(answer).to_contain_text("opening-hours.txt")
    await shot(mod.page.locator("body"), "room")
    await answer.hover()
    await answer.get_by_role("button", name="How was this made?").click()
    dialog = mod.page.get_by_role("dialog", name="How was this made?")
    await expect(dialog.locator(".steps > li").first).to_be_visible()
    await shot(dialog, "how-was-this-made")
    await mod.page.keyboard.press("Escape")


async def shown(mod: Visitor) -> None:
    """What commands answer."""
    for number, (command, words, name) in enumerate(CARDS, 3):
        await mod.enter(command)
        await expect(mod.cards).to_have_count(number)
        await expect(mod.cards.last).to_contain_text(words)
        if name:
            await shot(mod.cards.last, name)


async def alerted(mod: Visitor) -> None:
    """What moderators are told when something is held back."""
    await mod.enter("/moderation alerts")
    await expect(mod.cards).to_have_count(3 + len(CARDS))
    await mod.enter("What does a badger eat?")
    alert = mod.page.locator(".entry", has_text="I held back what").last
    await expect(alert.get_by_role("button", name="Dismiss")).to_be_visible()
    await shot(alert, "alert")
