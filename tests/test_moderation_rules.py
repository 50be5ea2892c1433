"""What is too much, what is kept of a room's choices, and what moderators read. Pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadOption
from bot.governance.moderation.alerts import EXCERPT, about, alert, judged
from bot.governance.moderation.policy import (
    MOST_WORDS,
    read_thresholds,
    with_threshold,
    with_words,
    without_words,
)
from bot.governance.moderation.verdicts import exceeded, together
from bot.messages import Verdict

SCORES = st.dictionaries(st.sampled_from(["hate", "violence", "sexual"]), st.floats(0, 1), max_size=3)


@pytest.mark.parametrize(
    ("flagged", "scores", "thresholds", "over"),
    [
        (False, {"hate": 0.5, "violence": 0.9, "sexual": 0.4}, {}, ("violence", "hate")),
        (False, {"hate": 0.5}, {"hate": 0.6}, ()),
        (False, {"hate": 0.2}, {"hate": 0.2}, ("hate",)),
        (True, {"hate": 0.2, "violence": 0.3}, {}, ("violence",)),  # the service knows better than one half
        (True, {"hate": 0.2, "violence": 0.3}, {"violence": 0.9}, ()),  # and moderators than the service
        (True, {}, {}, ()),
    ],
)
def test_categories_count_from_their_thresholds_on(
    flagged: bool, scores: dict[str, float], thresholds: dict[str, float], over: tuple[str, ...]
) -> None:
    assert exceeded(Verdict(flagged, scores), thresholds) == over


@given(st.lists(SCORES, max_size=4))
def test_several_verdicts_are_as_strict_as_the_strictest(all_scores: list[dict[str, float]]) -> None:
    verdicts = [Verdict(flagged=False, scores=scores) for scores in all_scores]
    each = {name for verdict in verdicts for name in exceeded(verdict, {})}
    assert set(exceeded(together(verdicts), {})) == each


@given(SCORES, st.sampled_from(["hate", "Self-Harm", "sexual/minors"]), st.none() | st.floats(0, 1))
def test_thresholds_are_read_as_they_were_kept(
    before: dict[str, float], category: str, score: float | None
) -> None:
    kept = read_thresholds(with_threshold(before, category, score))
    assert kept.get(category.lower()) == (None if score is None else pytest.approx(score, rel=1e-4))
    assert kept.keys() - {category.lower()} == before.keys() - {category.lower()}


@pytest.mark.parametrize("category", ["", "two words", "`x`", "x" * 50])
def test_a_category_is_a_word(category: str) -> None:
    with pytest.raises(BadOption):
        with_threshold({}, category, 0.5)


def test_lines_are_added_and_removed_by_commas_and_lines() -> None:
    kept = with_words(("one",), "two words,  Three* \nONE")
    assert kept.splitlines() == ["one", "two words", "Three*", "ONE"]
    assert without_words(kept.splitlines(), "one, THREE*") == "two words"
    assert without_words(["one"], "one") == ""
    for wrong in ("x", "!", "y" * 200):
        with pytest.raises(BadOption):
            with_words((), wrong)
    with pytest.raises(BadOption):
        without_words(["one"], "seven")
    with pytest.raises(BadOption):
        with_words(tuple(f"w{one}" for one in range(MOST_WORDS)), "more")


@given(st.text(max_size=400), st.text(max_size=80))
def test_an_alert_calls_nobody_and_repeats_a_little_in_one_line(said: str, who: str) -> None:
    told = alert(("question", "filtered"), who, "", scores={"hate": 0.7}, over=("hate",), by=(), excerpt=said)
    head, _, quote = told.partition("\n> ")
    assert "Why: hate 0.70." in head
    assert "\n" not in quote
    assert len(quote) <= EXCERPT + 2
    assert quote.strip("`").count("`") == 0


def test_an_alert_shows_what_stands_around_a_word() -> None:
    text = "x " * 300 + "badger " + "y " * 300
    assert "badger" in about(text, text.index("badger"))
    assert len(about(text, 600)) <= EXCERPT + 2


def test_a_step_is_told_in_a_sentence() -> None:
    step = {"about": "answer", "action": "filtered", "scores": {"hate": 0.1, "words": 1.0}, "over": ["words"]}
    assert judged(step) == "Moderation: answer filtered (words 1.00, hate 0.10)."
    assert judged({"about": "question", "action": "passed"}) == "Moderation: question passed."
