"""What an answer cites is listed under it; what it makes up is not."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.conversation.prompt.citing import cited, sources
from bot.records import Passage

MANUAL = Passage("knowledge", "The red lever.", name="user_manual.pdf", page=12, file_id=3)
NOTES = Passage("knowledge", "The blue one.", name="notes.md", section="On *levers* [new](https://x.invalid)")
BARE = Passage("knowledge", "x", name="a`b.txt")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It is red [1].", [1]),
        ("Red [2][1], again [1].", [1, 2]),
        ("red[1]", [1]),
        ("(see [1])", [1]),
        ("As the guide says [1]: it is red [2, 3].", [1, 2, 3]),
        ("**red**[1]", [1]),
        ("A list:\n[1] and [3]", [1, 3]),
        ("Unknown [4], [0], [99], [1234].", []),
        ("`a[1]` and\n```\nb[2]\n```\n", []),
        ("```\nb[2]", []),
        ("``a [1] `b", [1]),  # no code: these signs have no others of their number
        ("[1](https://elsewhere.invalid) and [1]: https://elsewhere.invalid", []),
        ("![1](x) [a][1] [1]: </a>", []),
        ("no numbers [x] [] [ 1 ]", []),
    ],
)
def test_citations_are_numbers_in_brackets_outside_code_and_links(text: str, numbers: list[int]) -> None:
    assert cited(text, 3) == numbers


def test_sources_are_listed_with_file_and_place() -> None:
    listed = sources("x [3] [1][2] [7]", [MANUAL, NOTES, BARE])
    assert listed.splitlines() == [
        "[1] `user_manual.pdf`, page 12",
        "[2] `notes.md`, “On levers newhttps:x.invalid”",
        "[3] `a'b.txt`",
    ]


def test_the_place_of_a_source_is_its_link() -> None:
    linked = [replace(one, link=f"/at/{one.file_id}") for one in (MANUAL, BARE)]
    assert sources("[1] [2]", linked).splitlines() == [
        "[1] `user_manual.pdf`, [page 12](/at/3)",
        "[2] `a'b.txt`, [open](/at/0)",
    ]


def test_an_answer_that_cites_nothing_has_no_list() -> None:
    assert sources("It is red.", [MANUAL]) == ""
    assert sources("It is red [1].", []) == ""


@given(st.text(st.sampled_from("[]12 `~\n(:!\\a"), max_size=60))
def test_whatever_is_written_only_known_numbers_are_cited(text: str) -> None:
    assert set(cited(text, 2)) <= {1, 2}
