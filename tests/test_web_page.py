"""The web chat as a person meets it: the real program, a real browser."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser import SHORT, SLOW, house

browser = pytest.mark.browser

RECORD_LENGTHS = """() => {
    window.lengths = new Set();
    new MutationObserver(() => {
        const body = document.querySelector(".entry.assistant.writing .body");
        if (body) window.lengths.add(body.textContent.length);
    }).observe(document.querySelector("#log"), { childList: true, subtree: true, characterData: true });
}"""

SCROLLED = "() => document.querySelector('#scroller').scrollTop"


@browser
async def test_an_answer_appears_while_it_is_written(tmp_path: Path) -> None:
    """The page shows many growing states of one answer before the whole."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.page.evaluate(RECORD_LENGTHS)

        answer = await ann.ask("Hello! What can you do?", 1)

        await expect(answer.locator(".body")).not_to_be_empty()
        lengths = await ann.page.evaluate("() => [...window.lengths]")
        assert len(lengths) >= 5


@browser
async def test_a_moderators_pirate_changes_the_next_answer(tmp_path: Path) -> None:
    """The persona acts at once, and the head of the page says so."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("/persona preset pirate")
        await expect(ann.cards.first).to_contain_text("pirate")

        answer = await ann.ask("What do you think of trains?", 1)

        await expect(answer).to_contain_text("Arr")
        await expect(answer).to_contain_text("parrots")
        await expect(ann.page.locator(".hint.persona")).to_contain_text("pirate", ignore_case=True)


@browser
async def test_a_member_is_refused_and_keeps_what_was_typed(tmp_path: Path) -> None:
    """The refusal is shown in words, the persona stays, and the line is still there to be edited."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.act_as("Member", "ann")

        await ann.enter("/persona preset pirate")

        await expect(ann.page.locator(".card.failed")).to_contain_text("moderator", ignore_case=True)
        await expect(ann.text).to_have_value("/persona preset pirate")
        await expect(ann.page.locator(".hint.persona")).not_to_contain_text("pirate", ignore_case=True)


@browser
async def test_an_attached_picture_is_described(tmp_path: Path) -> None:
    """Attached by the button, shown before and after it was sent, and seen by the model."""
    picture = tmp_path / "sea.png"
    Image.new("RGB", (320, 200), (20, 60, 200)).save(picture)
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.page.locator("#files").set_input_files(picture)
        await expect(ann.page.locator("#attached .preview")).to_have_count(1)

        answer = await ann.ask("What is in this picture?", 1)

        await expect(ann.questions.first.locator(".thumb img")).to_have_js_property("naturalWidth", 320)
        await expect(answer).to_contain_text("320")
        await expect(answer).to_contain_text("blue")
        await expect(ann.page.locator("#attached .preview")).to_have_count(0)


@browser
async def test_imagine_shows_a_picture_that_opens_in_full(tmp_path: Path) -> None:
    """`/imagine` is typed, the picture comes, a click opens it and Esc closes it."""
    async with house(tmp_path) as home:
        ann = await home.visitor()

        answer = await ann.ask("/imagine a lighthouse at dawn", 1)

        thumb = answer.locator(".thumb img").first
        await expect(thumb).not_to_have_js_property("naturalWidth", 0)
        await thumb.click()
        full = ann.page.locator("dialog.lightbox")
        await expect(full.locator("img")).to_be_visible()
        await ann.page.keyboard.press("z")
        await expect(full.locator(".stage")).to_have_class(re.compile("actual"))
        await ann.page.keyboard.press("Escape")
        await expect(full).to_have_count(0)


@browser
async def test_escape_stops_an_answer_and_says_so(tmp_path: Path) -> None:
    """What was written stays, a notice says that it was stopped, and it can be written again."""
    async with house(tmp_path, SLOW) as home:
        ann = await home.visitor()
        await ann.enter("Write me a very long essay.")
        await expect(ann.page.locator(".entry.writing .post").first).not_to_be_empty()

        await ann.text.press("Escape")

        await expect(ann.answers).to_have_count(1)
        await expect(ann.answers.first.locator(".notice.stopped")).to_be_visible()
        await expect(ann.answers.first.locator("[data-verb=regenerate]")).to_be_visible()
        await expect(ann.page.locator("#stop")).to_be_hidden()


