"""The published description of Text Generation Inference, where this machine has it: do we keep to it?"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

PUBLISHED = Path(__file__).parents[2].parent / "shared/specs/tgi-openapi.json"


def check(schema: str, body: Any) -> None:
    """Raise ValidationError when the body is not what the schema says, or has parameters that it does not
    name; skip the test without a description."""
    if not PUBLISHED.exists():
        pytest.skip("no OpenAPI description on this machine")
    components = _components()
    rule = {"$ref": f"#/components/schemas/{schema}", "components": components}
    jsonschema.Draft202012Validator(rule).validate(_told(body))
    known = components["schemas"]["GenerateParameters"]["properties"]
    assert set(body.get("parameters", ())) <= set(known)


def _told(body: Any) -> Any:
    """The body without its nulls: the description has a way of its own to allow them."""
    if isinstance(body, dict):
        return {name: _told(value) for name, value in body.items() if value is not None}
    return [_told(value) for value in body] if isinstance(body, list) else body


@cache
def _components() -> Any:
    return json.loads(PUBLISHED.read_bytes())["components"]
