"""The operator's page in Chromium: tables by keyboard, links that lead back, a chart with its table."""

from pathlib import Path

import httpx
import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import INSTANT, House, Visitor, house
from tests.process import TOKEN
from tests.test_web_page_looks import nameless

browser = pytest.mark.browser
CANARY = "canary-9902"
LISTED = f"""{INSTANT}
[moderation]
words = ["badger"]
"""
SECTIONS = (
    "",
    "rooms",
    "runs",
    "spending",
    "budgets",
    "providers",
    "models",
    "audit",
    "moderation",
    "personas",
)


async def talk(http: httpx.AsyncClient) -> None:
    """What an operator has to look after."""
    mod = {"as": "moderator:mo"}
    for text in ("You are a pirate. You sing.", "You are a pirate. You dance."):
        order = {"options": {"text": text}, **mod}
        await http.post("/api/rooms/garden/commands/persona/set", json=order)
    await http.post(
        "/api/rooms/garden/commands/moderation/policy", json={"options": {"mode": "filter"}, **mod}
    )
    await http.post("/api/rooms/mods/commands/moderation/alerts", json={"options": {}, **mod})
    for room, who, text in (
        ("general", "ann", CANARY),
        ("garden", "bo", "a badger"),
        ("garden", "ann", "tea?"),
    ):
        said = {"text": text, "as": f"member:{who}"}
        run = (await http.post(f"/api/rooms/{room}/messages", json=said)).json()["run_id"]
        while (await http.get(f"/api/runs/{run}?as=moderator:mo")).json()["ended_at"] is None:
            pass


async def sit_down(home: House, *, width: int = 1280, dark: bool = False) -> Visitor:
    """An operator who has typed the token."""
    context = await home.browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme="dark" if dark else "light",
        has_touch=width < 600,
    )
    visitor = Visitor(await context.new_page())
    home.visitors.append(visitor)
    await visitor.page.goto(f"{home.program.url}/admin")
    await visitor.page.get_by_label("Token").fill(TOKEN)
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator(".tiles li")).to_have_count(6)
    return visitor


async def shown(page: Page, section: str) -> Locator:
    """Go to a section: its rows."""
    await page.goto(f"{page.url.partition('/admin')[0]}/admin/{section}".rstrip("/"))
    await expect(page.locator('#content[aria-busy="false"]')).to_have_count(1)
    return page.locator("tbody tr")


@browser
async def test_tables_are_sorted_filtered_and_linked_and_decide(tmp_path: Path) -> None:
    async with house(tmp_path, LISTED) as home, home.program.api() as http:
        await talk(http)
        desk = await sit_down(home)
        page = desk.page
        rows = await shown(page, "runs")
        await expect(rows).to_have_count(4)
        await page.locator("#sort-person").press("Enter")
        await expect(page.locator('th[aria-sort="ascending"]')).to_contain_text("Asked by")
        await expect(page.locator("#sort-person")).to_be_focused()
        await page.locator("#sort-person").press("Enter")
        await expect(page.locator('th[aria-sort="descending"]')).to_have_count(1)
        await page.get_by_label("Filter").fill("ann")
        await page.keyboard.press("Enter")
        await expect(rows).to_have_count(2)
        assert "sort=-person" in page.url
        assert "filter=ann" in page.url
        await page.reload()
        await expect(rows).to_have_count(2)
        await page.go_back()
        await expect(rows).to_have_count(4)

        await rows.filter(has_text="general").locator(".link").click()
        dialog = page.get_by_role("dialog", name="How was this made?")
        await expect(dialog.locator(".steps li").first).to_contain_text("tame/parrot")
        assert CANARY not in await page.content()
        await dialog.get_by_role("button", name="Show the words").click()
        await expect(dialog).to_contain_text(CANARY)
        await page.keyboard.press("Escape")

        await decide(page)


async def decide(page: Page) -> None:
    """What is to be done is done, and stands in the audit."""
    rows = await shown(page, "moderation?state=open")
    await rows.get_by_role("button", name="Dismiss").click()
    await expect(rows).to_have_count(0)
    rows = await shown(page, "audit?act=read_private")
    await expect(rows).to_contain_text("operator's page")
    await (await shown(page, "personas")).locator(".link").click()
    await expect(page.locator(".versions .added").first).to_contain_text("You dance.")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("Token")).to_be_focused()


@browser
async def test_on_a_phone_in_the_dark_every_section_fits_and_a_chart_has_its_table(tmp_path: Path) -> None:
    async with house(tmp_path, LISTED) as home, home.program.api() as http:
        await talk(http)
        page = (await sit_down(home, width=390, dark=True)).page
        for section in SECTIONS:
            await shown(page, section)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), section
            assert await nameless(page.locator("button:visible, a:visible, input:visible")) == [], section
            assert CANARY not in await page.content()
        rows = await shown(page, "spending?by=day")
        chart = page.get_by_role("img", name="Spent in the last 30 days")
        await expect(chart.locator("g[data-day]")).to_have_count(30)
        await expect(chart.locator("rect")).to_have_count(1)
        await expect(rows).to_have_count(1)
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(22, 26, 24)"
