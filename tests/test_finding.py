"""Likeness and words, merged: what stands out comes first, and nothing grows without bounds."""

import math
import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.finding import BESIDE, HEARD, MOST, TOKENS, Candidate, candidates, merged, passages
from bot.memory.matrices import Matrices
from bot.memory.vectors import DIMS, ENOUGH, Matrix, packed
from bot.messages import ChannelKey, Person
from bot.providers.offline.likeness import placement
from bot.records import Exchange, Said
from bot.text import estimate_tokens
from tests.bench.old_facts import conversation

ids = st.lists(st.integers(1, 30), max_size=20)
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN, PARLEY = Person("web:ann", "Ann"), Person("parley", "Parley", bot=True)


@given(st.lists(ids, max_size=4))
def test_merging_keeps_everything_once_and_what_all_agree_on_first(rankings: list[list[int]]) -> None:
    found = merged(rankings)

    assert sorted(found) == sorted({each for ranking in rankings for each in ranking})
    for better in found:
        for worse in found[found.index(better) + 1 :]:
            assert not all(ahead(ranking, worse, better) for ranking in rankings)


def ahead(ranking: list[int], one: int, other: int) -> bool:
    """Whether one is in this list, and before the other."""
    return one in ranking and (other not in ranking or ranking.index(one) < ranking.index(other))


@given(ids, ids)
def test_one_ranking_alone_is_its_own_order_and_two_are_treated_alike(one: list[int], two: list[int]) -> None:
    assert merged([one]) == tuple(dict.fromkeys(one))
    assert merged([one, two])[:1] == merged([one, two, []])[:1]
    assert set(merged([one, two])) == set(merged([two, one]))


def vectors(*texts: str) -> list[tuple[int, bytes]]:
    return list(enumerate(packed([placement(text) for text in texts]), start=1))


def asked(matrix: Matrix, text: str, **within: int) -> list[int]:
    near = matrix.likenesses(packed([placement(text)])[0], **within).nearest(3)
    return [one.id for one in near]


def test_texts_of_the_same_words_lie_together_in_every_script() -> None:
    texts = ("a red macaw", "die grünen Äpfel", "красная птица", "漢字を読む鳥", "the quarterly budget")
    matrix = Matrix.of(vectors(*texts))

    for number, text in enumerate(texts, start=1):
        assert asked(matrix, text)[0] == number
    assert asked(matrix, "GRUNE APFEL")[0] == 2
    assert asked(matrix, "鳥は漢字")[0] == 4
    assert asked(matrix, "some macaws")[0] == 1


def test_only_a_stretch_of_the_past_is_looked_at() -> None:
    matrix = Matrix.of(vectors("a plum", "a plum", "a plum", "a plum"))

    assert sorted(asked(matrix, "a plum", after=1, before=4)) == [2, 3]
    assert asked(matrix, "a plum", after=4) == asked(matrix, "a plum", before=1) == []
    assert Matrix.of(vectors("a plum")).likenesses(b"\1\2").nearest(5) == ()
    assert Matrix.of([]).likenesses(bytes(DIMS)).nearest(5) == ()


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
def test_a_matrix_that_grows_is_the_one_that_is_read(order: list[int], first: set[int]) -> None:
    rows = dict(vectors("one", "two", "three", "four", "five", "six", "seven", "eight"))
    old, late = [(n, rows[n]) for n in first], [(n, rows[n]) for n in order if n not in first]
    again = [(n, rows[9 - n]) for n in order[:2]]
    grown = (
        Matrix.of([*old, *again[:1]] if order[0] not in first else old).with_vectors(late).with_vectors(again)
    )
    whole = Matrix.of(list({**rows, **dict(again)}.items()))

    assert [list(grown.ids), grown.rows.tolist()] == [list(whole.ids), whole.rows.tolist()]
    assert grown.common.tolist() == pytest.approx(whole.common.tolist())


