"""Tables as files that spreadsheets open, and as people see them: nothing in them does anything."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.forms.tabular import MARK, csv_of, harmless, preview
from bot.unseen import seen

CELLS = st.text(max_size=20)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)
    )
)
def test_a_file_reads_back_as_what_was_written(rows: list[list[str]]) -> None:
    written = csv_of(rows[0], rows[1:])
    read = list(csv.reader(io.StringIO(written.removeprefix(MARK), newline="")))

    assert written.startswith(MARK)
    assert written.endswith("\r\n")
    assert [row or [""] for row in read] == [[harmless(cell) for cell in row] for row in rows]


@given(CELLS)
def test_no_cell_is_a_formula_and_no_other_is_changed(cell: str) -> None:
    made = harmless(cell)
    begins = made.lstrip(" \u00a0")[:1]
    if begins and begins in "=@\t\r\n":
        raise AssertionError(made)
    assert made in (seen(cell).replace("\0", ""), "'" + seen(cell).replace("\0", ""))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+SUM(A1)", "-2+3", "@A1", "\t=1", " =1", "＝1", "-", "+49 170 123", "-1e5"]
)
def test_what_begins_like_a_formula_stands_behind_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", ["-12.50", "+3", "-1,234.5", "-3 %", "12", "Ann", "2026-11-20", "'quoted'", ""]
)
def test_plain_numbers_and_words_stay(cell: str) -> None:
    assert harmless(cell) == cell


def test_people_see_the_first_rows_as_columns_and_wide_ones_as_a_list() -> None:
    rows = [[f"Ann {number}", str(number)] for number in range(12)]
    shown = preview(["name", "amount"], rows).splitlines()
    wide = preview(["one", "two", "three"], [["x" * 80, "y" * 80, "z" * 80]])

    assert shown[0] == shown[-1] == "```"
    assert shown[1] == "name   amount"
    assert len(shown) == 2 + 1 + 10
    assert wide.startswith("- xxx")
    assert "…" in wide


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=4))
def test_no_cell_ends_the_block_that_it_stands_in(rows: list[list[str]]) -> None:
    shown = preview(["a", "b"], rows)
    assert shown.count("```") == 2
    assert len(shown.splitlines()) == 3 + len(rows)
