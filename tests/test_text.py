"""Words and how many tokens they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import text as weighing
from bot.text import estimate_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("The quick brown fox jumps over the lazy dog", 9),
        ("internationalisation", 4),
        ("one\n\ntwo", 3),
        ("a  b", 2),
        ("12345", 2),
        ("你好世界", 2),
        ("Hello, world!", 4),
    ],
)
def test_tokens_are_guessed_from_the_classes_of_characters(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@given(st.text(), st.text())
def test_two_texts_cost_what_each_of_them_costs(one: str, other: str) -> None:
    assert abs(estimate_tokens(f"{one} {other}") - estimate_tokens(one) - estimate_tokens(other)) <= 1


def test_weights_are_remembered_and_no_words_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weighing, "REMEMBERED", 2)
    monkeypatch.setattr(weighing, "_weighed", {})

    assert [estimate_tokens(text) for text in ("one", "one two", "one", "one two three")] == [1, 2, 1, 3]
    assert list(weighing._weighed.values()) == [3]  # at its limit it begins anew
    assert set(map(type, weighing._weighed)) == {int}
