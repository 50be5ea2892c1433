"""Tables in Markdown on Discord, which draws none: columns while they fit, else lists."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.words.tables import WIDEST, drawn

USED = """Used:

| model | calls | US$ |
|---|--:|--:|
| `one/m` | 12 | 0.5 |
| **together** | 3 | 10 |

so far"""


def test_a_table_becomes_columns_numbers_to_the_right() -> None:
    assert drawn(USED) == (
        "Used:\n\n```\nmodel     calls  US$\none/m        12  0.5\ntogether      3   10\n```\n\nso far"
    )


def test_a_wide_table_becomes_a_list() -> None:
    wide = f"| model | does | context |\n|---|---|--:|\n| `{'m' * WIDEST}` | talks | 8k |\n| `b` |  | 1k |"
    assert drawn(wide) == f"- `{'m' * WIDEST}`: does talks, context 8k\n- `b`: context 1k"


def test_code_keeps_its_bars() -> None:
    code = "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```"
    assert drawn(code) == code


def test_bars_in_code_and_escaped_ones_part_no_cells() -> None:
    operators = "| op | means |\n|---|---|\n| `||` | or |\n| a \\| b | either |"
    assert drawn(operators) == "```\nop     means\n||     or\na | b  either\n```"


def test_a_row_with_more_cells_than_the_head_keeps_them() -> None:
    assert drawn("| a |\n|--:|\n| 1 | 2 |") == "```\na\n1  2\n```"
    assert drawn(f"| a | b |\n|---|---|\n| 1 | 2 | {'much ' * 20}|") == f"- 1: b 2, {'much ' * 20}".strip()


cells = st.text(
    st.characters(exclude_characters="|`*\n\r", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20
).map(str.strip)


@given(st.lists(st.tuples(cells.filter(bool), cells, cells), min_size=1, max_size=5))
def test_every_word_of_a_table_is_still_there(rows: list[tuple[str, str, str]]) -> None:
    text = "| a | b | c |\n|---|:-:|--:|\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)
    shown = drawn(text)
    assert all(cell in shown for row in rows for cell in row)
    assert "|" not in shown


@given(st.text(st.sampled_from("|-: \na`"), max_size=60))
def test_whatever_the_text_nothing_breaks(text: str) -> None:
    drawn(text)
