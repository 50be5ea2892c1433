"""Links to messages on the page."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import INSTANT, House, house
from tests.test_web_page_rooms import in_small_pages
from tests.wire.answers import says
from tests.wire.server import serving

browser = pytest.mark.browser

LAB = """
[providers.lab]
kind = "openai"
base_url = "{url}"
default_model = "m"
free = true

[routes]
chat = ["lab/m"]
"""


async def fill(home: House, count: int) -> None:
    """Say so many short things, as fast as the room takes them."""
    async with home.program.api() as api:
        for number in range(count):
            said = await api.post("/api/rooms/general/messages", json={"text": f"Line {number}."})
            while said.status_code == 429:
                await asyncio.sleep(0.05)
                said = await api.post("/api/rooms/general/messages", json={"text": f"Line {number}."})
            said.raise_for_status()


@browser
async def test_a_link_in_a_summary_leads_to_its_message(tmp_path: Path) -> None:
    """However far up it is: earlier messages are fetched, and the one that is meant is marked."""
    async with house(tmp_path, INSTANT) as home:
        ann = await home.visitor()
        await ann.page.route("**/messages?*", in_small_pages)
        await ann.ask("Line of mine.", 1)
        await fill(home, 10)
        await expect(ann.answers).to_have_count(11)
        await ann.ask("/summarize 2h", 12)
        link = ann.answers.last.locator('a[href^="#general/"]').first
        await expect(link).to_be_visible()

        await ann.page.evaluate("() => { location.hash = 'general/1'; }")
        first = ann.page.locator('.entry[data-id="1"]')
        await expect(first).to_be_in_viewport()
        await expect(first).to_have_attribute("data-pointed", "")
        assert ann.page.url.endswith("/#general")
        other = await home.second_tab(ann, "general/3")
        await expect(other.page.locator('.entry[data-id="3"][data-pointed]')).to_be_in_viewport()
        await ann.page.bring_to_front()

        await link.click()
        marked = ann.page.locator(".entry[data-pointed]").last
        await expect(marked).to_be_in_viewport()
        assert ann.page.url.endswith("/#general")

        await ann.page.evaluate("() => { location.hash = 'general/99999'; }")
        await expect(ann.page.locator(".toast")).to_contain_text("gone")


@browser
async def test_a_room_begun_without_a_name_gets_a_title_after_its_first_answer(tmp_path: Path) -> None:
    """Everywhere on the page; the address stays."""
    async with house(tmp_path, INSTANT) as home:
        ann = await home.visitor()
        await ann.page.keyboard.press("Alt+n")
        await ann.page.keyboard.press("Enter")
        head = ann.page.locator("#room-name")
        await expect(head).to_have_text("room-2")

        await ann.ask("Tall ships of Bremen", 1)
        await expect(head).to_have_text("Tall ships of Bremen")
        await expect(ann.page.locator('#rooms [aria-current="page"]')).to_contain_text("Tall ships of Bremen")
        assert ann.page.url.endswith("#room-2")

        await ann.enter("/title Sails")
        await expect(head).to_have_text("Sails")


@browser
async def test_the_source_of_an_answer_leads_to_its_place_in_the_file(tmp_path: Path) -> None:
    async with serving() as ai, house(tmp_path, LAB.format(url=ai.url)) as home:
        ai.will(says("The red one [1]."))
        ann = await home.visitor()
        async with home.program.api() as http:
            data, files = (
                {"as": "moderator:mod"},
                {"files": ("mill.md", b"# Gates\n\nThe red lever opens them.")},
            )
            await http.post("/api/rooms/general/commands/knowledge/add", data=data, files=files)
        await expect(ann.answers).to_have_count(1)
        answer = await ann.ask("Which lever opens the gates?", 2)

        source = answer.locator(".notice")
        await expect(source).to_contain_text("[1] mill.md, “Gates”")
        async with ann.page.context.expect_page() as opened:
            await source.get_by_role("link", name="Gates").click()
        await expect((await opened.value).locator("body")).to_contain_text("The red lever opens them.")