def test_vectors_are_bytes_that_keep_their_likeness() -> None:
    chance = random.Random(1)
    many = [[chance.gauss(0, 1) for _ in range(600)] for _ in range(ENOUGH - 2)]
    found = packed([*many, [0.0] * 600])

    assert {len(one) for one in found} == {DIMS}
    for each, near in zip(
        many, Matrix.of(list(enumerate(found, start=1))).likenesses(found[0]).values, strict=False
    ):
        assert near == pytest.approx(cosine(many[0][:DIMS], each[:DIMS]), abs=0.005)
    assert packed([]) == ()


def cosine(one: list[float], other: list[float]) -> float:
    lengths = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths


def test_what_does_not_stand_out_does_not_come_back() -> None:
    chatter = [turn.said for turn in conversation(200) if turn.fact is None]
    matrix = Matrix.of(vectors("the spare key hangs behind the shed", *chatter))

    def found(text: str, worded: list[int]) -> list[int]:
        likenesses = matrix.likenesses(packed([placement(text)])[0])
        return [one.message_id for one in candidates(worded, likenesses)]

    assert found("where do spare keys hang?", [1])[:1] == [1]
    assert found("thanks", []) == []
    assert found("where do spare keys hang?", [500, 1])[:1] == [1]
    assert 500 in found("where do spare keys hang?", [500, 1])
    assert candidates(list(range(20)), None) == tuple(Candidate(number) for number in range(MOST))


def exchange(number: int, text: str, reply: str = "") -> Exchange:
    answer = Said(number + 1, PARLEY, reply, at=AT) if reply else None
    return Exchange(Said(number, ANN, text, at=AT), answer)


def test_an_answer_that_is_found_brings_its_question() -> None:
    found = passages([Candidate(4, 0.5)], [exchange(3, "q" * 999, "a" * 9999)])

    assert [(one.who, len(one.text), one.likeness) for one in found] == [
        ("Ann", BESIDE, 0.0),
        ("Parley", HEARD, 0.5),
    ]
    assert passages([Candidate(9)], [exchange(3, "q", "a")]) == ()


@given(st.lists(st.tuples(st.text(max_size=3000), st.text(max_size=500)), max_size=12), st.randoms())
def test_what_comes_back_is_never_much(said: list[tuple[str, str]], chance: random.Random) -> None:
    exchanges = [exchange(2 * number + 1, *both) for number, both in enumerate(said)]
    hits = [Candidate(2 * number + 1 + chance.randint(0, 1), 0.5) for number in range(len(said))]
    chance.shuffle(hits)
    found = passages(hits, exchanges)

    assert sum(estimate_tokens(one.text) for one in found) <= TOKENS
    assert len({(one.message_id + 1) // 2 for one in found}) <= MOST
    assert [one.message_id for one in found] == sorted(one.message_id for one in found)


def test_the_rooms_that_were_left_longest_go_first_when_memory_is_full() -> None:
    rooms = [ChannelKey("web", "local", "home", str(number)) for number in range(4)]
    matrix = Matrix.of(vectors("a plum", "a pear"))
    kept = Matrices(most=3 * matrix.size)
    for room in rooms[:3]:
        kept.put(room, "m", matrix)
    assert kept.get(rooms[0], "m") is matrix
    kept.put(rooms[3], "m", matrix)

    assert [kept.get(room, "m") is not None for room in rooms] == [True, False, True, True]
    assert (kept.size, len(kept)) == (3 * matrix.size, 3)
    kept.put(rooms[2], "m", Matrix.of(vectors("a plum")))
    assert kept.size < 3 * matrix.size
    kept.put(rooms[0], "m", Matrix.of(vectors(*["a plum"] * 12)))
    assert kept.get(rooms[0], "m") is None
    kept.clear()
    assert (kept.size, len(kept)) == (0, 0)
    for number in range(100):
        kept.put(ChannelKey("web", "local", "home", str(number)), "m", Matrix.of([]))
    assert len(kept) < 20  # nothing at all takes memory, too
