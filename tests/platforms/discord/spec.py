"""Discord's own description of its requests, where this machine has it: does a body fit?"""

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import jsonschema

PUBLISHED = Path(__file__).parents[3].parent / "shared/specs/discord-openapi.json"

Json = dict[str, Any]


def problem(method: str, route: str, body: Any) -> str | None:
    """What is wrong with a request's body: None when nothing is, or when there is no description."""
    return _problem(method, route, json.dumps(body)) if _validator(method, route) else None


@lru_cache(maxsize=256)
def _problem(method: str, route: str, body: str) -> str | None:
    """The same of the body as JSON. Every start sends the same commands: a second to look through."""
    validator = _validator(method, route)
    found = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(body))) if validator else None
    return f"{found.json_path} {found.message}"[:300] if found else None


@cache
def _validator(method: str, route: str) -> jsonschema.Draft202012Validator | None:
    if not PUBLISHED.exists():
        return None
    described = _paths()["paths"].get(route, {}).get(method.lower(), {}).get("requestBody")
    if not described or "application/json" not in described["content"]:
        return None
    schema = _inlined(described["content"]["application/json"]["schema"])
    return jsonschema.Draft202012Validator(schema)


@cache
def _paths() -> Any:
    said = json.loads(PUBLISHED.read_bytes())
    # The description has ids as text alone; Discord takes numbers, and the library sends them.
    said["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
    return said


@cache
def _schema(name: str) -> Any:
    return _inlined(_paths()["components"]["schemas"][name])


def _inlined(part: Any) -> Any:
    """References replaced by what they refer to: looking them up anew takes most of a check's time."""
    if isinstance(part, list):
        return [_inlined(one) for one in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _schema(part["$ref"].rpartition("/")[2])
    return {key: _inlined(value) for key, value in part.items()}
