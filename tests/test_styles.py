"""A purpose has its documented values, what is set by hand keeps to its range, all of it is read back."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadOption
from bot.governance.styles import (
    PARAMETERS,
    PURPOSES,
    Chosen,
    Parameter,
    by_hand,
    changed,
    purpose,
    read,
    resolve,
    set_in,
    write,
)
from bot.messages import Style

CREATIVE = Style(1.25, 0.9, 0.5, 0.3)
NAMES = st.sampled_from(["", *(known.name for known in PURPOSES)])


def within(parameter: Parameter) -> st.SearchStrategy[float]:
    return st.floats(parameter.least, parameter.most, exclude_min=parameter.open)


HANDS = st.fixed_dictionaries({}, optional={each.name: within(each) for each in PARAMETERS}).map(by_hand)
CHOSEN = st.builds(Chosen, NAMES, HANDS)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("creative writing", (1.25, 0.9, 0.5, 0.3)),
        ("technical description", (0.35, 0.8, 0.0, 0.2)),
        ("conversational", (0.85, 0.95, 0.6, 0.4)),
        ("factual", (0.15, 0.7, 0.0, 0.0)),
        ("brainstorming", (1.45, 0.95, 0.8, 0.5)),
        ("summarization", (0.45, 0.85, 0.2, 0.1)),
    ],
)
def test_a_purpose_stands_for_its_documented_values_and_the_middle_of_its_range(
    name: str, values: tuple[float, ...]
) -> None:
    assert astuple(purpose(name).style) == values
    assert len(PURPOSES) == 6


def test_a_purpose_goes_by_its_short_and_its_whole_name() -> None:
    assert purpose("creative") is purpose("  Creative   WRITING ")

    with pytest.raises(BadOption, match=r"no style “poetry”\. There are: creative, technical,"):
        purpose("poetry")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("temperature", 2.01, "“temperature” must be between 0 and 2."),
        ("temperature", -0.1, "“temperature” must be between 0 and 2."),
        ("temperature", float("nan"), "“temperature” must be between 0 and 2."),
        ("temperature", True, "“temperature” must be between 0 and 2."),
        ("temperature", "1", "“temperature” must be between 0 and 2."),
        ("top_p", 0, "“top_p” must be above 0 and at most 1."),
        ("top_p", 1.1, "“top_p” must be above 0 and at most 1."),
        ("presence_penalty", -2.1, "“presence_penalty” must be between -2 and 2."),
        ("frequency_penalty", float("inf"), "“frequency_penalty” must be between -2 and 2."),
    ],
)
def test_a_value_outside_its_range_is_refused_with_the_range(name: str, value: object, sentence: str) -> None:
    with pytest.raises(BadOption) as refused:
        by_hand({name: value})

    assert refused.value.reply == sentence


@pytest.mark.parametrize("values", [(0, 0.001, -2, -2), (2, 1, 2, 2)])
def test_the_ends_of_a_range_belong_to_it(values: tuple[float, ...]) -> None:
    named = dict(zip((each.name for each in PARAMETERS), values, strict=True))

    assert astuple(by_hand(named)) == values


def test_what_is_set_by_hand_stands_over_the_purpose_and_a_purpose_begins_anew() -> None:
    first = changed(Chosen(), "creative", Style(temperature=1.4))
    assert first.style == Style(1.4, 0.9, 0.5, 0.3)

    second = changed(first, "", Style(top_p=1.0))
    assert second.style == Style(1.4, 1.0, 0.5, 0.3)

    assert changed(second, "factual", Style()).style == purpose("factual").style


@given(CHOSEN)
def test_what_is_written_is_read_back(chosen: Chosen) -> None:
    assert read(write(chosen)) == chosen


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "creative",
        "{",
        "[]",
        "null",
        '{"purpose": "poetry"}',
        '{"purpose": 1}',
        '{"warmth": 1}',
        '{"temperature": 3}',
        '{"temperature": "1"}',
        '{"temperature": 1e999}',
        '{"top_p": 0}',
        "\ud800",
        "[" * 100_000,
    ],
)
def test_a_value_that_nobody_can_read_counts_as_none(value: str | None) -> None:
    assert read(value) == Chosen()
    assert resolve("", value) == Style()


@given(st.text())
def test_no_text_is_too_strange_to_be_read(value: str) -> None:
    assert isinstance(read(value), Chosen)


def test_a_purpose_named_for_one_message_stands_in_for_all_that_the_room_keeps() -> None:
    kept = write(Chosen("factual", Style(top_p=0.2)))

    assert resolve("creative", kept) == resolve("creative", None) == CREATIVE
    assert resolve("", kept) == Style(0.15, 0.2, 0.0, 0.0)
    assert resolve("", None) == Style()
    with pytest.raises(BadOption):
        resolve("poetry", kept)


@given(CHOSEN)
def test_no_style_leaves_the_documented_ranges(chosen: Chosen) -> None:
    values = set_in(chosen.style)

    assert all(each.takes(values.get(each.name, each.most)) for each in PARAMETERS)
