"""The schemas of other people's tools: made plain, told to models, and held against arguments. Pure.

What a server states is taken apart and put together anew from the keywords below, with everything that it
refers to in its place. So nothing is fetched, a schema that contains itself ends, and no pattern of a
stranger's is tried on a model's words: what is not checked here, the server checks.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from bot.errors import BadOption
from bot.text import unmarked
from bot.unseen import seen

DEEPEST: Final = 8
LARGEST: Final = 400
"""Levels of a schema, below which anything goes, and its parts: a tool with more is not offered."""

SHORT: Final = 300
"""Characters of what a field is described with."""

CHOICES: Final = 100
NAME: Final = 64
"""Values of a choice; characters of a field's name, of letters that every service takes."""

WORK: Final = 500_000
"""Parts of a schema times values of the arguments that are held against it: half a second at most."""

TOLD: Final = 5
LONGEST: Final = 80
"""Faults of one call's arguments that are told, and characters of where they are."""

TYPES: Final = frozenset({"object", "array", "string", "number", "integer", "boolean", "null"})
COUNTS: Final = frozenset(
    {"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"}
)
NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
SEVERAL: Final = ("anyOf", "oneOf", "allOf")


class Unfit(ValueError):
    """A schema with which a tool is not offered; says why, in words of ours."""


def plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of an object, of what is checked here alone. Raises Unfit."""
    made = _Plain(schema).part(schema, DEEPEST, closes=True)
    if made.get("type", "object") != "object":
        raise Unfit("its arguments are no object")
    further = "patternProperties" in schema or any(name in made for name in SEVERAL)
    return {"properties": {}, "additionalProperties": further, **made, "type": "object"}


def told(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plain schema as services are told of it: at its top an object's fields, whichever form they are of,
    and below no parts that have to be put together."""
    top = _joined(schema)
    forms = [_joined(one).get("properties", {}) for one in top.get("anyOf", ())]
    fields = {name: one for each in (*reversed(forms), top["properties"]) for name, one in each.items()}
    return {
        "type": "object",
        "properties": {name: _worded(one) for name, one in fields.items()},
        "required": top.get("required", []),
        "additionalProperties": top["additionalProperties"] and not forms,
    }


def reader(schema: Mapping[str, Any]) -> Callable[[str], Mapping[str, Any]]:
    """A function that reads arguments, and raises BadOption, field by field, where they do not fit."""
    validator = Draft202012Validator(schema)
    parts = _count(schema)

    def read(text: str) -> Mapping[str, Any]:
        try:
            given = json.loads(text.strip() or "{}", parse_constant=_finite, parse_float=_finite)
            json.dumps(given, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise BadOption("The arguments are no JSON.") from None
        if not isinstance(given, dict):
            raise BadOption("The arguments are no JSON object.")
        if parts * _count(given) > WORK:
            raise BadOption("The arguments have too many values.")
        try:
            faults = sorted(validator.iter_errors(given), key=lambda fault: len(fault.absolute_path))
        except RecursionError:
            raise BadOption("The arguments are nested too deeply.") from None
        if faults:
            more = [f"and {len(faults) - TOLD} more"] if len(faults) > TOLD else []
            raise BadOption(f"The arguments do not fit. {'; '.join([*map(_fault, faults[:TOLD]), *more])}.")
        return {"arguments": given}

    return read


class _Plain:
    """Takes one schema apart."""

    def __init__(self, whole: Mapping[str, Any]) -> None:
        self._whole = whole
        self._left = LARGEST

    def part(self, schema: Any, depth: int, *, closes: bool) -> dict[str, Any]:
        """One part of it. `closes`: nothing else states what its object may have. Raises Unfit."""
        self._left -= 1
        if self._left < 0:
            raise Unfit("its schema is too large")
        if isinstance(schema, bool) or not depth:
            return {}
        if not isinstance(schema, Mapping):
            raise Unfit("its schema is none")
        if "$ref" in schema:
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            return self.part({**self._aimed(schema["$ref"]), **rest}, depth - 1, closes=closes)
        found = dict(_simple(schema))
        for name in SEVERAL:
            if isinstance(several := schema.get(name), list) and several:
                found[name] = [self.part(one, depth - 1, closes=False) for one in several]
        if "items" in schema and not isinstance(schema["items"], list):
            found["items"] = self.part(schema["items"], depth - 1, closes=True)
        return found | self._fields(
            schema, depth, closes=closes and not any(name in found for name in SEVERAL)
        )

    def _fields(self, schema: Mapping[str, Any], depth: int, *, closes: bool) -> dict[str, Any]:
        """What an object has, and whether it may have more: where nothing is said of that, no."""
        fields = schema.get("properties")
        found: dict[str, Any] = {}
        if isinstance(fields, Mapping):
            for name in fields:
                if not 0 < len(name) <= NAME or not (
                    name.isascii() and name.replace("-", "_").isidentifier()
                ):
                    raise Unfit("a field of it has a name that services refuse")
            found["properties"] = {
                name: self.part(one, depth - 1, closes=True) for name, one in fields.items()
            }
            needed = schema.get("required")
            asked = [one for one in needed if one in fields] if isinstance(needed, list) else []
            found["required"] = list(dict.fromkeys(asked))
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping):
            found["additionalProperties"] = self.part(more, depth - 1, closes=True)
        elif isinstance(more, bool):
            found["additionalProperties"] = more
        elif fields and closes and "patternProperties" not in schema:
            found["additionalProperties"] = False
        return found

    def _aimed(self, ref: Any) -> Mapping[str, Any]:
        """What a reference within this very schema leads to. Raises Unfit."""
        head, *steps = str(ref).split("/")
        found: Any = self._whole
        for step in steps:
            name = step.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        if head != "#" or not isinstance(found, Mapping):
            raise Unfit("its schema refers to what is not in it")
        return found


