"""A file's text is cut into pieces that lose nothing, and know where they stood."""

import hypothesis.strategies as st
from hypothesis import example, given

from bot.memory.chunking import LEAST, TOKENS, chunks, spans, tidied
from bot.messages import Document
from bot.reading.cutting import marked
from bot.text import estimate_tokens

TEXTS = st.text(st.sampled_from("ab. \n#`!。字1\u00a0\x1c-é"), max_size=3000)


@given(TEXTS)
@example("字" * 3000)
@example("x" * 9000)
@example("a b " * 2000)
@example("\n \n" * 500 + "a")
@example("1. " * 1000)
def test_nothing_is_lost_and_no_piece_is_too_heavy(text: str) -> None:
    whole, covered = tidied(text), 0
    assert whole.split() == text.split()
    for start, end in spans(whole):
        assert not whole[covered:start].strip()
        assert covered < end
        covered = end
    assert not whole[covered:].strip()
    for chunk in chunks(Document("a.md", text)):
        assert chunk.text.strip()
        assert estimate_tokens(chunk.text) <= TOKENS


def test_a_hole_in_a_text_is_not_kept_as_wide_as_it_is() -> None:
    (piece,) = chunks(Document("a.txt", "one" + " " * 100_000 + "two"))
    assert piece.text.split() == ["one", "two"]
    assert len(piece.text) < 100


def test_pieces_end_with_paragraphs_and_sentences() -> None:
    text = "\n\n".join(
        "This sentence is one of several here. " * 9 + f"End {number}." for number in range(30)
    )
    found = list(chunks(Document("notes.txt", text)))
    assert len(found) > 5
    assert all(chunk.text.endswith(".") for chunk in found)
    assert all(chunk.text.startswith("This sentence") or chunk.text.startswith("End") for chunk in found)


def test_a_piece_of_code_ends_with_a_line() -> None:
    text = "\n".join(f"value_{number} = compute(number={number}, other=None)" for number in range(200))
    for chunk in chunks(Document("code.py", text)):
        assert all(line.startswith("value_") and line.endswith(")") for line in chunk.text.splitlines())


def test_pieces_know_their_page() -> None:
    pages = "\n\n".join(
        marked(number, f"Words of page {number}." if number != 2 else "") for number in (1, 2, 3)
    )
    found = list(chunks(Document("a.pdf", pages, pages=3, read=3)))
    assert [(chunk.page, chunk.text) for chunk in found] == [(1, "Words of page 1."), (3, "Words of page 3.")]


def test_what_looks_like_a_page_in_a_text_is_none() -> None:
    assert [chunk.page for chunk in chunks(Document("a.txt", "[page 7]\nwords"))] == [0]


def test_pieces_know_their_section() -> None:
    words = "Some words about this matter. " * (LEAST // 5)
    text = f"# One\n\n{words}\n\n```\n# no heading\n```\n\n## Two ##\n\n{words}"
    assert {chunk.section for chunk in chunks(Document("a.md", text))} == {"One", "Two"}
    assert {chunk.section for chunk in chunks(Document("a.py", text))} == {""}
