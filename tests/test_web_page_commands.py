"""Commands on the web page: typed with their options, asked for in a form, refused under the right field."""

from pathlib import Path

from playwright.async_api import Locator, expect

from tests.browser import house
from tests.test_web_page_pictures import SHOP, browser, form_of, option, painted


def problem(form: Locator, name: str) -> Locator:
    """What is said under an option."""
    return form.locator(f'.field:has(> span > b:text-is("{name}")) > .problem')


@browser
async def test_a_value_that_cannot_be_is_refused_under_its_field_until_it_changes(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ann = await home.visitor()
        form = await form_of(ann, "/style set ")
        await option(form, "temperature").fill("9")
        await form.get_by_role("button", name="Run").click()

        await expect(problem(form, "temperature")).to_contain_text("between 0 and 2")
        await expect(option(form, "temperature")).to_be_focused()
        await option(form, "temperature").fill("0.4")
        await expect(problem(form, "temperature")).to_have_text("")


@browser
async def test_a_typed_line_that_is_refused_becomes_a_form_that_says_why(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("/model set nonsense")

        form = ann.page.locator(".command-form")
        await expect(problem(form, "model")).to_contain_text("There is no model nonsense here.")
        await expect(problem(form, "model").locator("code").first).to_have_text("nonsense")
        await expect(option(form, "model")).to_have_value("nonsense")
        await ann.enter("/model show")
        await expect(form).to_have_count(0)


@browser
async def test_options_are_typed_by_name_in_any_place(tmp_path: Path) -> None:
    """What has no such name is the text, as it was typed."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        answer = await ann.ask('/imagine count=2 a dot, x=3 size="256 x 128" seed=7', 1)

        pictures = await painted(answer, 2)
        await expect(pictures.first).to_have_js_property("naturalWidth", 256)
        await expect(answer).to_contain_text("seed 7")
        await expect(ann.questions.first).to_contain_text("a dot, x=3")
        await expect(ann.questions.first).not_to_contain_text("seed")

        answer = await ann.ask('/imagine prompt: a "dot: seed: 3" at 9:00 size: “256 x 128” seed: 8', 2)
        await expect((await painted(answer, 1)).first).to_have_js_property("naturalWidth", 256)
        await expect(answer).to_contain_text("seed 8")
        await expect(ann.questions.last).to_contain_text('a "dot: seed: 3" at 9:00')


@browser
async def test_walking_through_a_form_by_keyboard_chooses_nothing(tmp_path: Path) -> None:
    """A suggestion is taken by Tab when somebody typed, and never for other words than stand there."""
    async with house(tmp_path, SHOP) as home:
        ann = await home.visitor()
        form = await form_of(ann, "/imagine ")
        model, suggestions = option(form, "model"), form.get_by_role("option")
        await option(form, "prompt").press("Tab")
        await expect(suggestions.first).to_be_visible()
        await model.press("Tab")
        await expect(model).to_have_value("")

        await model.fill("tame")
        await expect(suggestions.first).to_contain_text("tame/painter")
        await expect(suggestions.first).to_have_attribute("aria-selected", "true")
        await model.fill("shop/oils")
        await model.press("Tab")
        await expect(model).to_have_value("shop/oils")


@browser
async def test_what_is_said_after_a_command_stands_below_its_result(tmp_path: Path) -> None:
    """Also where the room was empty."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("/model show")
        await expect(ann.cards).to_have_count(1)
        await ann.ask("Hello!", 1)

        everything = ann.page.locator(".card, .entry")
        await expect(everything).to_have_count(3)
        await expect(everything.first).to_contain_text("/model show")
