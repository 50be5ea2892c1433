"""What a model is told of a tool is derived from the coroutine; what it asks for has to fit exactly."""

import json
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import Field

from bot.errors import BadOption
from bot.tools import Here, tool


async def weigh(
    here: Here,
    things: Annotated[list[str], Field(min_length=1, max_length=3)],
    unit: Literal["g", "kg"] = "g",
    times: Annotated[int, Field(ge=1, le=9, description="How often")] = 1,
    note: str | None = None,
) -> str:
    """Weigh things
    on a scale.

    Some more, which is for people who read the source: not for a model.

    things: what to weigh,
        by name
    unit: of the result
    note: a remark
    """
    return f"{things} {unit} {times} {note}"


WEIGH = tool(weigh)


def schema() -> dict[str, Any]:
    return dict(WEIGH.spec.schema)


def test_a_tool_is_named_and_described_by_its_coroutine() -> None:
    assert (WEIGH.name, WEIGH.spec.description) == ("weigh", "Weigh things on a scale.")
    assert {name: one["description"] for name, one in schema()["properties"].items()} == {
        "things": "what to weigh, by name",
        "unit": "of the result",
        "times": "How often",
        "note": "a remark",
    }


def test_a_schema_is_strict_and_valid() -> None:
    Draft202012Validator.check_schema(schema())

    assert schema()["additionalProperties"] is False
    assert schema()["required"] == ["things", "unit", "times", "note"]
    assert "here" not in schema()["properties"]
    assert "title" not in json.dumps(schema())
    assert "default" not in json.dumps(schema())


def test_what_fits_is_read_and_what_is_left_out_takes_its_default() -> None:
    assert WEIGH.read('{"things": ["a"], "unit": "kg", "times": 2, "note": null}') == {
        "things": ["a"], "unit": "kg", "times": 2, "note": None,
    }  # fmt: skip
    assert WEIGH.read('{"things": ["a"]}') == {"things": ["a"], "unit": "g", "times": 1, "note": None}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ('{"things": "a"}', "things: Input should be a valid array"),
        ('{"things": [1]}', "things.0: Input should be a valid string"),
        ('{"things": ["a"], "times": "2"}', "times: Input should be a valid integer"),
        ('{"things": ["a"], "times": true}', "times: Input should be a valid integer"),
        ('{"things": ["a"], "times": 2.5}', "times: Input should be a valid integer"),
        ('{"things": ["a"], "times": 10}', "times: Input should be less than or equal to 9"),
        ('{"things": ["a"], "times": 1e400}', "times"),
        ('{"things": ["a"], "unit": "t"}', "unit: Input should be 'g' or 'kg'"),
        ('{"things": []}', "things: List should have at least 1 item"),
        ('{"things": ["a"], "__proto__": {}}', "__proto__: Extra inputs are not permitted"),
        ('{"things": ["a"], "here": {"run_id": 1}}', "here: Extra inputs are not permitted"),
        ("{}", "things: Field required"),
        ("", "things: Field required"),
        ("[]", "arguments: Input should be an object"),
        ('{"things": ["a"', "arguments: Invalid JSON"),
        ("weigh(things)", "arguments: Invalid JSON"),
        ('{"things": ["\\ud800"]}', "arguments: Invalid JSON"),
        ("[" * 100_000, "arguments: Invalid JSON"),
        ('{"things": ' + "9" * 50_000 + "}", "arguments: Invalid JSON"),
    ],
)
def test_what_does_not_fit_is_told_field_by_field(arguments: str, said: str) -> None:
    with pytest.raises(BadOption) as caught:
        WEIGH.read(arguments)

    assert said in caught.value.reply


def test_no_value_and_no_flood_of_names_is_repeated() -> None:
    with pytest.raises(BadOption) as caught:
        WEIGH.read(json.dumps({"things": "a secret"} | {f"{n}" * 200: "secret" for n in range(1, 10)}))

    assert "secret" not in caught.value.reply
    assert len(caught.value.reply) < 600
    assert caught.value.reply.endswith("and 5 more.")


def test_a_character_that_is_none_does_no_harm() -> None:
    assert WEIGH.read('{"things": ["a\ud800"]}')["things"] == ["a?"]


@given(st.text())
def test_nonsense_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(BadOption):
        WEIGH.read(text)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
fields = st.fixed_dictionaries(
    {
        "things": st.lists(st.text(), max_size=4) | anything,
        "unit": st.sampled_from(["g", "kg", "t"]),
        "times": st.integers(0, 10),
        "note": st.none() | st.text() | anything,
    },
    optional={"more": anything},
)


@given(fields)
def test_what_the_schema_allows_is_read_and_only_that(arguments: dict[str, Any]) -> None:
    fits = Draft202012Validator(schema()).is_valid(arguments)
    if fits:
        assert WEIGH.read(json.dumps(arguments)) == arguments
    else:
        with pytest.raises(BadOption):
            WEIGH.read(json.dumps(arguments))


async def silent(here: Here) -> str:
    return ""


async def bare(here: Here, field: str) -> str:
    """Something."""
    return field


async def untyped(here: Here, field) -> str:  # type: ignore[no-untyped-def]
    """Something.

    field: of no type
    """
    return str(field)


async def nowhere(field: str) -> str:
    """Something.

    field: but no room
    """
    return field


async def many(here: Here, *fields: str) -> str:
    """Something.

    fields: more than one can name
    """
    return ""


async def number(here: Here) -> int:
    """Answer no words."""
    return 1


async def Loud(here: Here) -> str:  # noqa: N802  # what is refused
    """Something."""
    return ""


def blocking(here: Here) -> str:
    """Keep everybody waiting."""
    return ""


@pytest.mark.parametrize("wrong", [silent, bare, untyped, nowhere, many, number, Loud, blocking])
def test_a_tool_that_leaves_something_unsaid_is_none(wrong: Any) -> None:
    with pytest.raises(TypeError, match=wrong.__name__):
        tool(wrong)


def test_a_tool_says_what_it_is_like() -> None:
    made = tool(weigh, asks=True, foreign=True, reaches_out=True, deadline=5, at_most=10)

    assert (made.asks, made.foreign, made.reaches_out, made.deadline, made.at_most) == (
        True,
        True,
        True,
        5,
        10,
    )
    assert (WEIGH.asks, WEIGH.foreign, WEIGH.reaches_out, WEIGH.deadline, WEIGH.at_most) == (
        False, False, False, 20, 8192,
    )  # fmt: skip


def test_who_is_asked_whether_it_may_sees_that_there_is_more() -> None:
    async def send(here: Here, text: str) -> str:
        """Send it.

        text: What.
        """
        return text

    told = tool(send, asks=True, says=lambda given: f"sending {given['text']}").told
    assert told('{"text": "a note"}') == "sending a note"
    long = told(f'{{"text": "{"a note " * 60}"}}')
    assert (len(long), long[-1]) == (160, "…")
