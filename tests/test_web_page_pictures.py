"""Pictures on the web page: ordered with what their model takes, looked at, varied, enlarged."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Locator, expect

from tests.browser import INSTANT, Visitor, house
from tests.test_web_page_looks import faint, nameless

browser = pytest.mark.browser

SHOP = f"""{INSTANT}
[providers.shop]
kind = "openai"
base_url = "http://127.0.0.1:9/v1"
image_model = "oils"

[models."shop/oils"]
takes = ["steps", "guidance", "negative"]
"""
NOBODY_PAINTS = SHOP.replace('image = ["tame/painter"]', 'image = ["shop/oils"]')
BORROWED_EYES = f"""{INSTANT.replace('vision = ["tame/parrot"]', 'vision = ["eyes/parrot"]')}
[models."tame/parrot"]
vision = false

[providers.eyes]
kind = "offline"
pace = 0
"""

RECORD_VERBS = """() => {
    window.meanwhile = new Set();
    new MutationObserver(() => {
        const entry = document.querySelector(".entry.assistant.writing");
        const buttons = entry?.querySelectorAll(".tools [data-verb]") ?? [];
        for (const node of buttons) window.meanwhile.add(node.dataset.verb);
    }).observe(document.querySelector("#log"), { childList: true, subtree: true, attributes: true });
}"""


async def form_of(visitor: Visitor, line: str) -> Locator:
    """A command's options, beside the composer."""
    await visitor.text.fill(line)
    await visitor.text.press("Tab")
    form = visitor.page.locator(".command-form")
    await expect(form).to_be_visible()
    return form


def option(form: Locator, name: str) -> Locator:
    """Where an option is typed."""
    return form.locator(f'.field:has(> span > b:text-is("{name}")) > input')


async def painted(answer: Locator, count: int = 1) -> Locator:
    """The pictures of an answer, loaded."""
    pictures = answer.locator(".thumb img")
    await expect(pictures).to_have_count(count)
    for at in range(count):
        await expect(pictures.nth(at)).not_to_have_js_property("naturalWidth", 0)
    return pictures


async def box(node: Locator) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    found = await node.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@browser
async def test_the_form_offers_what_the_chosen_model_takes(tmp_path: Path) -> None:
    """Another model, other fields; a painter is completed; what is no number is told beside its field."""
    async with house(tmp_path, SHOP) as home:
        ann = await home.visitor()
        form = await form_of(ann, "/imagine ")
        names = form.locator(".field:visible > span > b")
        await expect(names).to_have_text(["prompt", "model", "count", "size", "seed"])

        model = option(form, "model")
        await model.fill("shop")
        suggestion = form.get_by_role("option", name="shop/oils")
        await expect(suggestion).to_contain_text("paints")
        await suggestion.click()
        await expect(model).to_have_value("shop/oils")
        await expect(names).to_have_text(["prompt", "model", "steps", "guidance", "negative"])

        steps = option(form, "steps")
        await expect(steps).to_have_attribute("type", "number")
        await expect(steps).to_have_attribute("max", "150")
        await option(form, "prompt").fill("a cat")
        await steps.press("e")
        await form.get_by_role("button", name="Run").click()
        await expect(form.locator(".problem:visible")).to_have_text("This is not a number.")
        await model.fill("tame/painter")
        await model.press("Tab")
        await expect(names).to_have_text(["prompt", "model", "count", "size", "seed"])
        await option(form, "seed").fill("7")
        await option(form, "size").fill("256x128")
        await form.get_by_role("button", name="Run").click()

        pictures = await painted(ann.answers.first)
        await expect(pictures).to_have_js_property("naturalWidth", 256)
        await expect(ann.answers.first).to_contain_text("seed 7")


