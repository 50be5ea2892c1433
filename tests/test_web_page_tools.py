"""On the page, too, tools say what they do, and ask before words leave."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser import BRISK, house
from tests.rig import PNG
from tests.test_inspecting import SETTINGS
from tests.wire.answers import fails
from tests.wire.openai import asks
from tests.wire.server import serving

browser = pytest.mark.browser


@browser
async def test_a_tool_is_named_under_the_answer_that_used_it(tmp_path: Path) -> None:
    async with house(tmp_path, BRISK) as home:
        ann = await home.visitor()
        answer = await ann.ask("What is 6 * 7?", 1)
        await expect(answer).to_contain_text("says: 42")
        await expect(answer).to_contain_text("Used: calculate")


@browser
async def test_what_was_said_before_a_question_stands_once_and_is_not_being_written(tmp_path: Path) -> None:
    page = '{"address": "https://nobody.invalid/%s"}'
    async with serving() as ai:
        ai.will(fails(401), asks("Let me see.", ("c1", "fetch_page", [page % "a"])))
        ai.will(asks("", ("c2", "fetch_page", [page % "b"])))
        async with house(tmp_path, SETTINGS.format(url=ai.url)) as home:
            ann = await home.visitor()
            await ann.enter("What is there?")
            answer = ann.page.locator(".entry.assistant")
            for _ in range(2):
                await expect(answer.locator(".notice")).to_have_count(1)
                await expect(answer.locator(".notice")).to_contain_text("May I?")
                await expect(answer.get_by_text("Let me see.")).to_have_count(1)
                await expect(answer).not_to_have_class(re.compile("writing"))
                await ann.page.reload()


@browser
async def test_who_asked_says_with_a_button_whether_words_may_leave(tmp_path: Path) -> None:
    picture = tmp_path / "notes.png"
    picture.write_bytes(PNG)
    async with house(tmp_path, BRISK) as home:
        ann = await home.visitor()
        await ann.page.locator("#files").set_input_files(picture)
        await ann.page.fill("#text", "Please read https://nobody.invalid/page")
        await ann.page.keyboard.press("Enter")
        answer = ann.page.locator(".entry.assistant").last
        await expect(answer).to_contain_text("May I?")
        await expect(answer.get_by_role("button", name="Allow")).to_be_visible()
        await ann.page.screenshot(path=str(tmp_path / "asks.png"))
        await answer.get_by_role("button", name="Don't").click()
        await expect(answer).to_contain_text("That did not work")
        await expect(answer.get_by_role("button", name="Allow")).to_have_count(0)
