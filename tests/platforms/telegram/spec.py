"""The published description of the Bot API, where this machine has it: do the bot's requests fit?"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.platforms.telegram.refusals import Json

PUBLISHED = Path(__file__).parents[3].parent / "shared/specs/telegram-bot-api.json"

PLAIN = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "String": lambda value: isinstance(value, str),
    "InputFile": lambda value: isinstance(value, str),
}


@cache
def published() -> Any:
    """Methods and types by name; None when there is no description."""
    return json.loads(PUBLISHED.read_bytes()) if PUBLISHED.exists() else None


def exists(method: str) -> bool:
    """Whether there is such a method; without a description everything may be."""
    return published() is None or method in published()["methods"]


def complaints(method: str, given: Mapping[str, object], uploaded: frozenset[str]) -> Iterator[str]:
    """What does not fit: unknown and missing parameters, wrong types, unknown fields inside."""
    if published() is None:
        return
    fields = {field["name"]: field for field in published()["methods"][method].get("fields", ())}
    for name in given:
        if name not in fields:
            yield f"unknown parameter {name}"
        elif not any(fits(_decoded(given[name], kind), kind) for kind in fields[name]["types"]):
            yield f"parameter {name} is no {' or '.join(fields[name]['types'])}"
    for name, field in fields.items():
        if field["required"] and name not in given and name not in uploaded:
            yield f"parameter {name} is missing"


def misfits(method: str, result: object) -> bool:
    """Whether an answer is none that the method gives; False without a description."""
    if published() is None:
        return False
    wanted = published()["methods"][method]["returns"]
    return not any(fits(result, kind) for kind in wanted)


def _decoded(value: object, kind: str) -> object:
    """A form's value as what it stands for: everything but text is JSON."""
    if not isinstance(value, str) or kind in {"String", "InputFile"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def fits(value: object, kind: str) -> bool:
    """Whether a value is of a described type, down to its last field."""
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(fits(one, kind.removeprefix("Array of ")) for one in value)
    if kind in PLAIN:
        return bool(PLAIN[kind](value))
    described: Json = published()["types"].get(kind, {})
    if subtypes := described.get("subtypes"):
        return any(fits(value, one) for one in subtypes)
    return isinstance(value, dict) and _fields_fit(value, described.get("fields", []))


def _fields_fit(value: Json, described: list[Json]) -> bool:
    fields = {field["name"]: field for field in described}
    missing = (name for name, field in fields.items() if field["required"] and name not in value)
    known = all(
        name in fields and any(fits(one, kind) for kind in fields[name]["types"])
        for name, one in value.items()
    )
    return known and not any(missing)
