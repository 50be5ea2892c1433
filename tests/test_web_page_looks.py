"""The web chat can be read and used: on a phone, in both themes, without a mouse."""

from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from tests.browser import Visitor, house

browser = pytest.mark.browser


@browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_it_is_readable_on_a_phone(tmp_path: Path, dark: bool) -> None:
    """390 pixels wide: only code and tables scroll sideways, in their own boxes; every word has contrast."""
    async with house(tmp_path) as home:
        ann = await home.visitor(width=390, dark=dark)
        await ann.text.fill("Show me a table and code, please.")
        await ann.page.locator("#send").tap()
        await expect(ann.answers).to_have_count(1)
        await expect(ann.answers.first.locator(".table, .code").first).to_be_visible()

        assert await ann.page.evaluate("() => document.documentElement.scrollWidth") == 390
        assert await ann.page.evaluate("() => document.querySelector('#scroller').scrollWidth") <= 390
        assert await faint(ann) == []


@browser
async def test_on_a_phone_the_rooms_are_a_drawer(tmp_path: Path) -> None:
    """Opened by its button, closed by choosing a room."""
    async with house(tmp_path) as home:
        ann = await home.visitor("harbour", width=390)
        await ann.text.fill("Hello!")
        await ann.page.locator("#send").tap()
        await expect(ann.answers).to_have_count(1)
        sidebar = ann.page.get_by_role("navigation", name="Rooms")
        await expect(sidebar).to_be_hidden()

        await ann.page.get_by_role("button", name="Rooms", exact=True).tap()
        await expect(sidebar).to_be_visible()
        await sidebar.get_by_role("link", name="general").tap()

        await expect(sidebar).to_be_hidden()
        await expect(ann.page.locator("#room-name")).to_have_text("general")


@browser
async def test_the_chosen_theme_stays(tmp_path: Path) -> None:
    """System, light, dark, and the choice survives a reload."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        for _ in range(2):
            await ann.page.locator("#theme").click()

        await ann.page.reload()
        await ann.ready()

        await expect(ann.page.locator("html")).to_have_attribute("data-theme", "dark")
        await expect(ann.page.locator("body")).to_have_css("background-color", "rgb(22, 26, 24)")


@browser
async def test_the_page_can_be_walked_by_keyboard(tmp_path: Path) -> None:
    """? opens help and Esc closes it; everything that can be pressed has a name."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("Hello!", 1)
        await ann.page.locator("#scroller").focus()
        await ann.page.keyboard.press("?")
        await expect(ann.page.get_by_role("dialog", name="Help")).to_be_visible()
        await ann.page.keyboard.press("Escape")
        await expect(ann.page.get_by_role("dialog")).to_have_count(0)

        assert (
            await nameless(ann.page.locator("button:visible, a:visible, input:visible, textarea:visible"))
            == []
        )


async def nameless(controls: Locator) -> list[str]:
    """Controls that a screen reader could only call "button"."""
    script = """nodes => nodes.filter((node) => !(
        node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length || node.title
    )).map((node) => node.outerHTML)"""
    return list(await controls.evaluate_all(script))


async def faint(visitor: Visitor) -> list[str]:
    """Words whose contrast with what is behind them is below WCAG's AA, 4.5 to 1."""
    return list(await visitor.page.evaluate(CONTRAST))


CONTRAST = """() => {
    const pixel = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const over = (colours) => {
        for (const colour of colours) {
            pixel.fillStyle = colour;
            pixel.fillRect(0, 0, 1, 1);
        }
        return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => rgb.map((value) => value / 255)
        .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (node) => {
        const found = [];
        for (let at = node; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
        return ["white", ...found];
    };
    const speaks = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const words = [...document.querySelectorAll("#log *, #top *, #composer .said-as")];
    return words.filter((node) => node.checkVisibility() && speaks(node)).filter((node) => {
        const ground = behind(node);
        const [dark, bright] = [light(over(ground)), light(over([...ground, getComputedStyle(node).color]))]
            .sort((a, b) => a - b);
        return (bright + 0.05) / (dark + 0.05) < 4.5;
    }).map((node) => `${node.className || node.tagName}: ${node.textContent.trim().slice(0, 40)}`);
}"""