@browser
async def test_regenerate_writes_in_the_same_place(tmp_path: Path) -> None:
    """The old answer gives way to the new one while it is written; no second entry appears."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        answer = await ann.ask("Hello! What can you do?", 1)
        await ann.page.evaluate(RECORD_LENGTHS)

        await answer.locator("[data-verb=regenerate]").click()

        await expect(ann.page.locator(".entry.writing")).to_have_count(1)
        await expect(ann.answers).to_have_count(1)
        assert len(await ann.page.evaluate("() => [...window.lengths]")) >= 3


@browser
async def test_an_answer_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    """The notice says why it ends, Continue adds to the same entry, and the beginning stays."""
    async with house(tmp_path, SHORT) as home:
        ann = await home.visitor()
        answer = await ann.ask("Write me a very long essay.", 1)
        await expect(answer.locator(".notice.cut")).to_contain_text("length limit")
        before = await answer.locator(".body").inner_text()

        await answer.locator("[data-verb=continue]").click()

        await expect(answer.locator(".body")).to_contain_text("What they are made of")
        await expect(ann.answers).to_have_count(1)
        after = await answer.locator(".body").inner_text()
        assert len(after) > len(before)
        assert after.startswith(before[:200])


OPEN_MARKS = {
    "*A word": "*A word*",
    "a **b** and **c": "a **b** and **c**",
    "see [docs](https://exa": "see docs",
    "`code": "`code`",
    "2 * 3 = 6": "2 * 3 = 6",
    "```py\n*x": "```py\n*x",
    "snake_case_x": "snake_case_x",
}


@browser
async def test_marks_that_are_still_open_are_closed_for_now(tmp_path: Path) -> None:
    """While an answer is written, readers see bold and not two stars."""
    async with house(tmp_path) as home:
        ann = await home.visitor()

        mended = await ann.page.evaluate(
            "async (texts) => texts.map((await import('/page/mend.js')).mend)", list(OPEN_MARKS)
        )

        assert mended == list(OPEN_MARKS.values())


@browser
async def test_a_message_that_waits_says_its_place_and_can_be_cancelled(tmp_path: Path) -> None:
    """One answer is written at a time; the next says how many are before it."""
    async with house(tmp_path, SLOW) as home:
        ann = await home.visitor()
        await ann.enter("Write me a very long essay.")
        await expect(ann.page.locator(".entry.writing")).to_have_count(1)
        await ann.enter("And then another one.")
        waiting = ann.questions.nth(1)
        await expect(waiting.locator(".queued")).to_contain_text("1 before you")

        await waiting.get_by_role("button", name="Cancel").click()

        await expect(waiting.locator(".queued")).to_have_count(0)
        await expect(waiting.locator(".notice")).to_be_visible()


@browser
async def test_a_reload_keeps_messages_and_the_draft(tmp_path: Path) -> None:
    """Also in the middle of an answer: it goes on being written after the reload."""
    async with house(tmp_path, SLOW) as home:
        ann = await home.visitor()
        await ann.enter("Write me a very long essay.")
        await expect(ann.page.locator(".entry.writing .post").first).not_to_be_empty()
        await ann.text.fill("half a thought")

        await ann.page.reload()
        await ann.ready()

        await expect(ann.questions.first).to_contain_text("very long essay")
        await expect(ann.page.locator(".entry.writing .post").first).not_to_be_empty()
        await expect(ann.text).to_have_value("half a thought")


@browser
async def test_who_reads_the_end_stays_there_and_who_reads_above_is_left_alone(tmp_path: Path) -> None:
    """A growing answer pulls only those along who are at the end; a button leads back to it."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.enter("Write me a very long essay.")
        body = ann.page.locator(".entry.assistant .body")
        await expect(body).to_contain_text("4. How they talk")
        await expect(ann.page.locator("#newest")).to_be_hidden()
        assert await ann.page.evaluate(SCROLLED) > 0

        await ann.page.locator("#scroller").hover()
        await ann.page.mouse.wheel(0, -700)
        await expect(ann.page.locator("#newest")).to_be_visible()
        left_at = await ann.page.evaluate(SCROLLED)
        await expect(body).to_contain_text("7. The one that walks")
        assert await ann.page.evaluate(SCROLLED) == left_at

        await ann.page.locator("#newest").click()
        await expect(ann.page.locator("#newest")).to_be_hidden()
        assert await ann.page.evaluate(SCROLLED) > left_at


@browser
async def test_a_reconnection_in_the_middle_shows_nothing_twice(tmp_path: Path) -> None:
    """A new stream begins with the whole text so far: it replaces what stands there."""
    async with house(tmp_path, SLOW) as home:
        ann = await home.visitor()
        await ann.enter("Write me a very long essay.")
        body = ann.page.locator(".entry.writing .body")
        await expect(body).to_contain_text("A word first")

        await ann.page.evaluate("() => dispatchEvent(new Event('online'))")

        await expect(body).to_contain_text("A short book of parrots")
        assert (await body.inner_text()).count("A word first") == 1


@browser
async def test_a_server_restart_keeps_everything_and_the_page_returns(tmp_path: Path) -> None:
    """Killed in the middle of an answer: the page says that it reconnects, comes back by itself, and the
    answer is written to its end. What was sent meanwhile goes out when the server is back."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        await ann.ask("Remember the word heliotrope.", 1)
        await ann.enter("Show me a table, please.")
        await expect(ann.page.locator(".entry.writing .post").first).not_to_be_empty()

        await home.program.kill()
        await expect(ann.page.locator("#banner")).to_contain_text("Reconnecting")
        await ann.enter("Are you there?")
        await expect(ann.page.locator(".letter.unsent")).to_contain_text("cannot be reached")
        await home.program.start()

        await expect(ann.page.locator("#banner")).to_be_hidden()
        await expect(ann.page.locator(".letter")).to_have_count(0)
        await expect(ann.answers).to_have_count(3)
        await expect(ann.questions).to_have_count(3)
        await expect(ann.questions.first).to_contain_text("heliotrope")
        await expect(ann.page.locator(".entry.writing")).to_have_count(0)


@browser
async def test_two_tabs_stay_in_step(tmp_path: Path) -> None:
    """What one tab says, the other shows, with its answer and with its deletion."""
    async with house(tmp_path) as home:
        ann = await home.visitor()
        other = await home.second_tab(ann)

        await ann.ask("Hello from the first tab.", 1)

        await expect(other.questions.first).to_contain_text("Hello from the first tab.")
        await expect(other.answers).to_have_count(1)
        said = await ann.answers.first.locator(".body").text_content()
        await expect(other.answers.first.locator(".body")).to_have_text(said or "")
        await other.answers.first.locator("[data-verb=delete]").click()
        await other.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await expect(ann.answers).to_have_count(0)
