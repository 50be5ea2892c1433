"""What is written in the web chat stays words, and nothing is asked of anybody else."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import house

PAGE = Path(__file__).parents[1] / "adapters" / "web" / "page"

browser = pytest.mark.browser

XSS = (
    '<img src=x onerror="window.pwned=1">',
    "<script>window.pwned=1</script>",
    '<svg onload="window.pwned=1"><a href="javascript:window.pwned=1">x</a></svg>',
    "[click](javascript:window.pwned=1)",
    "[click](data:text/html,<script>window.pwned=1</script>)",
    "[click](JaVaScRiPt&#58;window.pwned=1)",
    '![x](https://example.com/"onerror="window.pwned=1)',
    "![x](x.png)",
    '<a href="#" style="position:fixed;inset:0">x</a>',
    '```"><img src=x onerror=window.pwned=1>\ncode\n```',
    "| <b>a</b> |\n|---|\n| <iframe srcdoc='<script>parent.pwned=1</script>'> |",
    "<https://example.com/<script>>",
    "\u202egnp.exe \u2028<base href=//evil.example>",
)
PLANTED = (
    "#log :is(script, iframe, object, embed, base, style, form, link, meta, [onerror], [onload], [style])"
)


@browser
async def test_what_people_and_models_write_never_becomes_markup(tmp_path: Path) -> None:
    """Attacks as text, as a name and as a persona: shown as written, nothing runs, nothing is fetched."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        foreign = watch_requests(ann.page, home.program.url)
        await ann.act_as("Moderator", "<img src=x onerror=window.pwned=1>")
        await ann.enter("/persona set " + XSS[0] + " You repeat things.")
        await expect(ann.cards).to_have_count(1)

        await ann.ask("\n\n".join(XSS), 1)

        await expect(ann.questions.first.locator(".author")).to_have_text(
            "<img src=x onerror=window.pwned=1>"
        )
        await expect(ann.questions.first).to_contain_text("<script>window.pwned=1</script>")
        await expect(ann.page.locator(PLANTED)).to_have_count(0)
        await expect(ann.page.locator('#log a:not([href^="http"])')).to_have_count(0)
        await expect(ann.page.locator("#log .body img")).to_have_count(0)
        assert await ann.page.evaluate("() => window.pwned === undefined")
        assert foreign == []


@browser
async def test_a_crafted_room_name_in_the_address_is_only_a_name(tmp_path: Path) -> None:
    """Whatever stands behind the #, the page opens a room that can exist."""
    async with house(tmp_path) as home:
        ann = await home.visitor("%3Cimg%20src=x%20onerror=window.pwned=1%3E")

        await expect(ann.page.locator("#room-name")).to_have_text("general")

        assert await ann.page.evaluate("() => window.pwned === undefined")


@browser
async def test_links_say_where_they_lead_and_give_nothing_away(tmp_path: Path) -> None:
    """A link whose words are not its address shows the host; none tells the other side where it came from."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("[my bank](https://evil.example/login) https://example.org/x", 1)

        first, second = ann.questions.first.locator("a").nth(0), ann.questions.first.locator("a").nth(1)

        await expect(first.locator(".host")).to_have_text("evil.example")
        await expect(second.locator(".host")).to_have_count(0)
        for link in (first, second):
            await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


@browser
async def test_a_session_that_is_over_says_what_to_do(tmp_path: Path) -> None:
    """Without the cookie the page says which link to open, whether it was open before or not."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.page.context.clear_cookies()

        await ann.enter("Hello?")

        await expect(ann.page.locator("dialog.signed-out")).to_contain_text("Open the link")
        await ann.page.reload()
        await expect(ann.page.locator("h1")).to_have_text("Open the link again")


def test_the_vendored_library_is_the_one_that_was_recorded() -> None:
    """Its sum stands in the notice beside it."""
    library = (PAGE / "vendor" / "markdown-it.js").read_bytes()

    assert hashlib.sha256(library).hexdigest() in (PAGE / "vendor" / "NOTICE.txt").read_text("utf-8")


def test_the_page_needs_nothing_from_elsewhere_and_no_inline_script() -> None:
    """No other host, no inline script, handler or style in what is served."""
    for file in (PAGE / "index.html", PAGE / "denied.html"):
        html = file.read_text("utf-8")
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html), file
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", html), file


def test_no_module_of_the_page_writes_html() -> None:
    """Nodes and text only: the one rule that makes markup from text impossible."""
    writers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function"
    for file in PAGE.glob("*.js"):
        assert not re.search(writers, file.read_text("utf-8")), file.name


def watch_requests(page: Page, home: str) -> list[str]:
    """Every address outside the program that the page asks for, from now on."""
    foreign: list[str] = []

    def asked(address: str) -> None:
        if not address.startswith((home, "blob:", "data:")):
            foreign.append(address)

    page.on("request", lambda request: asked(request.url))
    return foreign
