"""Words that are not to be said are found in any disguise, and never begin to be shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.governance.moderation.letters import IMITATES, LOOK_ALIKES
from bot.governance.moderation.words import APART, LONGEST, Scanner, WordList, pattern

LIST = WordList.of(["badger", "go home now", "ass", "*nazi*", "笨蛋", "1488", "grubb*"])
UNSEEN = ["\u200b", "\u200d", "\u00ad", "\ufe0f", "\u2060", "\u0301", "\u0336", "**", "\\", "||", "_"]
TWINS = {latin: chr(other) for other, latin in ((o, chr(n)) for o, n in LOOK_ALIKES.items())}
SIGNS = {letter: sign for sign, meant in IMITATES.items() for letter in meant}


@st.composite
def disguised(draw: st.DrawFn, word: str = "badger") -> str:
    """A word as somebody may write it who wants it to be read all the same."""
    apart = draw(st.booleans())
    pieces = []
    for place, letter in enumerate(word):
        written = draw(
            st.sampled_from([letter, letter.upper(), TWINS.get(letter, letter), chr(ord(letter) + 0xFEE0)])
        )
        if place and draw(st.booleans()):  # digits alone are a number: the first letter is itself
            written = SIGNS.get(letter, written)
        pieces.append(written * draw(st.integers(1, 3)) + draw(st.sampled_from(["", "", *UNSEEN])))
    parts = st.text(" .-,\n", min_size=1, max_size=APART)
    return "".join(piece + (draw(parts) if apart else "") for piece in pieces[:-1]) + pieces[-1]


@given(disguised(), st.sampled_from(["", "you ", "(", "well,"]), st.sampled_from(["", " there", "!", ")"]))
def test_a_word_is_found_in_any_disguise(word: str, before: str, after: str) -> None:
    hit = LIST.find(before + word + after)
    assert hit is not None
    assert hit.start <= len(before) + 2  # marks before it may belong to it
    assert hit.end >= len(before) + 1


@given(st.text("abdegrskn 4.!@é\u0301\u200bас笨蛋hom\n", max_size=60), st.data())
def test_no_beginning_of_a_word_is_shown_however_the_text_comes(text: str, data: st.DataObject) -> None:
    whole = LIST.find(text)
    scanner, at, shown = Scanner(LIST), 0, 0
    while at < len(text) and scanner.hit is None:
        size = data.draw(st.integers(1, 7))
        scanner.read(text[at : at + size])
        assert scanner.safe >= shown  # nothing is taken back
        shown, at = scanner.safe, at + size
    scanner.read("", final=True)
    assert scanner.hit == whole
    assert shown <= (whole.start if whole else len(text))


@given(st.text(max_size=80), disguised(), st.data())
def test_words_among_anything_are_held_back_to_the_letter(text: str, word: str, data: st.DataObject) -> None:
    said = f"{text} {word} end"
    cut = data.draw(st.integers(0, len(said)))
    scanner = Scanner(LIST)
    scanner.read(said[:cut])
    assert LIST.find(said[: scanner.safe]) is None
    whole = LIST.find(said)
    assert whole is not None
    assert scanner.safe <= whole.start


@given(
    st.lists(
        st.sampled_from(["class", "assess", "basset", "a", "s", "45", "455", "pass it", "go home", "be"])
    )
)
def test_words_that_only_contain_one_pass(words: list[str]) -> None:
    text = ", but ".join(words)
    assert LIST.find(text) is None
    scanner = Scanner(LIST)
    scanner.read(f"{text}, zoo")
    assert scanner.safe == len(text) + 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("neonazis", "nazi"),
        ("Grubbing", "Grubb"),
        ("go  home, now", "go  home, now"),
        ("g o h o m e n o w", "g o h o m e n o w"),
        ("你笨蛋啊", "笨蛋"),
        ("🅱🅰🅳🅶🅴🆁", "🅱🅰🅳🅶🅴🆁"),
        ("in 1488", "1488"),
        ("14 88 apples", None),
        ("badgers", None),
        ("bad ger", None),
        ("begrubbed", None),
        ("go homework now", None),
    ],
)
def test_lines_say_how_far_a_word_reaches(text: str, found: str | None) -> None:
    hit = LIST.find(text)
    assert (text[hit.start : hit.end] if hit else None) == found


@pytest.mark.parametrize("line", ["", "  ", "*", "a", "!?", "x" * (LONGEST + 1)])
def test_lines_that_say_nothing_are_none(line: str) -> None:
    assert pattern(line) is None


@given(st.text(max_size=40), st.text(max_size=200))
def test_any_line_and_any_text_are_read(line: str, text: str) -> None:
    hit = WordList.of([line]).find(unicodedata.normalize("NFC", text))
    assert hit is None or 0 <= hit.start < hit.end <= len(text)
