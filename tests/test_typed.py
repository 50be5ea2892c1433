"""Commands as people type them, on any keyboard."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.typed import Form, Typed, Unclear, line, quoted, read

FORMS = (
    Form("chat", ("message", "model", "style"), ("picture",)),
    Form("persona/show"),
    Form("persona/set", ("text",)),
    Form("new"),
)
PERSONA = "You are a pirate."


@pytest.mark.parametrize(
    "typed",
    [
        f"/persona set {PERSONA}",
        f'/persona set "{PERSONA}"',
        f'/persona set text="{PERSONA}"',
        f"/persona set text=“{PERSONA}”",
        f"/persona set text=„{PERSONA}“",
        f"/persona set text=„{PERSONA}”",
        f"/persona set text=«{PERSONA}»",
        f"/Persona Set Text=“{PERSONA}”",
        f"/persona  set\n{PERSONA}",
    ],
)
def test_a_persona_is_read_from_every_keyboard(typed: str) -> None:
    assert read(typed, FORMS) == Typed("persona/set", {"text": PERSONA})


@pytest.mark.parametrize(
    ("typed", "options"),
    [
        (
            "message: at 9:00, see https://a.example model: a/b",
            {"message": "at 9:00, see https://a.example", "model": "a/b"},
        ),
        ("Style: code Message: one\n\ntwo", {"style": "code", "message": "one\n\ntwo"}),
        ("message: “all of it”", {"message": "all of it"}),
        ("message: note: this message: is whole", {"message": "note: this message: is whole"}),
        ('message: "the model: a/b" style: code', {"message": "the model: a/b", "style": "code"}),
        ("message: “the model: a/b, said she”", {"message": "the model: a/b, said she"}),
        ('message: say "my model: none" now model: a', {"message": 'say "my model: none" now', "model": "a"}),
        ('message: "half model: a', {"message": '"half', "model": "a"}),
        ("a note: message: x", {"message": "a note: message: x"}),
        ("model:", {"model": ""}),
    ],
)
def test_options_are_read_as_pages_and_other_apps_write_them(typed: str, options: dict[str, str]) -> None:
    assert read(f"/chat {typed}", FORMS).options == options


def test_words_stand_before_and_behind_options() -> None:
    assert read("/chat style=code what is\nthis?", FORMS).options == {
        "style": "code",
        "message": "what is\nthis?",
    }
    assert read("/chat what is  this? style=code", FORMS).options == {
        "style": "code",
        "message": "what is  this?",
    }
    assert read("/chat what style=code is", FORMS).options == {"style": "code", "message": "what is"}


def test_lines_are_kept_in_words_and_in_quotes() -> None:
    assert read("/persona set One.\n\nTwo.", FORMS).options == {"text": "One.\n\nTwo."}
    assert read('/persona set text="One.\n\nTwo."', FORMS).options == {"text": "One.\n\nTwo."}


def test_quotes_within_words_are_letters() -> None:
    assert read('/chat a 5" screen, and “hello you”\n all', FORMS).options == {
        "message": 'a 5" screen, and “hello you”\n all'
    }
    assert read('/chat message="He said "hi"!"', FORMS).options == {"message": 'He said "hi"!'}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('a sign that says "OPEN"', 'a sign that says "OPEN"'),
        ('"Faust" is by whom?', '"Faust" is by whom?'),
        ('"half of it', '"half of it'),
        ('"what is style=code here?"', "what is style=code here?"),
        ('what is "style=code x" here?', 'what is "style=code x" here?'),
        ('"one \\"two\\" three"', 'one "two" three'),
    ],
)
def test_quotes_about_a_part_of_what_is_said_belong_to_it(typed: str, said: str) -> None:
    assert read(f"/chat {typed}", FORMS).options == {"message": said}


def test_an_option_may_be_empty_and_so_is_asked_for() -> None:
    assert read("/chat model=", FORMS).options == {"model": ""}
    assert read("/chat model= hello", FORMS).options == {"model": "", "message": "hello"}


def test_files_are_apart_from_words() -> None:
    assert read("/chat picture=a.png look", FORMS) == Typed("chat", {"message": "look"}, ("a.png",))


@pytest.mark.parametrize(
    "typed",
    ["/", "/nope", "/persona", "/persona dance", "/new now", '/chat model="half', "/persona set text=x y"],
)
def test_what_is_no_command_is_answered_with_what_is(typed: str) -> None:
    with pytest.raises(Unclear, match=r"\w"):
        read(typed, FORMS)


@given(st.dictionaries(st.sampled_from(["message", "model", "style"]), st.text(), min_size=1))
def test_what_is_written_down_is_read_as_it_was(options: dict[str, str]) -> None:
    assert read(line("chat", options), FORMS) == Typed("chat", options)


@given(st.dictionaries(st.sampled_from(["message", "model", "style"]), st.text(), min_size=1))
def test_what_is_quoted_behind_a_colon_is_read_as_it_was(options: dict[str, str]) -> None:
    typed = " ".join(f"{name}: {quoted(value)}" for name, value in options.items())
    assert read(f"/chat {typed}", FORMS).options == options


@given(st.text())
def test_whatever_is_typed_is_a_command_or_unclear(typed: str) -> None:
    with suppress(Unclear):
        assert read(f"/{typed}", FORMS).path
