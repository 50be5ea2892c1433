"""What a model thinks aloud is not part of its answer, however the answer is cut."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wire.thoughts import ENDS, Thoughts


def shown(*pieces: str) -> str:
    thoughts = Thoughts()
    return "".join(map(thoughts.say, pieces)) + thoughts.rest()


@pytest.mark.parametrize(
    ("answer", "visible"),
    [
        ("Hello", "Hello"),
        ("", ""),
        ("  \n and so on", "  \n and so on"),
        ("<think>Hm.</think>Hello", "Hello"),
        ("<think>Hm.</think>\n\n  Hello\n", "Hello\n"),
        ("\n <think>\n</think>\n\nHello", "Hello"),
        ("<think></think>", ""),
        ("<think>Hm. <b> </thin </thinking></think>Hello", "Hello"),
        ("<think>Hm.</think> <thinking>And?</thinking> Hello", "Hello"),
        ("<think>Hm.</think>Then <think>this</think> stays.", "Then <think>this</think> stays."),
        ("Write `<think>` first.", "Write `<think>` first."),
        ("```\n<think>x</think>\n```", "```\n<think>x</think>\n```"),
        ("<thinker>is a word</thinker>", "<thinker>is a word</thinker>"),
        ("<thi", "<thi"),
        (" <", " <"),
        ("<think>Hm.</think> <thi", "<thi"),
        ("<think>never closed", ""),
        ("<think>never closed</thin", ""),
        ("<Think>is no tag", "<Think>is no tag"),
        ("</think>is no beginning", "</think>is no beginning"),
    ],
)
def test_only_what_is_said_is_shown(answer: str, visible: str) -> None:
    assert shown(answer) == visible
    assert shown(*answer) == visible


@pytest.mark.parametrize("tag", ENDS)
def test_every_tag_in_use_hides_what_it_holds(tag: str) -> None:
    assert shown(f"{tag}Hm.{ENDS[tag]}\nHello") == "Hello"


def test_what_is_certain_is_shown_at_once() -> None:
    thoughts = Thoughts()
    said = [thoughts.say(piece) for piece in (" ", "<", "b>", "<think>", "x")]
    assert said == ["", "", " <b>", "<think>", "x"]
    assert thoughts.rest() == ""


def test_a_long_thought_is_not_kept() -> None:
    thoughts = Thoughts()
    assert thoughts.say("<think>" + "hm " * 100_000) == ""
    assert max(len(str(value)) for value in vars(thoughts).values()) < 20


PIECES = st.lists(st.sampled_from([*ENDS, *ENDS.values(), "<", "th", "ink>", "</", "[", " ", "\n", "a", "ß"]))


@given(PIECES, st.data())
@example(["<think>", "a", "</think>", " ", "a"], None)
def test_cutting_changes_nothing(pieces: list[str], data: st.DataObject | None) -> None:
    whole = "".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))) if data else range(len(whole)))
    edges = [0, *cuts, len(whole)]
    parts = [whole[start:end] for start, end in pairwise(edges)]
    assert shown(*parts) == shown(whole) == shown(*whole)


@given(st.text())
def test_an_answer_without_tags_is_shown_as_it_is(text: str) -> None:
    assert any(tag in text for tag in ENDS) or shown(text) == text
