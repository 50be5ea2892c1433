"""Splitting: nothing too long, nothing broken, nothing lost, nothing rewritten."""

import re
import sys
import unicodedata
from collections.abc import Callable
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.delivery.clusters import joined, shows, units
from bot.delivery.split import pieces

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
CLUSTERS = [
    FAMILY, "👍🏽", "❤️", "1️⃣", "🇩🇪", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "e\u0301", "ก\u0e33", "क्ष", "\u1112\u1161\u11ab",
]  # fmt: skip
ATOMS = [
    "a", "word", " ", "  ", "\n", "\n\n", "\n\n\n", ". ", "! ", "。", "`", "``", "```", "````", "~~~",
    "```py\n", "\n```\n", "\n~~~~\n", "\n   ```", "\n      ```\n", "\t", "x" * 30, "```a`b", "``` \n",
    "*", "**", "_", "||", "[", "](", "**b c**", "[a b](https://c.d)", "\\",
    "\u200b", "\u0301", " \u0301", "\u200d", "🙂", "🇩", "\r\n", "long info string", *CLUSTERS,
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(ATOMS), st.text(max_size=12)), max_size=40).map("".join)
LIMITS = st.integers(24, 160)


def fences(text: str) -> tuple[str, str, bool]:
    """A plain reading, line by line: the prose, the code, and whether a fence stands open at the end."""
    prose: list[str] = []
    code: list[str] = []
    fence: tuple[str, int] | None = None
    for line in text.split("\n"):
        bare = line.lstrip(" \t")
        indent = len(line) - len(bare)
        marker = re.match(r"`{3,}|~{3,}", bare)
        info = bare[marker.end() :] if marker else ""
        if fence is None:
            if marker and not (marker.group()[0] == "`" and "`" in info):
                fence = marker.group(), indent
            else:
                prose.append(line)
        elif marker and not info.strip() and marker.group().startswith(fence[0]) and indent <= fence[1] + 3:
            fence = None
        else:
            code.append(line)
    return _ink("".join(prose)), _ink("".join(code)), fence is not None


def _ink(text: str) -> str:
    """What is left when blanks and the invisible are taken out."""
    return "".join(char for char in text if shows(char))


@given(TEXTS, st.integers(2, 160))
@example("🙂" * 40, 2)
@example("e" + "\u0301" * 300, 24)
@settings(max_examples=300)
def test_no_piece_is_longer_than_the_limit_and_each_shows_something(text: str, limit: int) -> None:
    for piece in pieces(text, limit):
        assert units(piece) <= limit
        assert shows(piece)


@given(TEXTS, LIMITS, st.integers(0, 200))
@example("a" * 22 + "\u200d\n```\nb", 25, 3)
@example("aa❤️000𐀀000𐀀``` \n000𐀀\r\n```", 24, 2)
@settings(max_examples=600)
def test_what_was_posted_is_never_rewritten_as_the_text_grows(text: str, limit: int, less: int) -> None:
    """All pieces but the last of a beginning are pieces of the whole."""
    so_far = pieces(text[: max(len(text) - less, 0)], limit)
    assert so_far[:-1] == pieces(text, limit)[: len(so_far[:-1])]


@given(
    st.lists(st.sampled_from(["a", "word word", " ", "\n", "x" * 40, ". ", "🙂", "e\u0301"])).map("".join),
    LIMITS,
)
def test_prose_comes_back_whole_up_to_blanks(text: str, limit: int) -> None:
    assert "".join("".join(pieces(text, limit)).split()) == "".join(text.split())


CODE = st.lists(
    st.one_of(
        st.sampled_from(
            ["```py", "```", "````md", "````", "~~~", "   ```", "", "    indented", "x = 1", "``", "prose."]
        ),
        st.text("ab .", max_size=60),
    ),
    max_size=30,
).map("\n".join)


@given(CODE, st.integers(80, 200))
@settings(max_examples=500)
def test_every_piece_reads_alone_as_it_read_in_the_whole(text: str, limit: int) -> None:
    """No fence stays open, and what was code is code in its piece, what was prose is prose."""
    parts = [fences(piece) for piece in pieces(text, limit)]
    prose, code, _ = fences(text)
    assert not any(is_open for *_, is_open in parts)
    assert ("".join(part[0] for part in parts), "".join(part[1] for part in parts)) == (prose, code)


