"""Inline marks: what reads as one, and that a cut keeps out of them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery.clusters import shows, units
from bot.delivery.spans import inside, outermost, spans
from bot.delivery.split import pieces
from tests.test_split import calls

WORDS = st.lists(
    st.sampled_from(["a", "word", "longer", "naïve", "字字", "🙂", "2 * 3", "snake_case_name"]), min_size=1
)
WRAPPED = [
    "*{}*", "**{}**", "***{}***", "_{}_", "__{}__", "~~{}~~", "||{}||", "`{}`", "``co`de {}``",
    "[{}](https://a.b/c_(d))",
]  # fmt: skip
MARKS = [
    "*", "**", "***", "_", "__", "~~", "||", "`", "``", "```", "[", "](", "](http://x", "]", ")", "(",
    "\\", "\\*", "\\`", "**bold text**", "*it al*", "`co de`", "``co`de x``", "[a label](https://x.y)",
    "||sp oiler||", "~~st r~~", "a", "b c", "word ", " ", " ", "\n", "\n\n", "\n- ", "\n1. ", "\n# ", "\n| ",
    "\n```\n", "\n   ``", "\n~~", "字字", "x" * 15, ". ", "🙂", "e\u0301", "5 ** 3",
]  # fmt: skip
MARKED = st.lists(st.sampled_from(MARKS), max_size=50).map("".join)
LIMITS = st.integers(24, 160)


def marked(text: str, *, over: bool = True) -> list[str]:
    """What the outermost spans of a text enclose, marks included."""
    return [text[start:end] for start, end in outermost(spans(text, 0, len(text), over=over))]


def wrapped(words: list[str], form: str) -> str:
    return form.format(" ".join(words))


@pytest.mark.parametrize(
    "span",
    [
        "*i*", "**b b**", "***both***", "_i_", "__u u__", "~~s~~", "||hid den||", "`co de`", "``co`de``",
        "```co`de```", "[a label](https://a.b)", "[a picture](https://a.b/c_(d))", "**b _i_ `c` b**",
        "*a\nb*", "**a *b***", "***a* b**", "[**a** b](c)", "`a ** b`", "`a\\`", "*\\* star*", "**5 * 3**",
        "**snake_case**",
    ],
)  # fmt: skip
def test_these_are_kept_together(span: str) -> None:
    assert marked(f"One {span} two") == [span]


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4", "5 ** 3 ** 2", "snake_case_name and other_case_name", "* a\n* b\n* c", "a || b || c",
        "lone *\nand *", "* \n*", "**a\n\nb**", "**a\n- b**", "*a\n# b*", "`a\n1. b`", "| *a |\n| b* |",
        "> *a\n> - b*", "[ ] one, [x] two", "`one``", "a * b", "**", "(c) 2 ~~ 3 ~~", "f(x) and a]",
    ],
)  # fmt: skip
def test_these_open_nothing(text: str) -> None:
    assert marked(text) == []


def test_what_a_span_leaves_open_is_plain_text() -> None:
    assert marked("One **a *b** c* d") == ["**a *b**"]
    assert marked("One **a *b** c", over=False) == ["**a *b**"]


def test_an_escaped_mark_is_kept_together_with_its_backslash_and_opens_nothing() -> None:
    assert marked(r"\*no\* \`no\` \[no](x)") == [r"\*", r"\*", r"\`", r"\`", r"\["]


@pytest.mark.parametrize("opener", ["*", "**", "***", "_", "__", "~~", "||", "`", "``", "[", "[label](http"])
def test_a_mark_that_may_still_be_closed_counts_until_its_paragraph_ends(opener: str) -> None:
    assert marked(f"x {opener}a b", over=False) == [f"{opener}a b"]
    assert marked(f"x {opener}a b\n\nc", over=False) == []
    assert marked(f"x {opener}a b", over=True) == []


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda one: (one[0], sum(one)))),
    st.integers(0, 80),
)
def test_merged_spans_cover_what_the_spans_cover(found: list[tuple[int, int]], place: int) -> None:
    assert inside(outermost(found), place) >= any(start < place < end for start, end in found)


@given(WORDS, WORDS, st.sampled_from(WRAPPED), st.sampled_from([" ", "", "(", "字"]), WORDS, LIMITS)
@settings(max_examples=400)
def test_a_span_that_fits_half_a_piece_with_what_its_paragraph_says_before_is_never_cut(
    before: list[str], words: list[str], form: str, joint: str, after: list[str], limit: int
) -> None:
    """Whatever stands before its paragraph and behind it."""
    span = wrapped(words, form)
    lead = "" if form[0] == "_" and joint not in (" ", "(") else joint
    paragraph = f"Well {lead}{span}"
    if units(paragraph) > limit // 2:
        return
    for opening in ("", " ".join(before) + ".\n\n", " ".join(before * 9) + "\n\n"):
        text = f"{opening}{paragraph} {' '.join(after * 20)}"
        assert any(span in piece for piece in pieces(text, limit)), pieces(text, limit)


@given(st.lists(st.tuples(WORDS, st.sampled_from(WRAPPED)), min_size=1, max_size=12), st.integers(120, 300))
@settings(max_examples=300)
def test_no_cut_falls_inside_a_short_span_of_a_long_paragraph(
    parts: list[tuple[list[str], str]], limit: int
) -> None:
    made = [wrapped(words[:4], form) for words, form in parts]
    found = pieces(" and then ".join(made), limit)
    assert [span for span in made if not any(span in piece for piece in found)] == []


@given(MARKED, LIMITS)
@settings(max_examples=300)
@example(
    "*🇩🇪a字字\\\\`" + "x" * 15 + "👍🏽``\n      ```\n]( \u0301\r\n`` \u0301aword ~~st r~~" + "x" * 30, 40
)  # more backticks make a fence, and the piece end earlier
def test_what_was_posted_is_never_rewritten_as_marks_open_and_close(text: str, limit: int) -> None:
    """For every beginning of the text."""
    whole = pieces(text, limit)
    for end in range(len(text)):
        so_far = pieces(text[:end], limit)
        assert so_far[:-1] == whole[: len(so_far[:-1])]


@given(MARKED.filter(lambda text: "```" not in text and "~~~" not in text), LIMITS)
@settings(max_examples=300)
def test_marks_move_cuts_and_lose_or_add_nothing(text: str, limit: int) -> None:
    found = pieces(text, limit)
    assert ink("".join(found)) == ink(text)
    assert all(units(piece) <= limit and shows(piece) for piece in found)


def ink(text: str) -> str:
    return "".join(char for char in text if shows(char))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 20 + " **bold words here that go on** end", "a" * 20),
        ("a" * 20 + " b [a label of words](https://a.b) end", "a" * 20 + " b"),
        ("字" * 20 + "**粗体 粗体粗体粗体粗体粗体粗体粗体粗体粗体粗体**字", "字" * 20),
        ("a" * 20 + ". b **bold. Words here that go on** end", "a" * 20 + "."),
        ("one two **bold\nwords " + "b" * 40, "one two **bold\nwords"),
        ("**bold all the way `and some code` to the end of it** x", "**bold all the way `and some code` to"),
        ("**bold all the way and more `some longer code` to** x", "**bold all the way and more"),
        ("**bold all the way and more of it now**字字 字", "**bold all the way and more of it now**字"),
        ("aaaa bbbb cccc 5 ** 3 dddd eeee ffff gggg", "aaaa bbbb cccc 5 ** 3 dddd eeee ffff"),
        ("```\n" + "*a b " * 5 + "\n" + "*a b " * 5 + "\n```", "```\n" + ("*a b " * 5).strip() + "\n```"),
    ],
)  # fmt: skip
def test_a_cut_moves_out_of_a_span_if_that_leaves_a_third_of_a_piece(text: str, first: str) -> None:
    assert pieces(text, 40)[0] == first


def test_code_in_a_fence_has_no_spans() -> None:
    code = "x = *a and b\n" * 5
    assert pieces(f"```\n{code}```\nprose", 60)[0] == "```\n" + "x = *a and b\n" * 4 + "```"


@pytest.mark.parametrize(
    "part",
    [
        "**a ", "*a", "`", "`a ``b ", "[", "[a](", "](", "**a** ", "***", "_a ", "a|| ||b ", "\\", "(",
        "[a](b) ", "~~a*b_ ", "\n*a", "x" * 300 + "*a" + "🇩🇪" * 300,
        "x" * 600 + "**y" + "x" * 400 + "\n\n",
    ],
)  # fmt: skip
def test_the_work_grows_with_the_marks_and_not_with_their_square(part: str) -> None:
    assert calls((part * 40_000)[:40_000]) < 12 * calls((part * 5000)[:5000])


def test_a_paragraph_of_marks_alone_is_read_in_one_walk() -> None:
    """A single stretch, as long as no platform has one: every mark costs the same few calls."""
    for part in ("**a ", "`a ``b ", "[a](", "***a *b** ", "[", "`", "\\*"):
        few, many = (calls(part * count, reads) for count in (1000, 10_000))
        assert many < 12 * few


def reads(text: str) -> object:
    return outermost(spans(text, 0, len(text), over=False))
