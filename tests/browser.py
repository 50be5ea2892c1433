"""A visitor: Chromium on the page of the real program. Tests that use it skip where there is no Chromium."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, async_playwright, expect

from tests.process import Parley, parley

EXECUTABLE = shutil.which("chromium") or shutil.which("chromium-headless-shell")
REQUIRED = os.environ.get("PARLEY_REQUIRE_BROWSER") == "1"
"""Read at import: every test's environment is cleaned."""

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 60_000
"""Milliseconds a condition may take to come true; a bound for failures, never a wait."""

TAME = """
[providers.tame]
kind = "offline"
pace = {pace}

[routes]
chat = ["tame/parrot"]
vision = ["tame/parrot"]
image = ["tame/painter"]

[limits]
output_tokens = {output_tokens}
"""
INSTANT = TAME.format(pace=0, output_tokens=2000)
BRISK = TAME.format(pace=60, output_tokens=2000)
SLOW = TAME.format(pace=8, output_tokens=2000)
SHORT = TAME.format(pace=200, output_tokens=120)
"""How many words a second the stand-in says, and after how many it is cut off."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    """One tab, and what a person does in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        """The page's own troubles; a server that is away is no trouble of the page's."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    @property
    def text(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#text")

    @property
    def questions(self) -> Locator:
        """What people said."""
        return self.page.locator(".entry.user:not(.letter)")

    @property
    def answers(self) -> Locator:
        """Answers that are complete, one way or another."""
        return self.page.locator(".entry.assistant:not(.writing)")

    @property
    def cards(self) -> Locator:
        """Results of commands."""
        return self.page.locator(".card")

    async def open(self, address: str) -> None:
        """Open the page and wait until the room is there."""
        await self.page.goto(address)
        await self.ready()

    async def ready(self) -> None:
        """The room's messages, or its welcome, are on the screen."""
        await expect(self.page.locator(".loading")).to_have_count(0)
        await expect(self.page.locator(".entry, .welcome").first).to_be_visible()

    async def enter(self, words: str) -> None:
        """Write and press Enter."""
        await self.text.fill(words)
        await self.text.press("Enter")

    async def ask(self, words: str, number: int) -> Locator:
        """Say something, and wait for the room's answer of that number."""
        await self.enter(words)
        await expect(self.answers).to_have_count(number)
        return self.answers.nth(number - 1)

    async def act_as(self, standing: str, name: str = "") -> None:
        """Change who one acts as."""
        await self.page.locator("#identity").click()
        await self.page.locator("#standings span", has_text=standing).click()
        await self.page.locator("#identity-name").fill(name)
        await self.page.locator("#identity-name").press("Enter")
        await self.ready()


@dataclass
class House:
    """The program, a browser, and visitors who have opened its link."""

    program: Parley
    browser: Browser
    visitors: list[Visitor] = field(default_factory=list)

    async def visitor(self, room: str = "general", *, width: int = 1280, dark: bool = False) -> Visitor:
        """Somebody new, with cookies and a memory of their own."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 800},
            color_scheme="dark" if dark else "light",
            has_touch=width < 600,
        )
        return await self._tab(Visitor(await context.new_page()), f"{self.program.link}#{room}")

    async def second_tab(self, visitor: Visitor, room: str = "general") -> Visitor:
        """Another tab of the same browser."""
        return await self._tab(Visitor(await visitor.page.context.new_page()), f"{self.program.url}/#{room}")

    async def _tab(self, visitor: Visitor, address: str) -> Visitor:
        self.visitors.append(visitor)
        await visitor.open(address)
        return visitor


@asynccontextmanager
async def house(tmp_path: Path, settings: str = BRISK) -> AsyncIterator[House]:
    """Parley and Chromium, for one test; at the end no page may have had anything to complain about."""
    if EXECUTABLE is None:
        lacking = "there is no Chromium on this machine"
        pytest.fail(lacking) if REQUIRED else pytest.skip(lacking)
    file = tmp_path / "settings.toml"
    file.write_text(settings, "utf-8")
    env = {"PARLEY_CONFIG": str(file)}
    async with parley(tmp_path / "data", env) as program, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=ARGUMENTS)
        open_house = House(program, browser)
        try:
            yield open_house
        finally:
            await browser.close()
        assert [complaint for visitor in open_house.visitors for complaint in visitor.complaints] == []
