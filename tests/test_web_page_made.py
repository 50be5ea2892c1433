"""On the web page people see how an answer was made: who was asked, what was used, what it cost."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import House, Visitor, house
from tests.test_inspecting import SETTINGS, SUM
from tests.test_web_page_looks import nameless
from tests.wire.answers import fails, says
from tests.wire.openai import asks
from tests.wire.server import serving

browser = pytest.mark.browser
BOLD = "<b id=bold>**6**</b>"


@asynccontextmanager
async def made(folder: Path) -> AsyncIterator[House]:
    """A house in which the first model does not answer, and the second calculates: well, badly, at length."""
    wrong = json.dumps({"formula": BOLD})
    long = json.dumps({"formula": "+".join("1" * 300)})
    async with serving() as ai:
        calls = (("c1", "calculate", (SUM,)), ("c2", "calculate", (wrong,)), ("c3", "calculate", (long,)))
        ai.will(fails(401), asks("Let me see.", *calls), says("It is 42."))
        async with house(folder, SETTINGS.format(url=ai.url)) as home:
            yield home


async def how(visitor: Visitor, answer: Locator) -> Locator:
    """Open the dialog."""
    await answer.hover()
    await answer.get_by_role("button", name="How was this made?").click()
    return visitor.page.get_by_role("dialog", name="How was this made?")


@browser
async def test_an_answer_tells_its_models_tools_and_costs_in_order(tmp_path: Path) -> None:
    async with made(tmp_path) as home:
        ann = await home.visitor()
        dialog = await how(ann, await ann.ask("What is six by seven?", 1))

        steps = dialog.locator(".steps > li")
        await expect(steps).to_have_count(7)
        await expect(steps.nth(0)).to_contain_text("shaky/m did not take the key")
        await expect(steps.nth(1)).to_contain_text("lab/m answered")
        await expect(steps.nth(1)).to_contain_text("US$ 10.00 in, US$ 100.00 out a million")
        await expect(steps.nth(2)).to_contain_text(SUM)
        await expect(steps.nth(2)).to_contain_text("42")
        await expect(steps.nth(6)).to_contain_text("The answer was written")
        assert await nameless(dialog.locator("button:visible")) == []
        await ann.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)


@browser
async def test_what_tools_were_given_is_shown_as_it_is_and_folded_when_it_is_long(tmp_path: Path) -> None:
    async with made(tmp_path) as home:
        ann = await home.visitor()
        dialog = await how(ann, await ann.ask("What is six by seven?", 1))

        failed = dialog.locator(".steps > li").nth(3)
        await expect(failed).to_contain_text("calculate failed")
        await expect(failed).to_contain_text(BOLD)
        await expect(ann.page.locator("#bold")).to_have_count(0)
        long = dialog.locator(".steps > li").nth(4).locator("details").first
        await expect(long.locator("pre")).to_be_hidden()
        await long.locator("summary").click()
        await expect(long.locator("pre")).to_contain_text("1+1+1+1")


@browser
async def test_who_may_not_see_it_is_told_so(tmp_path: Path) -> None:
    async with made(tmp_path) as home:
        ann = await home.visitor()
        await ann.act_as("Moderator", "ann")
        answer = await ann.ask("What is six by seven?", 1)
        await ann.act_as("Member", "eve")
        dialog = await how(ann, answer)

        await expect(ann.page.locator(".toast")).to_contain_text(
            "Only moderators can see how an answer was made"
        )
        await expect(dialog).to_have_count(0)


@browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_it_fits_a_phone(tmp_path: Path, dark: bool) -> None:
    async with made(tmp_path) as home:
        ann = await home.visitor(width=390, dark=dark)
        await ann.text.fill("What is six by seven?")
        await ann.page.locator("#send").tap()
        await expect(ann.answers).to_have_count(1)
        dialog = await how(ann, ann.answers.first)
        await expect(dialog).to_be_visible()

        assert await dialog.evaluate("node => node.scrollWidth <= node.clientWidth")
        assert await dialog.evaluate("node => node.getBoundingClientRect().right <= 390")
