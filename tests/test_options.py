"""A command's options are what it declared, or a sentence says what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import COMMANDS
from bot.commands.base import Ask, Choice, Command, Kind, Param, Reply
from bot.commands.options import checked
from bot.errors import BadOption
from bot.governance.authorize import Act


async def nothing(_ask: Ask) -> Reply:
    return Reply()


PAINT = Command(
    "paint",
    "Paint",
    Act.IMAGINE,
    nothing,
    (
        Param("prompt", "what to paint", required=True),
        Param("count", "how many", Kind.INTEGER, least=1, most=4),
        Param("warmth", "how warm", Kind.NUMBER, least=0, most=2),
        Param("steps", "how long", Kind.INTEGER, least=1),
        Param("darkness", "how dark", Kind.NUMBER, most=9),
        Param("fast", "quickly", Kind.BOOLEAN),
        Param("size", "how large", choices=(Choice("small", "s"), Choice("large", "l"))),
        Param("model", "a picture to start from", Kind.PICTURE),
    ),
)


def test_options_come_in_their_types_also_when_they_were_typed_as_text() -> None:
    given_ = {"prompt": "a cat", "count": "3", "warmth": "0.5", "fast": "yes", "size": "l"}

    assert checked(PAINT, given_, 0) == {
        "prompt": "a cat",
        "count": 3,
        "warmth": 0.5,
        "fast": True,
        "size": "l",
    }


def test_a_script_may_send_a_number_where_a_list_shows_numbers() -> None:
    assert checked(PAINT, {"prompt": 5}, 0) == {"prompt": "5"}


def test_a_choice_may_be_typed_by_what_it_is_called() -> None:
    for typed in ("l", "large", " Large "):
        assert checked(PAINT, {"prompt": "x", "size": typed}, 0)["size"] == "l"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "needs “prompt”"),
        ({"prompt": ""}, "needs “prompt”"),
        ({"prompt": [5]}, "must be text"),
        ({"prompt": "x" * 32_001}, "32,000"),
        ({"prompt": "x", "colour": "red"}, "no option “colour”. It takes: prompt, count"),
        ({"prompt": "x", "count": 5}, "between 1 and 4"),
        ({"prompt": "x", "steps": 0}, "at least 1."),
        ({"prompt": "x", "darkness": 10}, "at most 9."),
        ({"prompt": "x", "count": 1.5}, "whole number"),
        ({"prompt": "x", "count": True}, "whole number"),
        ({"prompt": "x", "warmth": "NaN"}, "must be a number"),
        ({"prompt": "x", "warmth": []}, "must be a number"),
        ({"prompt": "x", "fast": "perhaps"}, "yes or no"),
        ({"prompt": "x", "size": "huge"}, "one of: s, l"),
        ({"prompt": "x", "model": "cat.png"}, "attach it"),
    ],
)
def test_what_is_wrong_is_said_by_name(options: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadOption) as refused:
        checked(PAINT, options, 0)

    assert sentence in refused.value.reply


def test_more_pictures_than_it_takes_are_refused() -> None:
    with pytest.raises(BadOption, match="takes 1 picture"):
        checked(PAINT, {"prompt": "x"}, 2)


def test_a_required_picture_is_asked_for() -> None:
    describe = next(command for command in COMMANDS if command.path == "describe")

    with pytest.raises(BadOption, match="needs a picture"):
        checked(describe, {}, 0)


VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=2)
)


@given(
    st.sampled_from(COMMANDS),
    st.dictionaries(st.text() | st.sampled_from(["prompt", "seed", "text"]), VALUES),
)
def test_no_input_causes_anything_but_a_sentence(command: Command, options: dict[str, object]) -> None:
    try:
        checked(command, options, 0)
    except BadOption as refused:
        assert refused.reply  # noqa: PT017 – either is fine, any other exception is not


def test_every_command_is_described_within_what_the_platforms_take() -> None:
    """Discord: names of 1–32 characters, descriptions of 1–100, 25 options, the required ones first."""
    assert len({command.path for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert all(part.islower() and len(part) <= 32 for part in command.path.split("/"))
        assert 1 <= len(command.description) <= 100
        assert len(command.params) <= 25
        required = [param.required for param in command.params]
        assert required == sorted(required, reverse=True)
        for param in command.params:
            assert 1 <= len(param.description) <= 100
            assert len(param.choices) <= 25
