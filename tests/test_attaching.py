"""Long code as files: which blocks go, what they are called, and what stays in their place."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.attaching import attached, safe, unused
from bot.delivery.posts import finished, unfinished
from bot.messages import Action, Limits, Made, Verb
from tests.delivering import HERE, STOP, World

LIMITS = Limits(text=200, interval=1.0, per_second=50, code=100)
APART = replace(LIMITS, files=1, apart=True)
CODE = "value = 1\n" * 20
AGAIN = (Action(Verb.REGENERATE, 1),)


def block(info: str, code: str = CODE) -> str:
    return f"```{info}\n{code}```"


def test_a_long_block_goes_as_a_file_and_a_note_stays_in_its_place() -> None:
    text, files = attached(f"Before.\n\n{block('python')}\n\nAfter.", LIMITS)

    assert text == "Before.\n\n`code.py` (20 lines) is attached.\n\nAfter."
    assert files == (Made("code.py", "text/plain", CODE),)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (block("python", "short\n"), LIMITS),
        (f"```python\n{CODE}", LIMITS),  # it broke off, and may be gone on with
        (block("python"), replace(LIMITS, code=0)),
        (CODE, LIMITS),
    ],
)
def test_what_is_short_or_open_or_no_code_stays(text: str, limits: Limits) -> None:
    assert attached(text, limits) == (text, ())


@pytest.mark.parametrize(
    ("info", "first", "name"),
    [
        ("python app.py", "", "app.py"),
        ('js title="server.mjs"', "", "code.js"),
        ('ts filename="server.ts"', "", "server.ts"),
        ("python:tool.py", "", "tool.py"),
        ("Dockerfile", "", "Dockerfile"),
        ("rust", "// main.rs\n", "main.rs"),
        ("sql", "-- tables.sql\n", "tables.sql"),
        ("c", "/* main.c */\n", "main.c"),
        ("python ../app.py", "# /etc/app.py\n", "code.py"),
        ("html page.html", "<!-- page.html -->\n", "code.txt"),
        ("bat run.bat", "", "code.txt"),
        ("python app.exe", "# photo.jpg.py\n", "code.py"),
        ("python .env.py", "", "code.py"),
        ("", "", "code.txt"),
    ],
)
def test_a_file_is_called_as_the_code_says_when_that_is_harmless(info: str, first: str, name: str) -> None:
    (file,) = attached(block(info, first + CODE), LIMITS)[1]
    assert file.name == name
    assert file.text == first + CODE


def test_two_files_have_two_names_and_the_tenth_block_stays() -> None:
    text, files = attached("\n\n".join([block("python")] * 10), LIMITS)

    assert [file.name for file in files][:3] == ["code.py", "code-2.py", "code-3.py"]
    assert len({file.name for file in files}) == len(files) == 9
    assert text.endswith(block("python"))
    assert unused("a.csv", {"a.csv", "a-2.csv"}) == "a-3.csv"


def test_code_in_a_list_loses_the_lists_indentation_alone() -> None:
    code = "if x:\n    y\n" * 20
    inside = "".join(f"  {line}" for line in code.splitlines(keepends=True))
    assert attached(f"- so:\n  ```python\n{inside}  ```\n", LIMITS)[1][0].text == code


@given(st.text(max_size=40))
def test_no_name_leads_out_of_a_folder_or_runs(name: str) -> None:
    if safe(name):
        assert not set(name) & set("/\\:\0\n ")
        assert name.count(".") <= 1
        assert not name.lower().endswith((".exe", ".html", ".htm", ".svg", ".bat", ".cmd", ".vbs", ".ps1"))


@given(st.lists(st.sampled_from(["word\n", "```py\n", "```\n", "x = 1\n" * 30, "\n"]), max_size=12))
def test_whatever_is_written_nothing_of_it_is_lost_and_no_post_is_too_long(parts: list[str]) -> None:
    text = "".join(parts)
    for limits in (LIMITS, APART):
        posts = finished(text, (), AGAIN, limits)
        assert all(len(post.text) <= limits.text for post in posts)
        assert all(len(post.files) <= limits.files for post in posts)
        assert all(post.text or post.files for post in posts)
        said = "".join(post.text for post in posts) + "".join(f.text for post in posts for f in post.files)
        assert said.count("x = 1") == text.count("x = 1")


def test_a_file_goes_with_the_last_words_or_after_them_and_the_buttons_with_the_last_post() -> None:
    table = Made("extract.csv", "text/csv", "a")
    with_words = finished("Here.", (), AGAIN, LIMITS, (table,))
    apart = finished("Here.", (), AGAIN, APART, (table,))

    assert [(post.text, post.files, post.actions) for post in with_words] == [("Here.", (table,), AGAIN)]
    assert [(post.text, post.files, post.actions) for post in apart] == [
        ("Here.", (), ()),
        ("", (table,), AGAIN),
    ]


def test_while_it_is_written_code_is_seen_as_it_grows() -> None:
    text = f"Before.\n\n{block('python')}\n"
    shown = [[post.text for post in unfinished(text[:end], (), LIMITS)] for end in range(len(text) + 1)]
    for before, after in pairwise(shown):
        assert after[: len(before) - 1] == before[:-1]
    assert "value = 1" in shown[-1][-1]


async def test_a_file_that_is_out_stays_one_while_its_answer_is_gone_on_with() -> None:
    before = f"Before.\n\n{block('python')}\n\nThen"
    world = World(replace(LIMITS, interval=0.0))
    await world.finish(world.open(), before)
    again = world.deliveries.open(2, HERE, list(world.ledger.slots.values()), actions=STOP, before=before)
    again.show(f"{before} comes")
    await world.clock.advance(3)
    (shown,) = world.platform.posts(HERE)
    await world.finish(again, f"{before} comes more.")

    note = "Before.\n\n`code.py` (20 lines) is attached.\n\nThen"
    files = (Made("code.py", "text/plain", CODE),)
    assert (shown.text, shown.files, shown.actions) == (f"{note} comes", files, STOP)
    assert world.platform.texts(HERE) == [f"{note} comes more."]


def test_what_is_gone_on_with_brings_its_own_code_when_it_is_whole() -> None:
    old, new = block("python", CODE), block("rust", CODE)
    posts = unfinished(f"{old}\n\n{new}", (), LIMITS, files=1)

    assert [file.name for post in posts for file in post.files] == ["code.py"]
    assert "".join(post.text for post in posts).count("value = 1") == 20
