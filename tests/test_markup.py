"""No HTML that a model writes reaches a screen, and nothing else goes; a text that grows only grows."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.markup import bare

PARTS = [
    "<", ">", "</", "/>", "b>", "<b>", "</b>", "<img", " src=", '"', "'", "https://evil.example/?q=1",
    " alt", "=", "`", "``", "```", "```\n", "~~~\n", "\n", "\n\n", "\\", " ", "a", "1", "List<a>", "<int>",
    "x < y", "tg-", "spoiler", "<a href=", "<img src='u'>", "> ", "- ", "<tg-spoiler>", "h1",
]  # fmt: skip
texts = st.lists(st.sampled_from(PARTS), max_size=24).map("".join)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a <img src='https://evil.example/?q=S' alt=\"a > b\"/> b", "a  b"),
        ("<tg-spoiler>dark</tg-spoiler> <TG-EMOJI emoji-id=5>x</tg-emoji>", "dark x"),
        ("see <a href=https://evil.example/a>the docs</a>.", "see the docs."),
        ("<b>bold</b>, word<i>x</i>", "bold, word<i>x"),
        ("<scr<span>ipt>alert(1)</script>", "alert(1)"),
        ("<link rel=x href='https://evil.example'> and <link> and <source>", " and <link> and <source>"),
    ],
)
def test_html_goes(written: str, shown: str) -> None:
    assert bare(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a < b, a<b and c>d, 1 <2> 3, <3, ->, <your name>, <https://known.example>, <@7>, <!-- no -->",
        "`List<int>` List<int> Vec<a> Map<String, b> std::vector<b> <T extends object>",
        "`<b>` and ``<img src='x'> ` `` and `a\n<b>`",
        "```html\n<img src='https://evil.example'>\n```\n- ~~~\n  <b>\n  ~~~\n```\n<p>never closed",
        "if a <b and c> d: go <a long way to be>",
    ],
)
def test_what_is_no_html_or_is_code_stays_as_it_is(text: str) -> None:
    assert bare(text) == text


@given(texts)
@example("`<b>\n\n`")
@example("<<b>img src='u'>")
@example("<h1>")
def test_a_text_that_grows_only_grows(text: str) -> None:
    shown = [bare(text[:end], whole=False) for end in range(len(text) + 1)]
    assert all(
        later.startswith(earlier) for earlier, later in zip(shown, [*shown[1:], bare(text)], strict=True)
    )


@given(texts)
def test_what_is_gone_leaves_nothing_that_is_to_go(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize(
    "text",
    ["<" * 50_000, "<a " * 20_000, "`" * 50_000, "` " * 20_000, "<img " + "a " * 30_000, "<img a=" * 10_000,
     "```\n" * 20_000, "<" * 20_000 + "b>" * 20_000, '<img src="' * 5_000],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    assert len(bare(text, whole=False)) <= len(text)
