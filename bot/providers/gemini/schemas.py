"""JSON Schemas as the Gemini API takes them: a subset of OpenAPI's, without references. Pure."""

from collections.abc import Mapping
from typing import Any, Final

KEPT: Final = frozenset(
    {"type", "title", "description", "nullable", "enum", "format", "minimum", "maximum", "pattern"}
    | {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties", "required"}
)
"""Keywords that are passed on as they are; others are refused with 400."""

FORMATS: Final = frozenset({"date-time", "enum", "float", "double", "int32", "int64"})

DEEPEST: Final = 12
LARGEST: Final = 2000
"""Levels and parts of a schema, after which anything goes: one that contains itself has no end."""


def schema_to_wire(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema, with everything that it refers to in its place. What cannot be said is left out."""
    definitions = schema.get("$defs")
    return _Writer(definitions if isinstance(definitions, Mapping) else {}).written(schema, DEEPEST)


class _Writer:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._left = LARGEST

    def written(self, schema: Any, depth: int) -> dict[str, Any]:
        """A schema, as far as it goes."""
        self._left -= 1
        if not isinstance(schema, Mapping) or not depth or self._left < 0:
            return {}
        told = _nullable(self._plain(schema, depth))
        found = {name: value for name, value in told.items() if name in KEPT and _may_be(name, value)}
        if isinstance(fields := told.get("properties"), Mapping):
            found["properties"] = {name: self.written(one, depth - 1) for name, one in fields.items()}
        if "items" in told:
            found["items"] = self.written(told["items"], depth - 1)
        if isinstance(several := told.get("anyOf"), list):
            found["anyOf"] = [self.written(one, depth - 1) for one in several]
        return found

    def _plain(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """One level of a schema without references, constants, and types in lists."""
        told = dict(schema)
        for _ in range(depth):
            target = self._definitions.get(str(told.pop("$ref", "")).rpartition("/")[2])
            told = {**(target if isinstance(target, Mapping) else {}), **told}
        parts = told.pop("allOf", ())
        for one in parts[: max(self._left, 0)] if isinstance(parts, list) and depth > 1 else ():
            self._left -= 1
            told = {**(self._plain(one, depth // 2) if isinstance(one, Mapping) else {}), **told}
        if "const" in told:
            told["enum"] = [told.pop("const")]
        if isinstance(kinds := told.get("type"), list):
            told["anyOf"] = [{"type": kind} for kind in kinds]
            del told["type"]
        return told


def _may_be(name: str, value: Any) -> bool:
    """Whether the service takes this of a keyword: formats that it knows, and no choice but of texts."""
    if name == "format":
        return isinstance(value, str) and value in FORMATS
    if name == "enum":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return True


def _nullable(told: dict[str, Any]) -> dict[str, Any]:
    """The level with what may be nothing said in the service's way."""
    several = told.get("anyOf", told.pop("oneOf", None))
    if not isinstance(several, list):
        return told
    given = [one for one in several if one != {"type": "null"}]
    rest = {name: value for name, value in told.items() if name not in ("anyOf", "oneOf")}
    if len(given) < len(several):
        rest["nullable"] = True
    if len(given) == 1 and isinstance(given[0], Mapping) and "$ref" not in given[0]:
        return {**given[0], **rest}
    return {**rest, "anyOf": given}