@given(st.lists(st.sampled_from([*CLUSTERS, "a", " "])), st.integers(32, 80))
def test_a_cluster_is_never_broken(parts: list[str], limit: int) -> None:
    """Each piece is made of whole clusters."""
    for piece in pieces("".join(parts), limit):
        rest = piece
        for cluster in sorted([*CLUSTERS, "a", " "], key=len, reverse=True):
            rest = rest.replace(cluster, "\0")
        assert not rest.replace("\0", "")


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_these_are_one_character_to_a_reader(cluster: str) -> None:
    assert all(joined(cluster, place) for place in range(1, len(cluster)))
    assert not joined(cluster + "x", len(cluster))


@given(st.lists(st.text("abc", min_size=1, max_size=20), min_size=1).map(" ".join), LIMITS)
def test_a_word_is_broken_only_when_it_fits_no_piece(text: str, limit: int) -> None:
    assert " ".join(pieces(text, limit)).split() == text.split()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a" * 20 + ".\n" + "b" * 6 + "\n\n" + "c" * 10 + " d\n" + "e" * 40, "a" * 20 + ".\n" + "b" * 6),
        ("a" * 30 + ". b\n" + "c" * 5 + " " + "d" * 40, "a" * 30 + ". b"),
        ("a" * 30 + ". bcd " + "d" * 40, "a" * 30 + "."),
        ("a" * 30 + " bcd " + "d" * 40, "a" * 30 + " bcd"),
        ("x 3.14 " + "a" * 20 + " 1. b " + "d" * 40, "x 3.14 " + "a" * 20 + " 1. b"),
        ("吾輩は猫。名前は無い。" * 4 + "a" * 40, "吾輩は猫。名前は無い。" * 3 + "吾輩は猫。"),
    ],
)  # fmt: skip
def test_a_cut_prefers_paragraph_then_line_then_sentence_then_word(text: str, first: str) -> None:
    assert pieces(text, 40)[0] == first


def test_a_code_block_is_closed_and_opened_again_with_its_language() -> None:
    code = "\n".join(f"line_{n} = {n}" for n in range(20))
    parts = pieces(f"Look:\n\n```python\n{code}\n```\nDone.", 100)
    assert len(parts) > 2
    assert all(part.startswith("```python\n") and part.endswith("\n```") for part in parts[1:-1])
    assert parts[-1].endswith("```\nDone.")


def test_an_endless_language_name_is_not_repeated() -> None:
    parts = pieces("```" + "x" * 30 + "\n" + "code\n" * 40, 100)
    assert parts[0].startswith("```" + "x" * 30)
    assert all(part.startswith("```\ncode") for part in parts[1:])


def test_a_block_never_starts_at_the_very_end_of_a_piece() -> None:
    first, second, *_ = pieces("a" * 88 + "\n```py\n" + "code()\n" * 10 + "```", 100)
    assert first == "a" * 88
    assert second.startswith("```py\ncode()")


def test_three_backticks_inside_a_longer_fence_are_code() -> None:
    parts = pieces("````md\n" + "```py\nx\n```\n" * 20 + "````\nend", 100)
    assert all(part.startswith("````md\n") for part in parts)
    assert parts[-1].endswith("````\nend")


@pytest.mark.parametrize("blank", ["", " ", "\n" * 10_000, "\u200b" * 3000, "\u2800 \u3164", "\ufeff"])
def test_nothing_to_see_is_no_message(blank: str) -> None:
    assert pieces(blank, 2000) == []


@pytest.mark.parametrize("length", [1, 1999, 2000, 2001, 3999, 4000, 4001, 6000, 100_000])
def test_the_fewest_messages_for_a_text_without_blanks(length: int) -> None:
    assert [len(piece) for piece in pieces("x" * length, 2000)][:-1] == [2000] * ((length - 1) // 2000)


def test_a_character_of_marks_longer_than_a_message_is_cut_hard() -> None:
    zalgo = "e" + "\u0301" * 5000
    assert "".join(pieces(zalgo, 2000)) == zalgo
    assert unicodedata.category(pieces(zalgo, 2000)[1][0]) == "Mn"


@pytest.mark.parametrize(
    "part", ["word ", "🙂", "🇩🇪", "a\n", "```\n", "```py\nx🙂\n```\n", "\n", "   ", "e\u0301", FAMILY, "`"]
)  # fmt: skip
def test_the_work_grows_with_the_length_and_not_with_its_square(part: str) -> None:
    """Counted in calls, which every machine makes equally many of."""
    assert calls((part * 40_000)[:40_000]) < 12 * calls((part * 5000)[:5000])


def calls(text: str, done: Callable[[str], object] = lambda text: pieces(text, 1000)) -> int:
    """How many calls, those into C included, it takes to split a text, or to do something else with it."""
    count = 0

    def called(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        done(text)
    finally:
        sys.setprofile(None)
    return count
