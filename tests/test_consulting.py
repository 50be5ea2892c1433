"""What a room knows is looked up for a question: what stands out, and no more than fits."""

import pytest

from bot.memory.consulting import FEW, MOST, NEAR, TOKENS, chosen_of, fitting, pairs_of, words_of
from bot.memory.vectors import Likenesses, Matrix, packed
from bot.records import Piece
from bot.text import estimate_tokens


def likenesses(*values: float) -> Likenesses:
    """Texts numbered from 1 that are so near to a question."""
    vectors = packed([(value, (1 - value * value) ** 0.5) for value in values])
    matrix = Matrix.of(list(enumerate(vectors, 1)))
    return matrix.likenesses(packed([(1.0, 0.0)])[0])


def test_long_words_and_figures_are_looked_for_each_once() -> None:
    assert words_of("Is it, IS it in C7 or the Harbour of the harbour? 港") == ["harbour", "the", "c7", "港"]


def test_words_without_blanks_are_looked_for_by_pairs_of_letters() -> None:
    assert pairs_of("水門を開くのは何色のレバー？ The gate 수문") == ["水門", "何色", "レバ", "バー", "수문"]
    assert pairs_of("Has the harbour cranes?") == []


def test_among_many_what_stands_out_counts_and_words_help() -> None:
    many = likenesses(*[0.30, 0.31, 0.32, 0.33] * 5, 0.36, 0.9)
    assert chosen_of([], many) == (22,)
    assert chosen_of([3], many) == (22,)
    assert chosen_of([22, 3], many) == (22,)


def test_what_has_words_of_the_question_may_lie_farther() -> None:
    some = likenesses(*[0.30, 0.40] * 10, 0.43)
    assert chosen_of([], some) == ()
    assert chosen_of([21], some) == (21,)


def test_among_few_only_what_is_near_counts_or_has_the_words() -> None:
    few = likenesses(*[NEAR - 0.1] * (FEW - 2), NEAR + 0.1)
    assert chosen_of([], few) == (FEW - 1,)
    assert set(chosen_of([1], few)) == {FEW - 1, 1}


def test_without_places_words_alone_decide() -> None:
    assert chosen_of([4, 2], None) == (4, 2)


def test_what_lies_nowhere_yet_counts_by_its_words() -> None:
    assert 99 in chosen_of([99], likenesses(*[0.3] * 20))


def test_no_more_is_shown_than_fits() -> None:
    short = [Piece(f"A few words {number}.") for number in range(20)]
    assert fitting(short) == short[:MOST]
    long = [Piece("word " * 290, position=number) for number in range(20)]
    shown = fitting(long)
    assert shown == long[: len(shown)]
    assert sum(estimate_tokens(one.text) for one in shown) <= TOKENS


@pytest.mark.filterwarnings("error")
def test_numbers_of_any_size_are_packed_without_a_warning() -> None:
    large, tiny, none = packed([(1e300, -1e300), (0.0, 5e-324), (0.0, 0.0)])
    assert (list(large), list(tiny), list(none)) == ([127, 129], [0, 127], [0, 0])
