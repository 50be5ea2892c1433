"""What strangers state as a schema is made small and plain before a model or its words meet it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadOption
from bot.providers.openai.tools import is_strict
from bot.tools.mcp.schemas import COUNTS, NUMBERS, SEVERAL, Unfit, plain, reader, told

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = st.sampled_from(
    [
        *SEVERAL,
        *COUNTS,
        *NUMBERS,
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "const",
        "$ref",
        "$defs",
        "additionalProperties",
        "pattern",
        "description",
        "not",
        "patternProperties",
    ]
)
WORDS = st.sampled_from(
    ["object", "string", "array", "#", "#/$defs/a", "#/properties/a", "(a+)+$", "http://x"]
)
SCHEMAS = st.recursive(
    JSON | WORDS | st.lists(WORDS, max_size=3),
    lambda inner: st.dictionaries(KEYWORDS | st.just("a"), inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=12,
)


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def fault(schema: dict[str, Any], arguments: str) -> str:
    with pytest.raises(BadOption) as caught:
        reader(plain(schema))(arguments)
    return caught.value.reply


@given(st.dictionaries(KEYWORDS, SCHEMAS, max_size=5), st.dictionaries(st.just("a"), JSON, max_size=1))
def test_whatever_is_stated_is_left_out_or_read_against(schema: dict[str, Any], arguments: Any) -> None:
    try:
        made = plain(schema)
    except Unfit:
        return
    json.dumps(told(made))
    with suppress(BadOption):
        assert reader(made)(json.dumps(arguments)) == {"arguments": arguments}


def test_objects_take_nothing_that_they_do_not_name() -> None:
    schema = fields(at=fields(x={"type": "integer"}), free={"type": "object"})
    read = reader(plain(schema))
    assert read('{"at": {"x": 1}, "free": {"y": 2}}')["arguments"] == {"at": {"x": 1}, "free": {"y": 2}}
    assert "not known" in fault(schema, '{"at": {"y": 1}}')
    assert "not known" in fault({}, '{"y": 1}')


def test_references_are_followed_within_the_schema_alone() -> None:
    tree = {"$defs": {"node": fields(kids={"type": "array", "items": {"$ref": "#/$defs/node"}})}}
    made = told(plain({**tree, "$ref": "#/$defs/node"}))
    assert "$ref" not in json.dumps(made)
    assert made["properties"]["kids"]["items"]["type"] == "object"
    for away in ("http://169.254.169.254/x", "file:///etc/passwd", "#/$defs/none", "other.json"):
        with pytest.raises(Unfit):
            plain({**tree, "properties": {"a": {"$ref": away}}})


def test_a_schema_that_grows_without_end_is_refused_at_once() -> None:
    wide = {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 10} for n in range(40)}
    with pytest.raises(Unfit):
        plain({"$defs": wide, "$ref": "#/$defs/a0"})


def test_a_strangers_pattern_is_never_tried() -> None:
    evil = fields(a={"type": "string", "pattern": "(a+)+$"})
    assert reader(plain(evil))(json.dumps({"a": "a" * 40 + "!"}))["arguments"]


def test_services_are_told_of_fields_alone() -> None:
    one, other = fields(a={"type": "string"}), fields(b={"allOf": [{"type": "array"}], "description": "b"})
    made = told(plain({"anyOf": [one, other]}))
    assert set(made) == {"type", "properties", "required", "additionalProperties"}
    assert made["properties"] == {
        "a": {"type": "string"},
        "b": {"type": "array", "items": {}, "description": "b"},
    }


def test_a_promise_of_services_is_asked_for_where_the_schema_allows_it() -> None:
    assert is_strict(told(plain({**fields(a={"type": "string"}), "required": ["a"]})))
    assert not is_strict(told(plain(fields(a={"type": "string"}))))
    assert not is_strict(told(plain({**fields(a={}), "required": ["a"]})))


@pytest.mark.parametrize(
    "text", ["[]", "3", "nonsense", '{"a": NaN}', '{"a": 1e999}', '{"a": "\\ud800"}', "[" * 9000]
)
def test_arguments_that_are_no_json_object_are_refused(text: str) -> None:
    assert "no JSON" in fault(fields(a={}), text)


def test_faults_are_told_by_field_and_no_value_is_repeated() -> None:
    schema = {**fields(n={"type": "integer", "minimum": 1}, way={"enum": ["up", "down"]}), "required": ["n"]}
    said = fault(schema, '{"n": 0, "way": "sideways"}')
    assert "n: minimum must be 1" in said
    assert 'way: must be one of ["up", "down"]' in said
    assert "sideways" not in said


def test_arguments_with_too_many_values_are_refused() -> None:
    many = fields(a={"type": "array", "items": fields(**{f"f{n}": {} for n in range(90)})})
    assert "too many" in fault(many, json.dumps({"a": [{}] * 9000}))