@browser
async def test_a_picture_is_painted_again_varied_and_enlarged_by_its_buttons(tmp_path: Path) -> None:
    """Again stays in its place; Vary and Enlarge stand beside it; all of them can be reached by keyboard."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        answer = await ann.ask("/imagine a red balloon", 1)
        picture = await painted(answer)
        first = await picture.get_attribute("src")
        await expect(picture).to_have_attribute("alt", "a red balloon")
        assert (await box(picture))[3] <= (await box(answer.locator(".body")))[1], "the caption stands below"
        await ann.page.evaluate(RECORD_VERBS)

        await answer.get_by_role("button", name="Again").press("Enter")
        await expect(picture).not_to_have_attribute("src", str(first))
        again = await picture.get_attribute("src")
        assert set(await ann.page.evaluate("() => [...meanwhile]")) <= {"stop"}

        await answer.get_by_role("button", name="Enlarge").press("Enter")
        await expect(ann.answers).to_have_count(2)
        larger = await painted(ann.answers.nth(1))
        await expect(larger).to_have_js_property("naturalWidth", 2048)
        await expect(ann.answers.nth(1).get_by_role("button", name="Enlarge")).to_have_count(0)

        vary = answer.get_by_role("button", name="Vary")
        await vary.press("Enter")
        await expect(ann.answers).to_have_count(3)
        await expect(vary).to_be_focused()
        varied = await painted(ann.answers.nth(2))
        assert await varied.get_attribute("src") not in (first, again)
        await expect(ann.questions.nth(2).locator(".command")).to_have_text("/imagine")
        await expect(ann.page.locator("#newest")).to_be_hidden()

        await ann.answers.nth(2).get_by_role("button", name="Delete").click()
        await ann.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(ann.answers).to_have_count(2)


@browser
@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
async def test_four_pictures_stand_two_by_two_and_are_walked_through(tmp_path: Path, width: int) -> None:
    """Side by side on every screen; in full, the arrows go round."""
    async with house(tmp_path) as home:
        ann = await home.visitor(width=width)
        form = await form_of(ann, "/imagine ")
        await option(form, "prompt").fill("a sea of glass")
        await option(form, "count").fill("4")
        await form.get_by_role("button", name="Run").click()
        answer = ann.answers.first
        pictures = await painted(answer, 4)

        boxes = [await box(pictures.nth(at)) for at in range(4)]
        assert [round(left) for left, *_ in boxes[:2]] == [round(left) for left, *_ in boxes[2:]]
        assert boxes[0][2] <= boxes[1][0]
        assert boxes[0][3] <= boxes[2][1]
        assert await ann.page.evaluate("() => document.documentElement.scrollWidth") == width
        assert await nameless(ann.page.locator("button:visible")) == []
        assert await faint(ann) == []

        await answer.get_by_role("button", name=re.compile("a sea of glass, Picture 1 of 4")).press("Enter")
        full = ann.page.get_by_role("dialog", name="Picture")
        seen = [await full.locator("img").get_attribute("src")]
        for at in (2, 3, 4, 1):
            await ann.page.keyboard.press("ArrowRight")
            await expect(full.get_by_role("status")).to_contain_text(f"{at} of 4")
            seen.append(await full.locator("img").get_attribute("src"))
        await expect(full.locator("img")).to_have_attribute("alt", "a sea of glass")
        assert len(set(seen)) == 4
        assert seen[0] == seen[4]


@browser
async def test_a_picture_that_failed_says_so_and_can_be_tried_again(tmp_path: Path) -> None:
    """The service is not there: a sentence, Again, and nothing that only a picture has."""
    async with house(tmp_path, NOBODY_PAINTS) as home:
        ann = await home.visitor()

        answer = await ann.ask("/imagine a red balloon", 1)

        await expect(answer.locator(".notice.failure")).to_contain_text("cannot be reached")
        await expect(answer.get_by_role("button", name="Again")).to_be_visible()
        for label in ("Vary", "Enlarge"):
            await expect(answer.get_by_role("button", name=label)).to_have_count(0)


@browser
async def test_an_option_that_the_model_does_not_take_is_refused_in_words(tmp_path: Path) -> None:
    """Also when another tab's form was older than the model: the form stays, with the sentence."""
    async with house(tmp_path, SHOP) as home:
        ann = await home.visitor()
        form = await form_of(ann, "/imagine ")
        await option(form, "prompt").fill("a cat")
        await option(form, "size").fill("as large as a house")
        await form.get_by_role("button", name="Run").click()

        await expect(form.locator(".problem:visible")).to_contain_text("like 1024x768")
        await expect(option(form, "size")).to_have_value("as large as a house")


@browser
async def test_an_answer_says_whose_eyes_it_trusts(tmp_path: Path) -> None:
    """The room's model does not see, another one looks: its name stands under the answer, as no alarm."""
    picture = tmp_path / "sea.png"
    Image.new("RGB", (320, 200), (20, 60, 200)).save(picture)
    async with house(tmp_path, BORROWED_EYES) as home:
        ann = await home.visitor()
        await ann.page.locator("#files").set_input_files(picture)

        answer = await ann.ask("What is in this picture?", 1)

        await expect(answer.locator(".notice.remark code")).to_have_text("eyes/parrot")
        await expect(answer.locator(".notice.remark")).to_contain_text("looked at the picture")
        await expect(answer.locator(".notice")).not_to_contain_text("*")
