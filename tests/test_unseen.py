"""What nobody sees is taken out; what people write on purpose stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.unseen import seen

EMOJI = (
    "👩\u200d👩\u200d👧\u200d👦", "🏳\ufe0f\u200d🌈", "🏴\u200d☠\ufe0f", "❤\ufe0f\u200d🔥", "👍🏽",
    "🧑🏿\u200d🚀", "1\ufe0f\u20e3", "#\ufe0f\u20e3", "☎\ufe0e", "©\ufe0f", "🇩🇪",
    "👁\ufe0f\u200d🗨\ufe0f", "🧔🏻\u200d♂\ufe0f",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)  # fmt: skip
WORDS = (
    "می\u200cخواهم",
    "क्\u200dष",
    "ශ්\u200dරී",
    "naïve",
    "e\u0301",
    "한국어",
    "עברית",
    "日本",
    "a\tb\nc\r\n",
)


def hidden_in_tags(text: str) -> str:
    """ASCII as tags: what nobody sees and many models read."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in text)


def hidden_in_selectors(text: str) -> str:
    """Bytes as variation selectors behind one emoji."""
    return "😀" + "".join(
        chr(0xFE00 + byte) if byte < 16 else chr(0xE0100 + byte - 16) for byte in text.encode()
    )


@pytest.mark.parametrize("text", [*EMOJI, *WORDS])
def test_what_is_written_on_purpose_stays(text: str) -> None:
    assert seen(text) == text


@given(st.lists(st.sampled_from([*EMOJI, *WORDS, " ", "x", ", "])))
def test_emoji_survive_among_one_another_and_among_words(pieces: list[str]) -> None:
    text = "".join(pieces)

    assert seen(text) == text


@pytest.mark.parametrize("hide", [hidden_in_tags, hidden_in_selectors])
@given(words=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1))
def test_a_sentence_cannot_be_smuggled(hide: object, words: str) -> None:
    assert callable(hide)
    shown = seen(f"Hi{hide(words)}there 🏴{hide(words)}")

    assert not any(0xE0000 <= ord(letter) <= 0xE0FFF for letter in shown)
    assert len(shown) <= len("Hi😀there 🏴😀") + 2  # a selector or two may belong to the emoji before it


@given(st.text(alphabet="\u200b\u200c\u200d\u2060\ufeff\u202e\u00ad\ufe0f\x1b\x9b\x00 a", max_size=50))
def test_nothing_invisible_is_left_between_latin_letters(text: str) -> None:
    assert set(seen(text)) <= {" ", "a"}


@pytest.mark.parametrize("control", ["\u202e", "\u2066", "\u200f", "\x1b[2J", "\x9b2J", "\u061c"])
def test_no_control_reorders_a_line_or_moves_a_cursor(control: str) -> None:
    assert seen(f"a{control}b") == "ab" or seen(f"a{control}b") == f"a{control[1:]}b"


@given(st.text())
def test_what_is_left_is_seen_whole(text: str) -> None:
    """Nothing is added or moved: only taken out."""
    rest = iter(text)

    assert all(letter in rest for letter in seen(text))


@given(st.text(alphabet=st.sampled_from("a😀\u200d\ufe0f\u200c1\u20e3\U000e0061م🏴"), max_size=30))
def test_what_was_looked_through_once_stays(text: str) -> None:
    """Nothing comes to stand together that is hidden again."""
    assert seen(seen(text)) == seen(text)