def _simple(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keywords of one level that need no others."""
    kind, text, choices = schema.get("type"), schema.get("description"), schema.get("enum")
    kinds = kind if isinstance(kind, list) else [kind]
    if kinds and all(isinstance(one, str) and one in TYPES for one in kinds):
        yield "type", kind
    if isinstance(text, str) and (words := bounded(text, SHORT)):
        yield "description", words
    if isinstance(choices, list) and 0 < len(choices) <= CHOICES and all(map(_short, choices)):
        yield "enum", choices
    if "const" in schema and _short(schema["const"]):
        yield "const", schema["const"]
    for name in COUNTS | NUMBERS:
        value = schema.get(name)
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if not isinstance(value, bool) and (whole or (name in NUMBERS and isinstance(value, float))):
            yield name, value


def _short(value: Any) -> bool:
    """Whether a value of a choice is one that people would write, and see."""
    if isinstance(value, str):
        return len(value) <= SHORT and unmarked(seen(value)) == value
    return value is None or isinstance(value, bool | int | float)


def bounded(text: str, longest: int) -> str:
    """A stranger's words in one line, without what nobody sees and without marks that only Parley writes."""
    words = " ".join(unmarked(seen(text)).split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _worded(schema: Mapping[str, Any]) -> dict[str, Any]:
    """One part as services are told of it."""
    found = _joined(schema)
    for name in ("properties", "additionalProperties", "items", "anyOf"):
        match found.get(name):
            case dict() as parts if name == "properties":
                found[name] = {field: _worded(one) for field, one in parts.items()}
            case dict() as part:
                found[name] = _worded(part)
            case list() as several:
                found[name] = [_worded(one) for one in several]
    kind = found.get("type", ())
    if "array" in ([kind] if isinstance(kind, str) else kind):
        found.setdefault("items", {})  # without it, services refuse all of the tools
    return found


def _joined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A part with those that it is put together of in one, and one kind of choice."""
    found = {name: value for name, value in schema.items() if name not in ("allOf", "oneOf")}
    if "oneOf" in schema:
        found.setdefault("anyOf", schema["oneOf"])
    for one in map(_joined, schema.get("allOf", ())):
        fields = {**one.get("properties", {}), **found.get("properties", {})}
        needed = list(dict.fromkeys([*found.get("required", ()), *one.get("required", ())]))
        found = {**one, **found} | ({"properties": fields, "required": needed} if fields else {})
    return found


def _count(value: Any) -> int:
    """The values in a value."""
    left, found = [value], 0
    while left:
        one = left.pop()
        found += 1
        left += one.values() if isinstance(one, Mapping) else one if isinstance(one, list) else ()
    return found


def _finite(number: str) -> float:
    """A number that JSON has. Raises ValueError."""
    if isfinite(found := float(number)):
        return found
    raise ValueError("no number of JSON's")


def _fault(fault: ValidationError) -> str:
    """What is wrong, and where. No value is repeated."""
    where = ".".join(str(step) for step in fault.absolute_path)[:LONGEST] or "arguments"
    wanted: Any = fault.validator_value
    match fault.validator:
        case "required":
            missing = [name for name in wanted if name not in cast(Mapping[str, Any], fault.instance)]
            return f"{where}: needs {', '.join(missing[:TOLD])}"
        case "additionalProperties":
            known = ", ".join(cast(Mapping[str, Any], fault.schema).get("properties", ()))[:SHORT]
            return f"{where}: has a field that is not known; there are {known or 'none'}"
        case "enum" | "const":
            choices = wanted if fault.validator == "enum" else [wanted]
            return f"{where}: must be one of {json.dumps(choices)[:SHORT]}"
        case "anyOf" | "oneOf" | "allOf":
            return f"{where}: fits none of its forms"
        case _:
            return f"{where}: {fault.validator} must be {json.dumps(wanted)[:SHORT]}"
